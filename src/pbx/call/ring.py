"""Ringing an extension: all of its registered phones at once."""

from __future__ import annotations

from pbx.call.attempt import Attempt
from pbx.call.call import Call, Leg
from pbx.call.host import CallHost
from pbx.call.outgoing import call_out
from pbx.routing.binding import Binding, way_to_binding
from pbx.sip.flow import own_place
from pbx.sip.headers.address import Address
from pbx.sip.uri import sip_uri

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
    """Add an outgoing leg to a call and ring the extension's phones; see ``outgoing.call_out``."""
    bindings = host.registrar.find(extension, host.clock())
    attempts = tuple(_attempt(host, one, extension, caller, caller_name) for one in bindings)
    return call_out(
        host, call, extension, (attempts,), leg_id=leg_id, timeout_s=timeout_s, near=near, now=now, partner=partner,
        on_answer=on_answer,
    )  # fmt: skip


def _attempt(host: CallHost, binding: Binding, extension: str, caller: str, caller_name: str) -> Attempt:
    way, routes = way_to_binding(binding)
    name, port = own_place(host.endpoint.sent_by, way)
    return Attempt(
        target=binding.contact,
        flow=way,
        caller=Address(sip_uri(caller or "anonymous", name, port), caller_name),
        callee=Address(sip_uri(extension, name, port)),
        routes=routes,
        label=binding.contact,
    )
