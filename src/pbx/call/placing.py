"""Calls that begin here.

Either a phone of ours rings first, and is taken where a number leads once it answers; or the party that is called is
the first, and whoever placed the call says what comes after the answer.
"""

from __future__ import annotations

from typing import Protocol

from pbx import commands
from pbx.call import cause as causes
from pbx.call import listening
from pbx.call.call import Call, Leg
from pbx.call.host import CallHost
from pbx.call.ring import ring_phone
from pbx.events import CallDirected, CallStarted


def place(host: CallHost, order: commands.PlaceCall, now: float) -> None:
    """Ring a phone; once it answers it is led to the order's number, unless it is to wait."""
    call = Call(order.call, "outbound", order.to, order.caller_name, order.number, host.clock())
    call.account = order.to
    call.asserted = True
    call.caller_id = order.caller_id
    _begin(host, call)
    ring_phone(
        host, call, order.leg, order.to, caller=order.number, caller_name=order.caller_name,
        timeout_s=order.ring_timeout_s, near=None, now=now, on_answer=None if order.waits else order.number,
    )  # fmt: skip


class Outside(Protocol):
    """Calls out by trunks."""

    def call_first(
        self, host: CallHost, call: Call, leg_id: str, name: str, account: str, timeout_s: float, now: float
    ) -> None:
        """Call the party of a call that nobody else is on yet; ``name`` is that of the target ``trunk:name``."""


def call_out(host: CallHost, outside: Outside, order: commands.CallOut, now: float) -> None:
    """Call a party of whom the call is the first leg, by a phone of ours or by trunks."""
    call = Call(order.call, "outbound", order.caller_id, order.caller_name, order.to, host.clock())
    call.asserted = call.outward = True
    call.caller_id, call.party_name = order.caller_id, order.party_name
    _begin(host, call)
    route = host.route(call, order.to)
    kind = route.target.kind if route is not None and order.to not in host.plan.emergency else "none"
    if route is None or kind not in ("phone", "trunk"):
        leg = host.new_leg(call, order.to, incoming=False, leg_id=order.leg)
        host.end_leg(leg, causes.FAILED, 0, now)
        return
    call.target = route.target
    host.publish(CallDirected(host.clock(), call.id, kind, route.target.name))
    if kind == "trunk":
        outside.call_first(host, call, order.leg, route.target.name, order.account, order.max_ring_s, now)
    else:
        ring_phone(
            host, call, order.leg, route.target.name, caller=order.caller_id, caller_name=order.caller_name,
            timeout_s=order.max_ring_s, near=None, now=now,
        )  # fmt: skip
    called = host.legs.get(order.leg)
    if order.listens and called is not None:
        listening.ask(host, called)  # nothing can have come yet


def lead(host: CallHost, leg: Leg, number: str, now: float, *, by: str = "") -> None:
    """Take an answered leg where a number leads, which is ``by``'s wish."""
    if by:
        leg.call.led_on(by)
    route = host.route(leg.call, number)
    if route is None:
        host.hang_up(leg, causes.UNREACHABLE, now)
    else:
        host.direct(leg, route.target, now)


def _begin(host: CallHost, call: Call) -> None:
    host.calls[call.id] = call
    host.publish(CallStarted(call.started_at, call.id, call.direction, call.caller, call.caller_name, call.number))
