"""Legs that the switch itself talks to: who attends to them hears what they do, and is told when they are gone."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.asking import Answering
from pbx.call.call import Leg
from pbx.call.host import CallHost
from pbx.call.ring import ring_directly
from pbx.routing.numbering import Target
from pbx.sip.events import RequestAnswered


class Diary:
    """An attendant that notes what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def digit_pressed(self, digit: str, now: float) -> None:
        self.heard.append(digit)

    def clips_ended(self, now: float) -> None:
        self.heard.append("clips ended")

    def answered(self, answer: Answering, now: float) -> None:
        self.heard.append(f"answer {answer.ask}")

    def partner_failed(self, cause: str, now: float) -> None:
        self.heard.append(cause)

    def dismissed(self, now: float) -> None:
        self.heard.append("dismissed")


def attended(exchange: Exchange, *, telephone_events: bool = True) -> tuple[Handset, Leg, Diary]:
    """1001 has called a service that listens."""
    diary = Diary()

    def attend(host: CallHost, leg: Leg, name: str, now: float) -> None:
        host.answer(leg, now)
        leg.attendant = diary

    exchange.control.destinations["attendant"] = attend
    exchange.routes(n650="attendant", n1002="phone:1002")
    ana = exchange.phone("1001")
    offer = ana.description()
    ana.dial("650", offer if telephone_events else offer.replace(b"RTP/AVP 0 8 101", b"RTP/AVP 0 8"))
    exchange.run_until(1)
    [leg] = exchange.control.legs.values()
    return ana, leg, diary


def test_an_attendant_hears_digits_and_the_end_of_clips(exchange: Exchange) -> None:
    ana, leg, diary = attended(exchange)
    exchange.plane.press(leg.id, "4#")
    exchange.plane.play(leg.id, ("greeting",), loop=False)
    exchange.plane.end_clips(leg.id)
    assert diary.heard == ["4", "#", "clips ended"]
    ana.hang_up()
    exchange.run_until(2)
    assert diary.heard[-1] == "dismissed"
    assert diary.heard.count("dismissed") == 1


def test_an_attendant_hears_that_a_phone_did_not_answer_and_keeps_the_caller(exchange: Exchange) -> None:
    ana, leg, diary = attended(exchange)
    exchange.phone("1002", 486)
    ring_directly(exchange.control, leg, "1002", exchange.network.now)
    exchange.run_until(2)
    assert diary.heard == ["busy"]
    assert ana.talks
    ana.hang_up()


def test_an_attendant_lets_go_of_a_caller_whom_a_phone_answered(exchange: Exchange) -> None:
    ana, leg, diary = attended(exchange)
    boris = exchange.phone("1002", "answer")
    ring_directly(exchange.control, leg, "1002", exchange.network.now)
    exchange.run_until(2)
    assert diary.heard == ["dismissed"]
    boris.hang_up()
    exchange.run_until(3)
    assert not ana.talks


def test_an_attendant_lets_go_of_a_caller_who_is_taken_elsewhere(exchange: Exchange) -> None:
    ana, leg, diary = attended(exchange)
    exchange.control.direct(leg, Target("music"), exchange.network.now)
    exchange.plane.press(leg.id, "1")
    assert diary.heard == ["dismissed"]
    ana.hang_up()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n"),
        ("Application/DTMF-Relay;version=1", b"Signal= 5 \r\n"),
        ("application/dtmf", b"5"),
    ],
)
def test_a_digit_may_come_in_an_info_request(exchange: Exchange, kind: str, body: bytes) -> None:
    ana, _, diary = attended(exchange, telephone_events=False)
    assert ana.session is not None
    ana.session.send("INFO", exchange.network.now, content_type=kind, body=body)
    exchange.run_until(2)
    assert diary.heard == ["5"]
    assert [event.status for event in ana.party.told(RequestAnswered)] == [200]
    ana.hang_up()


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/dtmf-relay", b"Signal=55\r\n"), ("application/dtmf", b"hello"), ("text/plain", b"5")],
)
def test_an_info_request_without_a_digit_changes_nothing(exchange: Exchange, kind: str, body: bytes) -> None:
    ana, _, diary = attended(exchange, telephone_events=False)
    assert ana.session is not None
    ana.session.send("INFO", exchange.network.now, content_type=kind, body=body)
    exchange.run_until(2)
    assert diary.heard == []
    assert [event.status for event in ana.party.told(RequestAnswered)] == [200]
    ana.hang_up()


def test_a_phone_that_sends_telephone_events_is_not_heard_twice(exchange: Exchange) -> None:
    ana, leg, diary = attended(exchange)
    assert ana.session is not None
    ana.session.send("INFO", exchange.network.now, content_type="application/dtmf", body=b"5")
    exchange.plane.press(leg.id, "5")
    exchange.run_until(2)
    assert diary.heard == ["5"]
    ana.hang_up()
