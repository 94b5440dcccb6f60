"""Ringing an extension: the registered phones that it prefers, all at once, and the others after them."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from pbx.call import forwarding
from pbx.call.attempt import Attempt
from pbx.call.call import Call, Leg
from pbx.call.host import CallHost
from pbx.call.identity import auto_answering, introduce
from pbx.call.outgoing import call_out
from pbx.routing.binding import Binding, way_to_binding
from pbx.routing.handling import Handling
from pbx.sip.flow import own_place
from pbx.sip.headers.address import Address
from pbx.sip.uri import sip_uri

RING_TIMEOUT_S = 60.0
"""Seconds for which a phone rings that was dialled directly."""
RECALL_S = 30.0
"""Seconds for which a phone rings to which a call comes back."""


def ring_directly(host: CallHost, leg: Leg, extension: str, now: float) -> None:
    """The target ``phone``: ring an extension for a leg, and connect the two when it answers.

    Here, and here alone, it counts what the extension wants done with its calls.
    """
    handling = host.handling.get(extension)
    if handling is None:
        _ring_for(host, leg, extension, RING_TIMEOUT_S, now)
    elif not forwarding.without_ringing(host, leg, extension, handling, now):
        timeout_s = RING_TIMEOUT_S if handling.no_answer is None else handling.after_s
        _ring_for(host, leg, extension, timeout_s, now, handling)


def recall(host: CallHost, leg: Leg, extension: str, now: float) -> None:
    """Ring the extension that gave a leg away, which is now back: nobody else would have it."""
    _ring_for(host, leg, extension, RECALL_S, now)


def _ring_for(
    host: CallHost, leg: Leg, extension: str, timeout_s: float, now: float, handling: Handling | None = None
) -> None:
    call = leg.call
    caller, caller_name = call.party(leg)  # who is shown is who will be heard
    ring_phone(
        host, call, host.next_leg_id(call), extension, caller=caller, caller_name=caller_name,
        timeout_s=timeout_s, near=leg, now=now, partner=leg, handling=handling,
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
    handling: Handling | None = None,
    auto_answer: bool = False,
) -> Leg:
    """Add an outgoing leg to a call and ring the extension's phones; see ``outgoing.call_out``.

    ``auto_answer``: they are asked to answer by themselves.
    """
    bindings = host.registrar.find(extension, host.clock())
    stages = [
        tuple(_attempt(host, call, one, extension, caller, caller_name, auto_answer) for one in phones)
        for phones in _by_preference(bindings)
    ]
    leg = call_out(
        host, call, extension, stages, leg_id=leg_id, timeout_s=timeout_s, near=near, now=now, partner=partner,
        on_answer=on_answer, handling=handling, stage_s=timeout_s / len(stages) if len(stages) > 1 else None,
    )  # fmt: skip
    leg.account = extension
    return leg


def _by_preference(bindings: list[Binding]) -> list[list[Binding]]:
    """Phones that ring together, those with the highest ``q`` first (RFC 3261 section 16.6)."""
    preference = attrgetter("q")
    return [list(phones) for _, phones in groupby(sorted(bindings, key=preference, reverse=True), preference)]


def _attempt(
    host: CallHost, call: Call, binding: Binding, extension: str, caller: str, caller_name: str, auto_answer: bool
) -> Attempt:
    way, routes = way_to_binding(binding)
    name, port = own_place(host.endpoint.sent_by, way)
    shown, fields = introduce(call, extension, name, port, number=caller, name=caller_name)
    return Attempt(
        target=binding.contact,
        flow=way,
        caller=shown,
        callee=Address(sip_uri(extension, name, port)),
        routes=routes,
        fields=fields + auto_answering(name) if auto_answer else fields,
        label=binding.contact,
    )
