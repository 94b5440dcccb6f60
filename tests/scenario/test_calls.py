"""Calls between phones, as call control steers them."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.events import CallEnded, LegAnswered, LegEnded, LegRinging, LegsBridged
from pbx.sip.events import SessionProgressed


def talking(exchange: Exchange) -> tuple[Handset, Handset]:
    """1001 has called 1002 and they talk."""
    ana, boris = exchange.phone("1001"), exchange.phone("1002", "answer")
    ana.dial("1002")
    exchange.run_until(1)
    return ana, boris


def test_a_phone_calls_another_and_they_are_bridged(exchange: Exchange) -> None:
    ana, boris = talking(exchange)
    assert ana.talks
    assert boris.talks
    assert [event.status for event in ana.party.told(SessionProgressed)] == [180]
    [bridged] = exchange.told(LegsBridged)
    assert exchange.plane.heard == {bridged.leg: bridged.other, bridged.other: bridged.leg}
    assert len(exchange.told(LegRinging)) == 1
    assert len(exchange.told(LegAnswered)) == 2
    ana.hang_up()


def test_both_sides_of_a_call_speak_the_same_codec(exchange: Exchange) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002", "answer")
    ana.dial("1002", ana.description().replace(b"RTP/AVP 0 8 101", b"RTP/AVP 8 0 101"))
    exchange.run_until(1)
    assert ana.remote is not None
    assert ana.remote.codecs == ("PCMA",)
    assert {remote.payload_type for remote in exchange.plane.remotes.values()} == {8}
    boris.hang_up()


@pytest.mark.parametrize("who", ["caller", "callee"])
def test_whoever_hangs_up_ends_the_call_for_both(exchange: Exchange, who: str) -> None:
    ana, boris = talking(exchange)
    exchange.run_until(11)
    (ana if who == "caller" else boris).hang_up()
    exchange.run_until(12)
    assert not ana.talks
    assert not boris.talks
    assert exchange.network.times("BYE") == [11.0, 11.01]
    exchange.plane.tell_closed()
    record = exchange.ended
    assert (record.cause, record.ended_by, len(record.legs)) == ("normal", who, 2)
    assert record.answered_at is not None
    assert record.ended_at - record.answered_at == pytest.approx(11, abs=0.1)
    assert [(leg.party, leg.direction, leg.codec) for leg in record.legs] == [
        ("1001", "in", "PCMU"),
        ("1002", "out", "PCMU"),
    ]
    assert {leg.packets_received for leg in record.legs} == {500}


def test_both_hang_up_at_once(exchange: Exchange) -> None:
    ana, boris = talking(exchange)
    ana.hang_up()
    boris.hang_up()
    exchange.run_until(2)
    exchange.plane.tell_closed()
    assert exchange.ended.cause == "normal"


@pytest.mark.parametrize(
    ("status", "cause"), [(486, "busy"), (603, "declined"), (480, "unreachable"), (404, "unreachable"), (500, "failed")]
)
def test_a_refusal_of_the_called_phone_reaches_the_caller(exchange: Exchange, status: int, cause: str) -> None:
    ana = exchange.phone("1001")
    exchange.phone("1002", status)
    ana.dial("1002")
    exchange.run_until(2)
    assert [refused for refused, _ in ana.refused_with] == [status]
    exchange.plane.tell_closed()
    assert (exchange.ended.cause, exchange.ended.legs[1].status) == (cause, status)


def test_a_caller_who_gives_up_stops_the_ringing(exchange: Exchange) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002")
    ana.dial("1002")
    exchange.run_until(5)
    ana.hang_up()
    exchange.run_until(6)
    assert exchange.network.times("CANCEL") == [5.0, 5.01]
    assert not boris.talks
    exchange.plane.tell_closed()
    assert (exchange.ended.cause, exchange.ended.ended_by) == ("cancelled", "caller")


def test_a_caller_who_gives_up_just_as_the_phone_answers(exchange: Exchange) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002")
    ana.dial("1002")
    exchange.run_until(5)
    assert boris.session is not None
    boris.session.accept(boris.description(), exchange.network.now)
    ana.hang_up()
    exchange.run_until(7)
    assert not boris.talks
    assert not ana.talks
    exchange.plane.tell_closed()
    assert len(exchange.told(CallEnded)) == 1


def test_a_phone_that_rings_unanswered_is_given_up_after_a_minute(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    exchange.phone("1002")
    ana.dial("1002")
    exchange.run_until(62)
    assert [status for status, _ in ana.refused_with] == [480]
    assert [event.cause for event in exchange.told(LegEnded)] == ["no_answer", "no_answer"]


def test_a_phone_that_is_switched_off_is_given_up_after_32_seconds(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    exchange.phone("1002")
    exchange.network.lose("INVITE", 0)
    ana.dial("1002")
    exchange.network.lose("INVITE", 99)
    exchange.run_until(40)
    assert [status for status, _ in ana.refused_with] == [480]


def test_a_phone_that_is_not_registered_cannot_be_reached(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    exchange.phone("1002", registered=False)
    ana.dial("1002")
    exchange.run_until(1)
    assert [status for status, _ in ana.refused_with] == [480]
    assert exchange.ended.cause == "unreachable"


def test_a_phone_that_asks_us_to_offer_answers_in_its_ack(exchange: Exchange) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002", "answer")
    ana.dial("1002", b"")
    exchange.run_until(1)
    assert ana.talks
    assert boris.talks
    assert ana.remote is not None
    assert ana.remote.codecs == ("PCMU", "PCMA", "G722", "opus")
    ana.hang_up()
