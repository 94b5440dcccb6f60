"""A third party is added to two who talk, and somebody leaves."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.test_transfers import Desk

from pbx.call import consult, transfer
from pbx.call.transfer import Immovable
from pbx.conference_events import PartyAdded
from pbx.events import CallTransferred, LegsBridged, TransferFailed


def gathered(exchange: Exchange) -> Desk:
    """1002 has added 1003 to its call with 1001."""
    desk = Desk(exchange)
    consult.consult(exchange.control, desk.by, "1003", exchange.network.now, joins=True)
    desk.run(1)
    return desk


def in_room(desk: Desk) -> set[str]:
    """The parties that hear each other in the call's room."""
    return {leg.party for leg in desk.call.live_legs if desk.hears(leg) == f"room call {desk.call.id}"}


def test_whoever_was_asked_first_is_joined_and_all_three_hear_each_other(exchange: Exchange) -> None:
    desk = Desk(exchange)
    desk.consult()
    assert desk.hears(desk.staying) == "music*"
    consult.join(exchange.control, desk.by)
    desk.run(1)
    assert in_room(desk) == {"1001", "1002", "1003"}
    assert [(one.leg, one.other, one.added) for one in exchange.told(PartyAdded)] == [
        (desk.by.id, desk.staying.id, desk.leg("1003").id)
    ]
    desk.end(desk.boris, desk.vera)


def test_a_party_that_is_added_is_joined_as_soon_as_it_answers(exchange: Exchange) -> None:
    desk = gathered(exchange)
    assert in_room(desk) == {"1001", "1002", "1003"}
    desk.end(desk.boris, desk.vera)


def test_nobody_is_joined_who_has_not_answered(exchange: Exchange) -> None:
    desk = Desk(exchange, "ring")
    desk.consult()
    consult.join(exchange.control, desk.by)
    assert exchange.told(PartyAdded) == []
    desk.end(desk.ana, desk.boris)


def test_a_party_that_will_not_be_added_leaves_the_two_as_they_were(exchange: Exchange) -> None:
    desk = Desk(exchange, 486)
    consult.consult(exchange.control, desk.by, "1003", exchange.network.now, joins=True)
    desk.run(1)
    assert (desk.hears(desk.staying), desk.hears(desk.by)) == (desk.by.id, desk.staying.id)
    assert [one.status for one in exchange.told(TransferFailed)] == [486]
    desk.end(desk.boris)


@pytest.mark.parametrize("leaver", ["1001", "1002", "1003"])
def test_whoever_leaves_the_other_two_are_relayed_to_each_other(exchange: Exchange, leaver: str) -> None:
    desk = gathered(exchange)
    phones = {"1001": desk.ana, "1002": desk.boris, "1003": desk.vera}
    phones.pop(leaver).hang_up()
    desk.run(1)
    first, second = (desk.leg(party) for party in phones)
    assert (desk.hears(first), desk.hears(second)) == (second.id, first.id)
    assert (first.partner, second.partner) == (second, first)
    bridged = exchange.told(LegsBridged)[-1]
    assert {bridged.leg, bridged.other} == {first.id, second.id}
    assert desk.leg(leaver).cause == "left"
    *_, last = phones.values()
    legs = desk.end(last)
    assert {leg.party: leg.cause for leg in legs} == {leaver: "left"} | dict.fromkeys(phones, "normal")
    assert (exchange.ended.cause, exchange.ended.ended_by) == ("normal", "callee")


def test_one_of_three_who_holds_is_out_of_it_and_comes_back(exchange: Exchange) -> None:
    desk = gathered(exchange)
    desk.boris.offer("sendonly")
    desk.run(1)
    assert in_room(desk) == {"1001", "1003"}
    assert desk.hears(desk.by) is None
    desk.vera.offer("sendonly")
    desk.run(1)
    assert (desk.hears(desk.staying), in_room(desk)) == ("music*", set())
    for phone in (desk.boris, desk.vera):
        phone.offer("sendrecv")
        desk.run(1)
    assert in_room(desk) == {"1001", "1002", "1003"}
    desk.end(desk.boris, desk.vera)


def test_three_who_talk_are_not_transferred(exchange: Exchange) -> None:
    desk = gathered(exchange)
    with pytest.raises(Immovable, match="more than two"):
        transfer.blind(exchange.control, desk.by, "1003", exchange.network.now)
    assert exchange.told(CallTransferred) == []
    desk.end(desk.boris, desk.vera)
