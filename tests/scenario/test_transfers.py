"""A call is given away: to a number, or to somebody who was asked first; asked for from here."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.call import consult, transfer
from pbx.call.call import Leg
from pbx.call.transfer import Immovable
from pbx.events import CallOffered, CallTransferred, LegEnded, LegRecord, TransferFailed, TransferStarted


class Desk:
    """1001 has called 1002; 1003 may be wanted. 1002 gives 1001 away."""

    def __init__(self, exchange: Exchange, wanted: str | int = "answer", *, by: str = "1002") -> None:
        self.exchange = exchange
        self.ana, self.boris = exchange.phone("1001"), exchange.phone("1002", "answer")
        self.vera = exchange.phone("1003", wanted)
        self.ana.dial("1002")
        exchange.run_until(1)
        [self.call] = exchange.control.calls.values()
        ana, boris = self.call.legs.values()
        self.by, self.staying = (boris, ana) if by == "1002" else (ana, boris)

    def blind(self, number: str = "1003") -> None:
        """Give the partner away; the phones have a second to do what they do."""
        transfer.blind(self.exchange.control, self.by, number, self.exchange.network.now)
        self.run(1)

    def consult(self, number: str = "1003") -> None:
        """Ask first."""
        consult.consult(self.exchange.control, self.by, number, self.exchange.network.now)
        self.run(1)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        network = self.exchange.network
        self.exchange.run_until(network.now - network.began + seconds)

    def leg(self, party: str) -> Leg:
        """The leg of the newest with a party."""
        return [leg for leg in self.call.legs.values() if leg.party == party][-1]

    def hears(self, leg: Leg) -> str | None:
        """What a leg hears."""
        return self.exchange.plane.heard.get(leg.id)

    def end(self, *phones: Handset) -> tuple[LegRecord, ...]:
        """The phones hang up; then nothing may be left of the call but its record, whose legs are returned."""
        for phone in phones:
            phone.hang_up_if_busy()
        self.run(100)
        self.exchange.plane.tell_closed()
        assert self.exchange.in_use == (0, 0, 0)
        assert self.exchange.network.left == {}
        return self.exchange.ended.legs


@pytest.mark.parametrize("by", ["1001", "1002"])
def test_a_transferred_party_talks_to_whom_it_was_given(exchange: Exchange, by: str) -> None:
    desk = Desk(exchange, by=by)
    desk.blind()
    wanted = desk.leg("1003")
    assert (desk.hears(desk.staying), desk.hears(wanted)) == (wanted.id, desk.staying.id)
    assert desk.vera.talks
    assert not (desk.boris if by == "1002" else desk.ana).talks
    [done] = exchange.told(CallTransferred)
    assert (done.call, done.leg, done.other, done.to) == (desk.call.id, desk.by.id, desk.staying.id, wanted.id)
    legs = desk.end(desk.vera)
    assert [(leg.party, leg.cause) for leg in legs if leg.cause == "transferred"] == [(by, "transferred")]
    assert {leg.party for leg in legs} == {"1001", "1002", "1003"}
    assert (exchange.ended.cause, exchange.ended.ended_by) == ("normal", "callee")


def test_the_phone_that_rings_is_shown_who_will_be_heard(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring", by="1001")
    desk.blind()
    [invite] = [one for one in exchange.network.packets("INVITE") if one.receiver == "1003"]
    assert b"From: <sip:1002@" in invite.data
    desk.end(desk.boris)


def test_while_the_wanted_phone_rings_the_one_who_waits_hears_it_and_the_other_nothing(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring")
    desk.blind()
    assert (desk.hears(desk.staying), desk.hears(desk.by)) == ("ringback*", None)
    assert [event.consulting for event in exchange.told(TransferStarted)] == [False]
    desk.end(desk.ana)


@pytest.mark.parametrize("wanted", [486, 603, 500])
def test_a_transferor_whose_wanted_party_refuses_is_connected_again(exchange: Exchange, wanted: int) -> None:
    desk = Desk(exchange, wanted)
    desk.blind()
    assert (desk.hears(desk.staying), desk.hears(desk.by)) == (desk.by.id, desk.staying.id)
    [failed] = exchange.told(TransferFailed)
    assert failed.status == wanted
    assert str(desk.call.target) == "phone:1002"
    desk.end(desk.boris)
    assert exchange.ended.ended_by == "callee"


def test_a_transferor_who_hung_up_is_rung_again_when_the_wanted_party_refuses(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring")
    desk.blind()
    desk.boris.hang_up()
    desk.run(1)
    assert desk.ana.talks
    assert desk.vera.session is not None
    desk.vera.session.reject(486, exchange.network.now)
    desk.run(2)
    assert desk.boris.talks
    assert desk.hears(desk.staying) == desk.leg("1002").id
    desk.end(desk.boris)


def test_a_transferor_who_hung_up_is_not_needed_when_the_wanted_party_answers(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring")
    desk.blind()
    desk.boris.hang_up()
    desk.run(1)
    assert desk.vera.session is not None
    desk.vera.session.accept(desk.vera.description(), exchange.network.now)
    desk.run(1)
    assert desk.hears(desk.staying) == desk.leg("1003").id
    assert len(exchange.told(CallTransferred)) == 1
    assert [event.cause for event in exchange.told(LegEnded)] == ["transferred"]
    desk.end(desk.ana)


def test_one_who_hangs_up_while_given_away_ends_it_for_all(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring")
    desk.blind()
    desk.ana.hang_up()
    desk.run(1)
    assert not desk.boris.talks
    assert [event.status for event in exchange.told(TransferFailed)] == [487]
    desk.end()
    assert exchange.ended.ended_by == "caller"


def test_all_hang_up_at_once(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring")
    desk.blind()
    desk.ana.hang_up()
    desk.boris.hang_up()
    desk.end()


def test_the_whole_call_is_hung_up_during_a_transfer(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring")
    desk.blind()
    for leg in desk.call.live_legs:
        exchange.control.hang_up(leg, "drained", exchange.network.now)
    desk.end()


def test_a_transfer_to_a_service_is_made_at_once(exchange: Exchange) -> None:
    desk = Desk(exchange)
    desk.blind("601")
    assert desk.hears(desk.staying) == "music*"
    assert not desk.boris.talks
    assert [event.to for event in exchange.told(CallTransferred)] == [""]
    desk.end(desk.ana)


def test_a_call_given_to_a_queue_is_offered_as_new_work_after_the_transferors_part_has_ended(
    exchange: Exchange,
) -> None:
    desk = Desk(exchange)
    desk.blind("700")
    [offered] = exchange.told(CallOffered)
    assert (offered.call, offered.leg, offered.target) == (desk.call.id, desk.staying.id, "support")
    order = [type(event) for event in exchange.published if isinstance(event, LegEnded | CallOffered)]
    assert order == [LegEnded, CallOffered]
    desk.end(desk.ana)


def test_a_transfer_to_a_phone_that_is_not_there_changes_nothing(exchange: Exchange) -> None:
    desk = Desk(exchange)
    exchange.registrar.remove("1003")
    desk.blind()
    assert desk.hears(desk.staying) == desk.by.id
    assert [event.status for event in exchange.told(TransferFailed)] == [480]
    desk.end(desk.ana)


@pytest.mark.parametrize(("number", "status"), [("999", 404), ("*70", 403)])
def test_a_transfer_to_where_none_can_go_does_not_begin(exchange: Exchange, number: str, status: int) -> None:
    desk = Desk(exchange)
    with pytest.raises(Immovable) as refused:
        desk.blind(number)
    assert refused.value.status == status
    assert desk.hears(desk.staying) == desk.by.id
    desk.end(desk.ana)


def test_one_on_the_move_is_not_moved_again(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring")
    desk.blind()
    with pytest.raises(Immovable):
        desk.blind()
    desk.end(desk.ana)


def test_a_transferor_on_hold_comes_back_holding(exchange: Exchange) -> None:
    desk = Desk(exchange, 486)
    desk.boris.offer("sendonly")
    desk.run(1)
    desk.blind()
    assert desk.hears(desk.staying) == "music*"
    desk.boris.offer("sendrecv")
    desk.run(1)
    assert desk.hears(desk.staying) == desk.by.id
    desk.end(desk.ana)


def test_a_transferor_asks_first_and_then_leaves_the_two_alone(exchange: Exchange) -> None:
    desk = Desk(exchange)
    desk.consult()
    wanted = desk.leg("1003")
    assert (desk.hears(desk.staying), desk.hears(desk.by)) == ("music*", wanted.id)
    consult.complete(exchange.control, desk.by, exchange.network.now)
    desk.run(1)
    assert (desk.hears(desk.staying), desk.hears(wanted)) == (wanted.id, desk.staying.id)
    assert not desk.boris.talks
    assert [event.to for event in exchange.told(CallTransferred)] == [wanted.id]
    desk.end(desk.ana)


def test_hanging_up_after_asking_makes_the_transfer(exchange: Exchange) -> None:
    desk = Desk(exchange)
    desk.consult()
    desk.boris.hang_up()
    desk.run(1)
    assert desk.hears(desk.staying) == desk.leg("1003").id
    desk.end(desk.vera)


def test_a_transferor_may_leave_while_the_wanted_phone_still_rings(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring")
    desk.consult()
    assert desk.hears(desk.by) == "ringback*"
    consult.complete(exchange.control, desk.by, exchange.network.now)
    desk.run(1)
    assert desk.hears(desk.staying) == "ringback*"
    assert desk.vera.session is not None
    desk.vera.session.accept(desk.vera.description(), exchange.network.now)
    desk.run(1)
    assert desk.hears(desk.staying) == desk.leg("1003").id
    desk.end(desk.ana)


@pytest.mark.parametrize("wanted", ["ring", "answer"])
def test_a_transferor_who_thinks_better_of_it_is_back_with_the_partner(exchange: Exchange, wanted: str) -> None:
    desk = Desk(exchange, wanted)
    desk.consult()
    consult.cancel(exchange.control, desk.by, exchange.network.now)
    desk.run(1)
    assert desk.hears(desk.staying) == desk.by.id
    assert not desk.vera.talks
    desk.end(desk.ana)


def test_a_blind_transfer_that_rings_too_long_may_be_called_back(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring")
    desk.blind()
    consult.cancel(exchange.control, desk.by, exchange.network.now)
    desk.run(1)
    assert desk.hears(desk.staying) == desk.by.id
    desk.end(desk.ana)


@pytest.mark.parametrize("how", ["refuses", "hangs up"])
def test_a_wanted_party_who_will_not_leaves_the_two_as_they_were(exchange: Exchange, how: str) -> None:
    desk = Desk(exchange, 486 if how == "refuses" else "answer")
    desk.consult()
    if how == "hangs up":
        desk.vera.hang_up()
        desk.run(1)
    assert desk.hears(desk.staying) == desk.by.id
    desk.end(desk.ana)


def test_one_who_hangs_up_during_the_consultation_leaves_the_two_talking(exchange: Exchange) -> None:
    desk = Desk(exchange)
    desk.consult()
    desk.ana.hang_up()
    desk.run(1)
    assert desk.hears(desk.by) == desk.leg("1003").id
    desk.end(desk.boris)


def test_nobody_is_consulted_where_nobody_answers(exchange: Exchange) -> None:
    desk = Desk(exchange)
    with pytest.raises(Immovable):
        desk.consult("601")
    desk.end(desk.ana)
