"""Ringing a phone, and what its answer, refusal or silence means for the leg that waits for it."""

from __future__ import annotations

from pbx.call import cause as causes
from pbx.call.call import Call, Leg, LegState
from pbx.call.host import CallHost
from pbx.events import LegRinging
from pbx.plane.protocol import PlaneFull
from pbx.sip.flow import way_to
from pbx.sip.headers.address import Address
from pbx.sip.uri import Uri, sip_uri

RING_TIMEOUT_S = 60.0
"""Seconds for which a phone rings that was dialled directly."""


def ring_directly(host: CallHost, leg: Leg, extension: str, now: float) -> None:
    """The target ``phone``: ring an extension for a leg, and connect the two when it answers."""
    call = leg.call
    ring_phone(
        host, call, host.next_leg_id(call), extension, caller=call.caller, caller_name=call.caller_name,
        timeout_s=RING_TIMEOUT_S, near=leg, now=now, partner=leg,
    )  # fmt: skip


def ring_phone(
    host: CallHost,
    call: Call,
    leg_id: str,
    extension: str,
    *,
    caller: str,
    caller_name: str,
    timeout_s: float,
    near: Leg | None,
    now: float,
    partner: Leg | None = None,
    on_answer: str | None = None,
) -> Leg:
    """Add an outgoing leg to a call and ring the extension's phone.

    A phone that is not there ends the leg at once with cause ``unreachable``. ``partner`` waits for the answer:
    it hears ringing now, and is answered and bridged (or refused) with the new leg.
    """
    leg = host.new_leg(call, extension, incoming=False, leg_id=leg_id)
    leg.on_answer = on_answer
    if partner is not None:
        leg.partner = partner
        partner.partner = leg
        if partner.state is LegState.OFFERED and partner.session is not None:
            partner.session.ring(now, 100)  # the phone's answer takes longer than 200 ms (RFC 3261 section 17.2.1)
    bindings = host.registrar.find(extension, host.clock())
    if not bindings:
        host.end_leg(leg, causes.UNREACHABLE, 480, now)
        return leg
    try:
        leg.audio.open(near.id if near is not None else None)
    except PlaneFull:
        host.end_leg(leg, causes.FAILED, 503, now)
        return leg
    binding = bindings[0]
    way = way_to(Uri.parse(binding.contact), binding.flow)
    name, port = host.endpoint.sent_by[way.transport]
    prefer = near.audio.codec if near is not None and near.audio.codec else None
    if prefer is None and near is not None and near.audio.remote is not None:
        prefer = near.audio.remote.codecs[0]
    leg.session = host.endpoint.invite(
        binding.contact,
        way,
        caller=Address(sip_uri(caller or "anonymous", name, port), caller_name),
        callee=Address(sip_uri(extension, name, port)),
        body=leg.audio.offer(prefer=prefer),
        now=now,
        max_forwards=call.max_forwards,
    )
    leg.session.user = leg
    host.endpoint.timers.at(now + timeout_s, ring_timed_out, host, leg_id)
    return leg


def ring_timed_out(host: CallHost, leg_id: str, now: float) -> None:
    """Nobody answered in time."""
    leg = host.legs.get(leg_id)
    if leg is not None and leg.state in (LegState.CALLING, LegState.RINGING):
        host.hang_up(leg, causes.NO_ANSWER, now)


def phone_rings(host: CallHost, leg: Leg, now: float) -> None:
    """A phone said that it rings (180) or that something goes on (183)."""
    if leg.state is not LegState.CALLING:
        return
    leg.state = LegState.RINGING
    leg.ringing_at = host.clock()
    host.publish(LegRinging(leg.ringing_at, leg.call.id, leg.id))
    partner = leg.partner
    if partner is None:
        return
    if partner.state is LegState.OFFERED and partner.session is not None:
        partner.session.ring(now)
    elif partner.answered:
        host.plane.play(partner.id, ("ringback",), loop=True)
