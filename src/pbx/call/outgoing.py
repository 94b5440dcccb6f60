"""A leg that goes out: its port, its offer, the time it may take, and the leg that waits for its answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import chain

from pbx.call import cause as causes
from pbx.call import search as searching
from pbx.call.attempt import Outcome, Stages
from pbx.call.call import Call, Leg, LegState
from pbx.call.charge import Charge
from pbx.call.host import CallHost
from pbx.events import LegRinging
from pbx.plane.protocol import PlaneFull
from pbx.routing.handling import Handling


def call_out(
    host: CallHost,
    call: Call,
    party: str,
    stages: Stages,
    *,
    timeout_s: float,
    near: Leg | None,
    now: float,
    leg_id: str = "",
    partner: Leg | None = None,
    on_answer: str | None = None,
    handling: Handling | None = None,
    outcome: Outcome | None = None,
    stage_s: float | None = None,
    goes_on: Callable[[int], bool] = lambda status: status < 600,
    charge: Charge | None = None,
) -> Leg:
    """Add an outgoing leg to a call and search for who answers it; for the rest see ``search.begin``.

    With nothing to try the leg ends at once with cause ``unreachable``, or ``congestion`` where trunks have no way.
    ``partner`` waits for the answer: it hears ringing now, and is answered and bridged (or refused) with the new leg.
    ``near`` is a leg whose codecs the offer prefers. ``timeout_s`` limits the whole search, in seconds. ``handling``
    says where ``partner`` goes on to when nobody answers. ``charge`` is told of the leg's answer and end.
    """
    leg = host.new_leg(call, party, incoming=False, leg_id=leg_id)
    leg.on_answer, leg.handling = on_answer, handling
    if partner is not None:
        leg.partner = partner
        partner.partner = leg
    leg.charge = charge
    remaining = iter(stages)
    first = next((stage for stage in remaining if stage), None)
    if first is None:
        # Trunks that were chosen and yet have no way are a matter of their own trouble.
        cause, status = (causes.UNREACHABLE, 480) if charge is None else (causes.CONGESTION, 503)
        host.end_leg(leg, cause, status, now)
        return leg
    if partner is not None and partner.state is LegState.OFFERED and partner.session is not None:
        partner.session.ring(now, 100)  # the answer takes longer than 200 ms (RFC 3261 section 17.2.1)
    leg.audio.meet(first[0].terms(host.endpoint.sent_by))
    try:
        leg.audio.open(near.id if near is not None else None)
    except PlaneFull:
        host.end_leg(leg, causes.FAILED, 503, now)
        return leg
    host.endpoint.timers.at(now + timeout_s, _timed_out, host, leg.id)
    audio = leg.audio
    beside = () if near is None else near.audio.speaks
    # Whoever is offered the same is offered it in the same words.
    offer = cache(lambda terms: audio.offer(beside=beside, fixed=bool(terms.codecs), security=terms.security))
    searching.begin(
        host, leg, chain((first,), remaining), describe=lambda terms: offer(terms._replace(seen_at="")), now=now,
        outcome=outcome, stage_s=stage_s, goes_on=goes_on,
    )  # fmt: skip
    return leg


def _timed_out(host: CallHost, leg_id: str, now: float) -> None:
    """Nobody answered in time."""
    leg = host.legs.get(leg_id)
    if leg is not None and leg.state in (LegState.CALLING, LegState.RINGING):
        host.hang_up(leg, causes.NO_ANSWER, now)


def phone_rings(host: CallHost, leg: Leg, now: float, *, told: bool) -> None:
    """A phone said that it rings (180) or that something goes on (183); ``told``: whoever waits hears it already."""
    if leg.state is not LegState.CALLING:
        return
    leg.state = LegState.RINGING
    leg.ringing_at = host.clock()
    host.publish(LegRinging(leg.ringing_at, leg.call.id, leg.id))
    partner = leg.partner
    if partner is None or told:
        return
    if partner.state is LegState.OFFERED and partner.session is not None:
        partner.session.ring(now)
    elif partner.answered:
        host.plane.play(partner.id, ("ringback",), loop=True)
