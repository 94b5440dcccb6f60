"""Calls that begin here: a phone of ours rings first, and is taken where a number leads once it answers."""

from __future__ import annotations

from pbx import commands
from pbx.call import cause as causes
from pbx.call.call import Call, Leg
from pbx.call.host import CallHost
from pbx.call.ring import ring_phone
from pbx.events import CallStarted


def place(host: CallHost, order: commands.PlaceCall, now: float) -> None:
    """Ring a phone; once it answers it is led to the order's number, unless it is to wait."""
    call = Call(order.call, "outbound", order.to, order.caller_name, order.number, host.clock())
    call.account = order.to
    call.asserted = True
    _begin(host, call)
    ring_phone(
        host, call, order.leg, order.to, caller=order.number, caller_name=order.caller_name,
        timeout_s=order.ring_timeout_s, near=None, now=now, on_answer=None if order.waits else order.number,
    )  # fmt: skip


def lead(host: CallHost, leg: Leg, number: str, now: float) -> None:
    """Take an answered leg where a number leads."""
    route = host.route(leg.call, number)
    if route is None:
        host.hang_up(leg, causes.UNREACHABLE, now)
    else:
        host.direct(leg, route.target, now)


def _begin(host: CallHost, call: Call) -> None:
    host.calls[call.id] = call
    host.publish(CallStarted(call.started_at, call.id, call.direction, call.caller, call.caller_name, call.number))
