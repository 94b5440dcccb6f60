"""One keeps the other waiting: by the phone's own key, or asked for from here."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.persons import rewriting

from pbx.call import hold
from pbx.call.call import Leg
from pbx.events import LegHeld
from pbx.sip.events import OfferAnswered, OfferReceived


def talking(exchange: Exchange) -> tuple[Handset, Handset, Leg, Leg]:
    """1001 has called 1002 and they talk; their phones and their legs."""
    ana, boris = exchange.phone("1001"), exchange.phone("1002", "answer")
    ana.dial("1002")
    exchange.run_until(1)
    [call] = exchange.control.calls.values()
    leg, other = call.legs.values()
    return ana, boris, leg, other


def heard(exchange: Exchange, *legs: Leg) -> list[str | None]:
    """What each leg hears."""
    return [exchange.plane.heard.get(leg.id) for leg in legs]


def test_whoever_is_held_hears_music_until_the_other_comes_back(exchange: Exchange) -> None:
    ana, boris, leg, other = talking(exchange)
    ana.offer("sendonly")
    exchange.run_until(2)
    assert heard(exchange, leg, other) == [None, "music*"]
    assert ana.remote is not None
    assert ana.remote.direction == "recvonly"
    assert exchange.told(LegHeld) == [LegHeld(exchange.told(LegHeld)[0].at, leg.call.id, leg.id, True)]
    ana.offer("sendrecv")
    exchange.run_until(3)
    assert heard(exchange, leg, other) == [other.id, leg.id]
    assert [event.held for event in exchange.told(LegHeld)] == [True, False]
    boris.hang_up()


def test_whoever_is_held_hears_the_music_of_the_queue_that_the_call_came_through(exchange: Exchange) -> None:
    ana, _, leg, other = talking(exchange)
    leg.call.music = ("/music/calm.wav",)
    ana.offer("sendonly")
    exchange.run_until(2)
    assert heard(exchange, leg, other) == [None, "/music/calm.wav*"]
    ana.hang_up()


def test_the_held_phone_is_not_asked_to_change_anything(exchange: Exchange) -> None:
    ana, boris, _, _ = talking(exchange)
    ana.offer("inactive")
    exchange.run_until(2)
    assert boris.party.told(OfferReceived) == []
    assert len(exchange.network.times("INVITE", "switch")) == 1
    ana.hang_up()


def test_two_holds_at_one_moment_are_both_granted(exchange: Exchange) -> None:
    ana, boris, leg, other = talking(exchange)
    ana.offer("sendonly")
    boris.offer("sendonly")
    exchange.run_until(2)
    assert {event.status for phone in (ana, boris) for event in phone.party.told(OfferAnswered)} == {200}
    assert heard(exchange, leg, other) == [None, None]
    ana.offer("sendrecv")
    exchange.run_until(3)
    assert heard(exchange, leg, other) == ["music*", None]
    boris.offer("sendrecv")
    exchange.run_until(4)
    assert heard(exchange, leg, other) == [other.id, leg.id]
    ana.hang_up()


def test_an_offer_that_cannot_be_read_changes_nothing(exchange: Exchange) -> None:
    ana, _, leg, other = talking(exchange)
    assert ana.session is not None
    ana.session.offer(b"v=0\r\nnonsense", exchange.network.now)
    exchange.run_until(2)
    assert [event.status for event in ana.party.told(OfferAnswered)] == [488]
    assert exchange.told(LegHeld) == []
    assert heard(exchange, leg, other) == [other.id, leg.id]
    ana.hang_up()


def test_a_phone_that_changes_its_codec_is_answered_with_one_it_offers(exchange: Exchange) -> None:
    ana, boris, leg, _ = talking(exchange)
    assert ana.session is not None
    ana.session.offer(ana.description().replace(b"RTP/AVP 0 8 101", b"RTP/AVP 8 101"), exchange.network.now)
    exchange.run_until(2)
    assert leg.audio.codec == "PCMA"
    assert exchange.plane.remotes[leg.id].payload_type == 8
    assert boris.talks
    ana.hang_up()


def test_a_hold_may_be_asked_for_from_here(exchange: Exchange) -> None:
    ana, _, leg, other = talking(exchange)
    hold.ask(exchange.control, other, True)
    assert heard(exchange, leg, other) == ["music*", None]
    hold.ask(exchange.control, other, True)
    assert [event.leg for event in exchange.told(LegHeld)] == [other.id]
    hold.ask(exchange.control, other, False)
    assert heard(exchange, leg, other) == [other.id, leg.id]
    ana.hang_up()


def test_a_hold_of_the_phone_itself_is_not_ended_from_here(exchange: Exchange) -> None:
    ana, _, leg, other = talking(exchange)
    ana.offer("sendonly")
    exchange.run_until(2)
    hold.ask(exchange.control, leg, False)
    assert heard(exchange, leg, other) == [None, "music*"]
    ana.hang_up()


@pytest.mark.parametrize("who", ["holder", "held"])
def test_hanging_up_on_hold_ends_the_call(exchange: Exchange, who: str) -> None:
    ana, boris, _, _ = talking(exchange)
    ana.offer("sendonly")
    exchange.run_until(2)
    (ana if who == "holder" else boris).hang_up()
    exchange.run_until(70)
    exchange.plane.tell_closed()
    assert not ana.talks
    assert not boris.talks
    assert exchange.in_use == (0, 0, 0)
    assert exchange.network.left == {}


def test_a_phone_that_holds_in_its_answer_to_a_refresh_holds(exchange: Exchange) -> None:
    rewriting(exchange.switch, lambda data: data.replace(b"PRACK, UPDATE, ", b""))
    ana, boris, leg, other = talking(exchange)
    boris.answers = "sendonly"
    exchange.run_until(1000)
    assert heard(exchange, leg, other) == ["music*", None]
    assert [(event.leg, event.held) for event in exchange.told(LegHeld)] == [(other.id, True)]
    ana.hang_up()
    exchange.run_until(1100)
