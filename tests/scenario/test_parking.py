"""Calls wait in slots, by HTTP and by phone, until somebody dials them; calls are picked up where they ring."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.test_referring import Office

from pbx.call.call import Leg
from pbx.call.park import ROUNDS, SLOTS, ParkingLot
from pbx.call.pickup import Pickup
from pbx.call.transfer import Immovable
from pbx.events import CallParked, CallsMerged, CallTransferred, CallUnparked, LegEnded
from pbx.routing.numbering import Target
from pbx.sip.events import ReferProgressed, SessionRejected


class Yard(Office):
    """An office with a parking lot of 60 s and pickup."""

    def __init__(self, exchange: Exchange, wanted: str | int = "answer") -> None:
        self.lot = ParkingLot(timeout_s=60)
        self.pickup = Pickup(exchange.control.legs)
        self.pickup.groups = {"1001": "Beograd", "1002": "Niš", "1003": "Beograd"}
        exchange.on_event = self.pickup.happened
        exchange.control.destinations.update(park=self.lot.serve, pickup=self.pickup.serve)
        exchange.plan.declare(
            {extension: Target("phone", extension) for extension in ("1001", "1002", "1003")}
            | {slot: Target("park", slot) for slot in SLOTS}
            | {
                "*68": Target("park"),
                "*8": Target("pickup"),
                "*8.": Target("pickup"),
                "700": Target("queue", "support"),
            }
        )
        super().__init__(exchange, wanted)

    def parties(self) -> dict[str, Leg]:
        """The answered legs by who is at their far end."""
        return {leg.party: leg for leg in self.exchange.control.legs.values() if leg.answered}

    def park(self, slot: str = "") -> None:
        """Boris's leg parks Ana."""
        self.lot.park(self.exchange.control, self.parties()["1002"], slot, self.exchange.network.now)
        self.run()

    def dial(self, phone: Handset, number: str) -> None:
        phone.dial(number)
        self.run()

    @property
    def anas_music(self) -> bool:
        return self.exchange.plane.heard.get(self.parties()["1001"].id) == "music*"


@pytest.fixture
def yard(exchange: Exchange) -> Yard:
    return Yard(exchange)


def test_a_parked_party_hears_music_until_somebody_dials_the_slot(yard: Yard) -> None:
    yard.park()
    assert [event.slot for event in yard.exchange.told(CallParked)] == ["7001"]
    assert yard.anas_music
    assert not yard.boris.talks
    yard.dial(yard.vera, "7001")
    assert yard.hears(yard.ana, yard.vera)
    assert len(yard.exchange.told(CallUnparked)) == len(yard.exchange.told(CallsMerged)) == 1
    [record] = yard.end(yard.vera)
    assert [leg.party for leg in record.legs] == ["1001", "1002", "1003"]


@pytest.mark.parametrize(("number", "slot"), [("*68", "7001"), ("7005", "7005")])
def test_a_phone_parks_by_transfer_and_is_told_the_slot(yard: Yard, number: str, slot: str) -> None:
    yard.refer(number)
    assert [event.slot for event in yard.exchange.told(CallParked)] == [slot]
    assert yard.boris.party.told(ReferProgressed)[-1].status == 200
    assert f"SIP/2.0 200 Parked at {slot}".encode() in b"".join(
        one.data for one in yard.exchange.network.packets("NOTIFY")
    )
    yard.dial(yard.vera, slot)
    assert yard.hears(yard.ana, yard.vera)
    yard.end(yard.ana)


def test_one_who_hangs_up_while_parked_frees_the_slot(yard: Yard) -> None:
    yard.park("7003")
    yard.ana.hang_up()
    yard.run()
    assert [event.slot for event in yard.exchange.told(CallUnparked)] == ["7003"]
    yard.dial(yard.vera, "7003")
    assert [event.status for event in yard.vera.party.told(SessionRejected)] == [404]
    yard.end()


def test_after_its_time_a_parked_party_comes_back_to_who_parked_it(yard: Yard) -> None:
    yard.park()
    yard.run(60)
    assert yard.hears(yard.ana, yard.boris)
    assert len(yard.exchange.told(CallUnparked)) == 1
    yard.end(yard.boris)


def test_where_nobody_answers_a_parked_party_waits_on_and_is_given_up_at_last(yard: Yard) -> None:
    yard.boris.will = "ring"
    yard.park()
    yard.run(70)
    assert yard.exchange.plane.heard[yard.parties()["1001"].id] == "ringback*"
    yard.run(30)
    assert yard.anas_music
    yard.run(ROUNDS * 90)
    assert not yard.ana.talks
    assert [event.cause for event in yard.exchange.told(LegEnded)][-1] == "no_answer"
    yard.end()


def test_one_who_is_fetched_while_it_comes_back_stops_that_ringing(yard: Yard) -> None:
    yard.boris.will = "ring"
    yard.park()
    yard.run(62)
    yard.dial(yard.vera, "7001")
    assert yard.hears(yard.ana, yard.vera)
    assert "picked_up" in [event.cause for event in yard.exchange.told(LegEnded)]
    yard.end(yard.ana)


def test_a_slot_that_is_taken_is_refused_and_the_call_stands(yard: Yard) -> None:
    yard.park("7001")
    yard.dial(yard.boris, "1003")
    leg = yard.parties()["1002"]
    with pytest.raises(Immovable):
        yard.lot.park(yard.exchange.control, leg, "7001", yard.exchange.network.now)
    assert yard.hears(yard.boris, yard.vera)
    yard.end(yard.ana, yard.boris)


def test_a_phone_that_refers_to_a_taken_slot_keeps_its_partner(yard: Yard) -> None:
    yard.park("7001")
    yard.dial(yard.boris, "1003")
    assert yard.boris.session is not None
    yard.refer("7001", session=yard.boris.session)
    assert yard.boris.party.told(ReferProgressed)[-1].status == 486
    assert yard.hears(yard.boris, yard.vera)
    yard.end(yard.ana, yard.boris)


@pytest.mark.parametrize("number", ["7001", "*68", "*8", "*81001"])
def test_where_nothing_waits_or_rings_there_is_nothing_to_take(yard: Yard, number: str) -> None:
    yard.dial(yard.vera, number)
    assert [event.status for event in yard.vera.party.told(SessionRejected)] == [404]
    yard.end(yard.ana)


def test_a_call_that_waits_in_no_queue_is_not_parked_twice(yard: Yard) -> None:
    leg = yard.parties()["1002"]
    yard.park()
    with pytest.raises(Immovable):
        yard.lot.park(yard.exchange.control, leg, "", yard.exchange.network.now)
    yard.end(yard.ana)


def rings_at_boris(exchange: Exchange) -> Yard:
    """Ana hears Boris's phone ring."""

    yard = Yard(exchange)
    yard.ana.hang_up()
    yard.run()
    yard.boris.will = "ring"
    yard.dial(yard.ana, "1002")
    return yard


def test_a_phone_takes_a_call_that_rings_at_another(exchange: Exchange) -> None:
    yard = rings_at_boris(exchange)
    yard.dial(yard.vera, "*81002")
    assert yard.hears(yard.ana, yard.vera)
    assert not yard.boris.talks
    assert any(b"Call completed elsewhere" in one.data for one in exchange.network.packets("CANCEL"))
    assert exchange.told(CallTransferred) == []
    yard.end(yard.ana)


@pytest.mark.parametrize(("group", "taken"), [("Niš", True), ("Beograd", False), ("", False)])
def test_a_phone_takes_what_rings_in_its_own_group_only(exchange: Exchange, group: str, taken: bool) -> None:
    yard = rings_at_boris(exchange)
    yard.pickup.groups = {"1002": "Niš"} | ({"1003": group} if group else {})
    yard.dial(yard.vera, "*8")
    assert yard.vera.talks is taken
    assert yard.ana.talks is taken
    yard.end(yard.ana)


def is_a_guest(yard: Yard, extension: str) -> None:
    """From now on, who calls with this number proves nothing."""
    known = yard.exchange.identify
    yard.exchange.identify = lambda request: (
        (None, False) if request.from_.uri.username == extension else known(request)
    )


def test_a_guest_takes_nothing(exchange: Exchange) -> None:
    yard = rings_at_boris(exchange)
    is_a_guest(yard, "1003")
    yard.dial(yard.vera, "*81002")
    assert not yard.vera.talks
    yard.end(yard.ana)


def test_a_guest_fetches_nobody(yard: Yard) -> None:
    yard.park()
    is_a_guest(yard, "1003")
    yard.dial(yard.vera, "7001")
    assert [event.status for event in yard.vera.party.told(SessionRejected)] == [404]
    assert yard.anas_music
    yard.end(yard.ana)


@pytest.mark.parametrize(
    "race",
    [lambda yard: yard.ana.hang_up(), lambda yard: yard.boris.accept()],
)
def test_a_pickup_that_races_leaves_nothing_behind(exchange: Exchange, race: Callable[[Yard], None]) -> None:
    yard = rings_at_boris(exchange)
    yard.vera.dial("*81002")
    race(yard)
    yard.run()
    for phone in (yard.ana, yard.boris, yard.vera):
        if phone.talks:
            phone.hang_up()
            yard.run()
    yard.end()
