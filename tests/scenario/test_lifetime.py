"""A call that nobody ends is ended."""

from __future__ import annotations

from tests.scenario.exchange import Exchange

from pbx.call import cause as causes
from pbx.call.lifetime import overlong
from pbx.sip.message import parse_message

LONGEST_S = 60.0


def test_a_call_that_lasts_too_long_is_ended_and_its_phone_is_told_why(exchange: Exchange) -> None:
    early, late = exchange.phone("1001"), exchange.phone("1002")
    early.dial("600")
    exchange.run_until(30)
    late.dial("601")
    exchange.run_until(59)
    control, network = exchange.control, exchange.network
    assert overlong(control.calls.values(), LONGEST_S, network.now) == []
    exchange.run_until(61)
    [call] = overlong(control.calls.values(), LONGEST_S, network.now)
    for leg in control.calls[call].live_legs:
        control.hang_up(leg, causes.TOO_LONG, network.now)
    exchange.run_until(62)
    exchange.plane.tell_closed()
    assert (early.talks, late.talks) == (False, True)
    [bye] = network.packets("BYE")
    assert parse_message(bye.data).get("reason") == "Q.850;cause=102"
    assert exchange.ended.cause == "too_long"
    late.hang_up()
