"""Supervisors of a call: whom they hear, by whom they are heard, and that nobody else notices."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.test_transfers import Desk

from pbx.call import consult, hold, supervision
from pbx.call.call import Leg
from pbx.conference_events import SupervisionChanged, SupervisionEnded, SupervisionStarted
from pbx.events import CallEnded, CallOffered, CallsMerged, LegAnswered
from pbx.plane.protocol import EVERYBODY, NOBODY
from pbx.supervision import Mode


class Station(Desk):
    """Zora, at 1009, supervises the call of 1001 with 1002, who is an agent."""

    def __init__(self, exchange: Exchange, mode: Mode = "listen", *, by_code: bool = True, tone: bool = False) -> None:
        super().__init__(exchange)
        self.zora = exchange.phone("1009", "answer")
        if by_code:
            exchange.routes(n1001="phone:1001", n1002="phone:1002", n1003="phone:1003", n90="feature:listen")
            exchange.on_event = lambda event: self._dialled(event, mode, tone)
            self.zora.dial("90")
        else:
            supervision.ring_supervisor(
                exchange.control, "zora's", "1009", self.by, mode, exchange.network.now, tone=tone
            )
        self.run(1)

    def _dialled(self, event: object, mode: Mode, tone: bool) -> None:
        if isinstance(event, CallOffered):
            control = self.exchange.control
            leg = control.legs[event.leg]
            supervision.supervise(control, leg, self.by, mode, self.exchange.network.now, tone=tone)

    @property
    def boss(self) -> Leg:
        return self.leg("1009")

    def seated(self) -> dict[str, str]:
        """Who is in the call's room, and by whom each is heard there."""
        plane, room = self.exchange.plane, f"room call {self.call.id}"
        return {leg.party: plane.speaks_to[leg.id] for leg in self.call.live_legs if self.hears(leg) == room}

    def change(self, mode: Mode) -> None:
        supervision.change(self.exchange.control, self.boss, mode, self.exchange.network.now)
        self.run(1)

    @property
    def relayed(self) -> bool:
        """Whether the two talk through a plain relay."""
        return (self.hears(self.staying), self.hears(self.by)) == (self.by.id, self.staying.id)


ALOUD = {"1001": EVERYBODY, "1002": EVERYBODY}


@pytest.mark.parametrize("by_code", [True, False])
@pytest.mark.parametrize("mode", ["listen", "whisper", "barge"])
def test_a_supervisor_is_heard_by_whom_the_mode_says(exchange: Exchange, mode: Mode, by_code: bool) -> None:
    station = Station(exchange, mode, by_code=by_code)
    heard_by = {"listen": NOBODY, "whisper": station.by.id, "barge": EVERYBODY}[mode]
    assert station.seated() == ALOUD | {"1009": heard_by}
    [started] = exchange.told(SupervisionStarted)
    assert (started.call, started.leg, started.extension, started.mode) == (
        station.call.id, station.boss.id, "1009", mode,
    )  # fmt: skip
    station.end(station.zora, station.boris)


def test_the_phones_of_a_supervised_call_are_told_nothing(exchange: Exchange) -> None:
    station = Station(exchange)
    assert {event.leg for event in exchange.told(LegAnswered)} == {leg.id for leg in station.call.legs.values()}
    before = len([*exchange.network.packets("INVITE"), *exchange.network.packets("UPDATE")])
    station.zora.hang_up()
    station.run(1)
    assert len([*exchange.network.packets("INVITE"), *exchange.network.packets("UPDATE")]) == before
    assert [one.receiver for one in exchange.network.packets("INVITE") if one.sender == "switch"] == ["1002"]
    station.end(station.boris)


def test_when_the_supervisor_leaves_the_call_is_relayed_again(exchange: Exchange) -> None:
    station = Station(exchange)
    station.zora.hang_up()
    station.run(1)
    assert station.relayed
    assert [one.took_over for one in exchange.told(SupervisionEnded)] == [False]
    station.end(station.ana)
    assert (exchange.ended.cause, exchange.ended.ended_by) == ("normal", "caller")


@pytest.mark.parametrize("who", ["ana", "boris"])
def test_when_the_call_ends_so_does_the_supervisors_leg(exchange: Exchange, who: str) -> None:
    station = Station(exchange)
    getattr(station, who).hang_up()
    station.run(1)
    assert not station.zora.talks
    station.end()


def test_a_supervisor_who_is_still_rung_when_the_call_ends_is_rung_no_more(exchange: Exchange) -> None:
    station = Desk(exchange)
    zora = exchange.phone("1009")
    supervision.ring_supervisor(exchange.control, "zora's", "1009", station.by, "listen", exchange.network.now)
    station.run(1)
    station.boris.hang_up()
    station.run(1)
    assert not zora.talks
    station.end()
    assert exchange.told(SupervisionStarted) == exchange.told(SupervisionEnded) == []


def test_keys_change_the_mode_and_the_record_tells_who_did_what_when(exchange: Exchange) -> None:
    station = Station(exchange)
    for key, heard_by in (("1", station.by.id), ("2", EVERYBODY), ("0", NOBODY), ("7", NOBODY)):
        exchange.plane.press(station.boss.id, key)
        station.run(1)
        assert station.seated() == ALOUD | {"1009": heard_by}
    assert [event.mode for event in exchange.told(SupervisionChanged)] == ["whisper", "barge", "listen"]
    [record] = [leg for leg in station.end(station.boris) if leg.supervised]
    assert (record.party, [step.mode for step in record.supervised]) == (
        "1009",
        ["listen", "whisper", "barge", "listen"],
    )
    steps = [step.at for step in record.supervised]
    assert [b - a for a, b in pairwise(steps)] == pytest.approx([1, 1, 1], abs=0.02)


def test_a_supervisor_takes_over_and_is_a_party_like_any_other(exchange: Exchange) -> None:
    station = Station(exchange)
    exchange.plane.press(station.boss.id, "3")
    station.run(1)
    assert (station.hears(station.boss), station.hears(station.staying)) == (station.staying.id, station.boss.id)
    assert not station.boris.talks
    assert [one.took_over for one in exchange.told(SupervisionEnded)] == [True]
    legs = station.end(station.ana)
    assert {leg.party: leg.cause for leg in legs} == {"1001": "normal", "1002": "transferred", "1009": "normal"}
    assert exchange.ended.ended_by == "caller"


def test_a_supervisor_may_be_rung_to_take_over_at_once(exchange: Exchange) -> None:
    station = Station(exchange, "take_over", by_code=False)
    assert (station.hears(station.boss), station.hears(station.staying)) == (station.staying.id, station.boss.id)
    station.end(station.ana)


def test_an_agent_who_holds_may_still_be_whispered_to(exchange: Exchange) -> None:
    station = Station(exchange, "whisper")
    hold.ask(exchange.control, station.by, True)
    assert station.hears(station.staying) == "music*"
    assert station.seated() == {"1002": EVERYBODY, "1009": station.by.id}
    hold.ask(exchange.control, station.by, False)
    assert station.seated() == ALOUD | {"1009": station.by.id}
    station.end(station.boris)


def test_supervision_follows_a_call_that_is_given_away(exchange: Exchange) -> None:
    station = Station(exchange, "whisper")
    station.consult()
    vera = station.leg("1003")
    assert station.hears(station.staying) == "music*"
    assert station.seated() == {"1002": EVERYBODY, "1003": EVERYBODY, "1009": station.by.id}
    consult.complete(exchange.control, station.by, exchange.network.now)
    station.run(1)
    assert station.seated() == {"1001": EVERYBODY, "1003": EVERYBODY, "1009": vera.id}
    station.end(station.vera)
    assert len(exchange.told(SupervisionEnded)) == 1


def test_one_waits_alone_with_a_supervisor_while_a_call_is_given_away(exchange: Exchange) -> None:
    station = Station(exchange)
    station.vera.will = "ring"
    station.blind()
    assert station.hears(station.staying) == "ringback*"
    assert station.seated() == {"1009": NOBODY}
    station.vera.accept()
    station.run(1)
    assert station.seated() == {"1001": EVERYBODY, "1003": EVERYBODY, "1009": NOBODY}
    station.end(station.vera)


def test_three_parties_are_supervised_as_two_are(exchange: Exchange) -> None:
    station = Station(exchange, "whisper")
    consult.consult(exchange.control, station.by, "1003", exchange.network.now, joins=True)
    station.run(1)
    assert station.seated() == ALOUD | {"1003": EVERYBODY, "1009": station.by.id}
    exchange.plane.press(station.boss.id, "3")
    station.run(1)
    assert exchange.told(SupervisionEnded) == []  # whose place would it be?
    station.boris.hang_up()
    station.run(1)
    assert station.seated() == {"1001": EVERYBODY, "1003": EVERYBODY, "1009": station.leg("1003").id}
    station.end(station.vera)


def test_several_supervisors_are_each_heard_by_their_own(exchange: Exchange) -> None:
    station = Station(exchange)
    exchange.phone("1008", "answer")
    supervision.ring_supervisor(exchange.control, "other's", "1008", station.by, "barge", exchange.network.now)
    station.run(1)
    assert station.seated() == ALOUD | {"1009": NOBODY, "1008": EVERYBODY}
    station.zora.hang_up()
    station.run(1)
    assert station.seated() == ALOUD | {"1008": EVERYBODY}
    station.end(station.boris)


def test_an_agent_is_told_by_a_tone_where_that_is_wanted(exchange: Exchange) -> None:
    station = Station(exchange, tone=True)
    assert exchange.plane.chimes == [(station.by.id, "supervised")]
    station.end(station.boris)


def test_a_supervisor_of_a_call_that_is_over_is_refused(exchange: Exchange) -> None:
    station = Station(exchange)
    station.end(station.boris)
    station.zora.dial("90")
    exchange.run_until(200)
    assert station.zora.refused_with[-1][0] == 480
    assert len(exchange.told(CallEnded)) == 2


def test_the_call_with_which_a_supervisor_came_leaves_no_record_of_its_own(exchange: Exchange) -> None:
    station = Station(exchange)
    [merged] = exchange.told(CallsMerged)
    assert merged.call == station.call.id
    station.end(station.boris)
    assert [record.call for record in exchange.told(CallEnded)] == [station.call.id]
