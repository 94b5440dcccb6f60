"""People who work at another phone than their own: it rings for their number, and calls as theirs."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.front import Front
from tests.scenario.watcher import Keys

from pbx.events import CallStarted, LegStarted, PhoneRegistered, PhoneUnregistered
from pbx.guard.rules import GuardRules


class Office:
    """1001 sits at the phone of 1002; a colleague has 1003."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        exchange.routes(n1001="phone:1001", n1002="phone:1002", n1003="phone:1003")
        self.front = Front(exchange, GuardRules(rate=1000.0), n1001="one", n1002="two", n1003="three")
        self.whereabouts = self.front.whereabouts
        self.own, self.desk = exchange.phone("1001", "answer"), exchange.phone("1002", "answer")
        self.colleague = exchange.phone("1003", "answer")
        self.desk.keys = Keys("1002", "two")
        self.colleague.keys = Keys("1003", "three")
        self.whereabouts.seat({"1001": "1002"})


@pytest.fixture
def office(exchange: Exchange) -> Office:
    return Office(exchange)


def test_a_call_to_her_number_rings_where_she_sits_and_is_hers(office: Office) -> None:
    office.colleague.dial("1001")
    office.exchange.run_until(1)
    assert office.desk.talks
    assert office.exchange.invites("1001") == []
    assert office.exchange.told(LegStarted)[-1].extension == "1001"
    office.colleague.hang_up()


def test_the_phone_calls_by_her_number_and_her_name(office: Office) -> None:
    office.desk.dial("1003")
    office.exchange.run_until(1)
    [invite] = office.exchange.invites("1003")
    assert (invite.from_.uri.user, invite.from_.display) == ("1001", "Phone 1001")
    [started] = office.exchange.told(CallStarted)
    assert (started.caller, started.caller_name) == ("1001", "Phone 1001")
    office.desk.hang_up()


def test_the_phone_still_rings_for_its_own_number_and_is_its_own_again_when_she_leaves(office: Office) -> None:
    office.colleague.dial("1002")
    office.exchange.run_until(1)
    assert office.desk.talks
    office.colleague.hang_up()
    office.whereabouts.seat({})
    office.desk.dial("1001")
    office.exchange.run_until(2)
    assert office.own.talks
    assert office.exchange.told(CallStarted)[-1].caller == "1002"
    office.desk.hang_up()


def test_it_is_told_whether_she_is_reached_where_she_sits(office: Office) -> None:
    exchange = office.exchange
    exchange.published.clear()
    office.whereabouts.seat({"1001": "1009"})
    office.whereabouts.seat({"1001": "1002"})
    office.whereabouts.forget("1002")
    now = exchange.network.now
    assert exchange.published == [
        PhoneUnregistered(now, "1001"),
        PhoneRegistered(now, "1001"),
        PhoneUnregistered(now, "1002"),
        PhoneUnregistered(now, "1001"),
    ]
    assert not office.whereabouts.reachable("1001")
