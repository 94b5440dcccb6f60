"""Conference rooms: who gets in, who is heard, and who is put out."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.asking import PromptsAsked, PromptsReady
from pbx.call.call import Leg
from pbx.call.conference import ConferenceRooms, RoomRules
from pbx.conference_events import ConferenceJoined, ConferenceLeft, ConferenceLocked, MemberMuted
from pbx.events import Event
from pbx.plane.protocol import EVERYBODY, NOBODY


class Hall:
    """602 leads to the open room ``team``, 603 to ``board``, which has a PIN."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.rooms = ConferenceRooms()
        self.rooms.rules = {"board": RoomRules(pin="1234", tones=False)}
        exchange.control.destinations["conference"] = self.rooms.serve
        exchange.routes(n602="conference:team", n603="conference:board")
        exchange.on_event = self._speaks

    def _speaks(self, event: Event) -> None:
        if isinstance(event, PromptsAsked):
            leg = self.exchange.control.legs[event.leg]
            assert leg.attendant is not None
            clips = tuple(wording.clip for wording in event.wordings)
            leg.attendant.answered(PromptsReady(event.leg, event.ask, clips), self.exchange.network.now)

    def enter(self, *extensions: str, number: str = "602") -> list[Handset]:
        phones = [self.exchange.phone(extension) for extension in extensions]
        for phone in phones:
            phone.dial(number)
            self.run(1)
        return phones

    def run(self, seconds: float) -> None:
        network = self.exchange.network
        self.exchange.run_until(network.now - network.began + seconds)

    def leg(self, extension: str) -> Leg:
        return next(leg for leg in self.exchange.control.legs.values() if leg.party == extension)

    def members(self) -> dict[str, str]:
        """Who is in a room, and by whom each is heard."""
        plane, legs = self.exchange.plane, self.exchange.control.legs.values()
        there = [leg for leg in legs if leg.answered and plane.heard.get(leg.id, "").startswith("room ")]
        return {leg.party: plane.speaks_to[leg.id] for leg in there}

    def empty(self, phones: Iterable[Handset]) -> None:
        for phone in phones:
            phone.hang_up_if_busy()
        self.run(100)
        self.exchange.plane.tell_closed()
        assert self.exchange.in_use == (0, 0, 0)
        joined, left = self.exchange.told(ConferenceJoined), self.exchange.told(ConferenceLeft)
        assert sorted((one.leg, one.room) for one in joined) == sorted((one.leg, one.room) for one in left)


@pytest.fixture
def hall(exchange: Exchange) -> Hall:
    return Hall(exchange)


def test_whoever_dials_a_room_is_in_it_until_she_hangs_up(hall: Hall) -> None:
    ana, boris = hall.enter("1001", "1002")
    assert hall.members() == {"1001": EVERYBODY, "1002": EVERYBODY}
    ana.hang_up()
    hall.run(1)
    assert boris.talks
    assert hall.members() == {"1002": EVERYBODY}
    hall.empty([boris])


def test_a_member_is_muted_from_here_and_by_her_own_key(hall: Hall) -> None:
    phones = hall.enter("1001", "1002")
    leg, plane = hall.leg("1001"), hall.exchange.plane
    hall.rooms.mute(leg, True)
    hall.rooms.mute(leg, True)
    assert hall.members() == {"1001": NOBODY, "1002": EVERYBODY}
    for heard_by in (EVERYBODY, NOBODY):
        plane.press(leg.id, "0")
        plane.press(leg.id, "5")
        assert hall.members()["1001"] == heard_by
    assert [event.muted for event in hall.exchange.told(MemberMuted)] == [True, False, True]
    assert [clip for _, clip in plane.chimes] == ["denied", "confirm", "denied"]
    hall.empty(phones)


def test_nobody_comes_into_a_locked_room_until_it_is_opened_or_empty(hall: Hall) -> None:
    control = hall.exchange.control
    hall.rooms.lock(control, "team", True)  # nobody is there: nothing is locked
    ana, boris = hall.enter("1001", "1002")
    for locked in (True, True, False, True):
        hall.rooms.lock(control, "team", locked)
    [vera] = hall.enter("1003")
    assert [status for status, _ in vera.refused_with] == [403]
    for phone in (ana, boris):
        phone.hang_up()
    hall.run(1)
    vera.dial("602")
    hall.run(1)
    assert vera.talks
    assert [event.locked for event in hall.exchange.told(ConferenceLocked)] == [True, False, True]
    hall.empty([vera])


def test_whoever_knows_the_pin_gets_in(hall: Hall) -> None:
    phones = hall.enter("1001", "1002", number="603")
    ana, boris = hall.leg("1001"), hall.leg("1002")
    assert hall.exchange.plane.heard[ana.id] == "enter-pin"
    hall.exchange.plane.press(ana.id, "1234")
    hall.exchange.plane.end_clips(boris.id)
    hall.exchange.plane.press(boris.id, "12#1234")
    assert hall.members() == dict.fromkeys(("1001", "1002"), EVERYBODY)
    hall.empty(phones)


def test_whoever_does_not_is_let_go_after_three_tries(hall: Hall) -> None:
    ana, boris = hall.enter("1001", "1002", number="603")
    hall.exchange.plane.press(hall.leg("1001").id, "111122223333")
    hall.run(1)
    assert not ana.talks
    for _ in range(3):
        hall.exchange.plane.end_clips(hall.leg("1002").id)
        hall.run(11)
    assert not boris.talks
    assert hall.exchange.told(ConferenceJoined) == []
    hall.empty([])


def test_a_room_that_was_locked_while_the_pin_was_typed_stays_closed(hall: Hall) -> None:
    ana, boris = hall.enter("1001", "1002", number="603")
    hall.exchange.plane.press(hall.leg("1001").id, "1234")
    hall.rooms.lock(hall.exchange.control, "board", True)
    hall.exchange.plane.press(hall.leg("1002").id, "1234")
    hall.run(1)
    assert (ana.talks, boris.talks) == (True, False)
    hall.empty([ana])
