"""Lamps follow the phones: subscriptions, what they tell, and how they end."""

from __future__ import annotations

from ipaddress import ip_network
from xml.etree import ElementTree

import pytest
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.front import Front
from tests.scenario.network import Network
from tests.scenario.watcher import Keys, Watcher, desks

from pbx.call.placing import place
from pbx.call.search import ANSWERED_ELSEWHERE
from pbx.commands import PlaceCall
from pbx.events import PhoneRegistered, PhoneUnregistered
from pbx.guard.rules import GuardRules
from pbx.presence.desk import MAX_A_WATCHER, PresenceDesk
from pbx.sip.events import SessionCancelled

WIDE_OPEN = GuardRules(trusted=(ip_network("192.0.2.0/24"),))


class Office:
    """A switch with three accounts and a watcher's phone on the third."""

    def __init__(self, network: Network | None = None) -> None:
        self.exchange = Exchange(network)
        self.exchange.routes(n1001="phone:1001", n1002="phone:1002")
        self.front = Front(self.exchange, WIDE_OPEN, n1001="one", n1002="two", n1003="three")
        self.desk: PresenceDesk = desks(self.front)
        self.watcher = Watcher(self.front, "1003", "three")


@pytest.fixture
def office() -> Office:
    return Office()


def lamps(watcher: Watcher) -> list[str]:
    """What each document says of the dialog."""
    states = ("terminated", "trying", "early", "confirmed")
    return [next(state for state in states if f"<state>{state}</state>" in body) for _, body in watcher.told]


def test_a_lamp_shows_a_call_from_its_ring_to_its_end(office: Office) -> None:
    caller, called = office.exchange.phone("1001"), office.exchange.phone("1002")
    office.watcher.watch("1002")
    office.exchange.run_until(1)
    place(office.exchange.control, PlaceCall("call", "call.1", "1002", "1001", ""), office.exchange.network.now)
    office.exchange.network.flush()
    office.exchange.run_until(2)
    assert called.session is not None
    called.session.accept(called.description(), office.exchange.network.now)
    office.exchange.run_until(3)
    called.hang_up()
    office.exchange.run_until(4)
    assert lamps(office.watcher) == ["terminated", "trying", "early", "confirmed", "terminated"]
    assert [state.partition(";")[0] for state, _ in office.watcher.told] == ["active"] * 5
    assert 'version="4"' in office.watcher.told[-1][1]
    assert caller.refused_with == []


def test_who_does_not_prove_itself_sees_nothing(office: Office) -> None:
    thief = Watcher(office.front, "1003", "a guess")
    thief.watch("1002")
    office.exchange.run_until(1)
    assert thief.statuses == [403]
    assert thief.told == []
    assert len(office.desk) == 0


@pytest.mark.parametrize(
    ("number", "package", "status"),
    [("1999", "dialog", 404), ("1002", "weather", 489), ("1002", "message-summary", 403), ("1002", "", 489)],
)
def test_what_cannot_be_watched_is_refused(office: Office, number: str, package: str, status: int) -> None:
    office.watcher.watch(number, package)
    office.exchange.run_until(1)
    assert office.watcher.statuses == [status]
    assert len(office.desk) == 0


def test_a_subscription_for_too_short_a_time_is_refused_with_the_shortest_one(office: Office) -> None:
    office.watcher.watch("1002", expires=5)
    office.exchange.run_until(1)
    assert office.watcher.statuses == [423]
    assert office.watcher.answer is not None
    assert office.watcher.answer.get("min-expires") == "60"
    assert len(office.desk) == 0


def test_a_fetch_is_told_once_and_leaves_nothing(office: Office) -> None:
    office.watcher.watch("1002", "presence", expires=0)
    office.exchange.run_until(1)
    [(state, body)] = office.watcher.told
    assert state == "terminated;reason=timeout"
    assert "<basic>closed</basic>" in body
    assert len(office.desk) == 0


def test_presence_shows_the_phone_the_talk_and_what_a_person_says_of_herself(office: Office) -> None:
    office.watcher.watch("1002", "presence")
    office.exchange.run_until(1)
    now = office.exchange.network.now
    office.desk.happened(PhoneRegistered(now, "1002"), now)
    office.exchange.run_until(2)
    office.desk.status_shown("1002", "On a break", office.exchange.network.now)
    office.exchange.run_until(3)
    office.desk.happened(PhoneUnregistered(now, "1002"), office.exchange.network.now)
    office.exchange.run_until(4)
    bodies = [body for _, body in office.watcher.told]
    assert ["<basic>open</basic>" in body for body in bodies] == [False, True, True, False]
    assert ["<note>On a break</note>" in body for body in bodies] == [False, False, True, True]


def test_a_mailbox_lamp_is_its_owners(office: Office) -> None:
    office.watcher.watch("1003", "message-summary")
    office.exchange.run_until(1)
    office.desk.mailbox_changed("1003", 2, 5, office.exchange.network.now)
    office.exchange.run_until(2)
    first, second = (body for _, body in office.watcher.told)
    assert "Messages-Waiting: no" in first
    assert "Voice-Message: 2/5 (0/0)" in second


def test_a_subscription_that_is_not_renewed_ends_at_its_time(office: Office) -> None:
    office.watcher.watch("1002", expires=60)
    office.exchange.run_until(59)
    assert len(office.desk) == 1
    office.exchange.run_until(62)
    assert office.watcher.told[-1][0] == "terminated;reason=timeout"
    assert len(office.desk) == 0


def test_a_renewed_subscription_goes_on_and_is_told_all_anew(office: Office) -> None:
    office.watcher.watch("1002", expires=60)
    office.exchange.run_until(50)
    office.watcher.renew(60)
    office.exchange.run_until(100)
    assert (len(office.watcher.told), len(office.desk)) == (2, 1)
    office.watcher.renew(0)
    office.exchange.run_until(101)
    assert office.watcher.told[-1][0] == "terminated;reason=timeout"
    assert len(office.desk) == 0


@pytest.mark.parametrize("answer", [481, 489, 0])
def test_a_watcher_that_is_gone_is_forgotten(office: Office, answer: int) -> None:
    office.watcher.watch("1002")
    office.exchange.run_until(1)
    office.watcher.answers_with = answer
    office.desk.mailbox_changed("1003", 1, 0, office.exchange.network.now)  # not watched: nothing is told
    place(office.exchange.control, PlaceCall("call", "call.1", "1002", "1001", ""), office.exchange.network.now)
    office.exchange.network.flush()
    office.exchange.run_until(40)
    assert len(office.desk) == 0
    office.exchange.run_until(200)
    assert office.exchange.switch.endpoint.dialogs == 0
    assert office.exchange.switch.endpoint.transactions == 0


def test_nothing_of_a_subscription_is_left_after_its_end(office: Office) -> None:
    for _ in range(3):
        office.watcher.watch("1002", expires=3600)
        office.exchange.run_until(office.exchange.network.now - office.exchange.network.began + 1)
        office.watcher.renew(0)
    office.exchange.run_until(60)
    assert len(office.exchange.switch.endpoint.coarse) == 0
    office.exchange.run_until(120)
    assert office.exchange.switch.left == (0, 0, 0)


def test_an_account_that_is_removed_takes_its_watchers_along(office: Office) -> None:
    office.watcher.watch("1002")
    office.exchange.run_until(1)
    accounts = dict(office.front.access.accounts)
    del accounts["1002"]
    office.front.access.declare(accounts)
    office.exchange.network.flush()
    office.exchange.run_until(2)
    assert office.watcher.told[-1][0] == "terminated;reason=noresource"
    assert len(office.desk) == 0


def test_one_account_cannot_watch_without_end(office: Office) -> None:
    for _ in range(MAX_A_WATCHER + 3):
        office.watcher.watch("1002")
        office.exchange.run_until(office.exchange.network.now - office.exchange.network.began + 0.1)
    assert office.watcher.statuses.count(200) == MAX_A_WATCHER
    assert office.watcher.statuses[-3:] == [503] * 3
    assert len(office.desk) == MAX_A_WATCHER


@pytest.mark.parametrize("seed", range(3))
def test_on_a_lossy_network_the_last_word_arrives(seed: int) -> None:
    office = Office(Network(loss=0.2, seed=seed))
    office.watcher.watch("1003", "message-summary")
    office.exchange.run_until(40)
    for number in range(5):
        office.desk.mailbox_changed("1003", number, 0, office.exchange.network.now)
        office.exchange.network.flush()
        office.exchange.run_until(41 + number / 10)
    office.exchange.run_until(120)
    if office.watcher.statuses == [200]:  # a SUBSCRIBE may find nobody for 32 s; then there is nothing to tell
        assert "Voice-Message: 4/0" in office.watcher.told[-1][1]


def names(document: str) -> dict[str, str]:
    """How a document names its one dialog, as the watched phone sees it."""
    [dialog] = ElementTree.fromstring(document).iter("{urn:ietf:params:xml:ns:dialog-info}dialog")
    return {name: value for name, value in dialog.items() if name in ("call-id", "local-tag", "remote-tag")}


def take(office: Office, phone: Handset, named: dict[str, str], *, swapped: bool = False, more: str = "") -> None:
    """A phone calls in place of the dialog that its lamp showed."""
    to_tag, from_tag = named["local-tag"], named["remote-tag"]
    if swapped:
        to_tag, from_tag = from_tag, to_tag
    header = f"{named['call-id']};to-tag={to_tag};from-tag={from_tag}{more}"
    phone.dial("1002", fields=(("replaces", header),))


@pytest.fixture
def flashing() -> tuple[Office, Handset, Handset, Handset]:
    """1003 watches 1002, where a call of 1001 rings; the phones of all three."""
    office = Office()
    phones = [office.exchange.phone(number) for number in ("1001", "1002", "1003")]
    phones[0].keys, phones[2].keys = Keys("1001", "one"), Keys("1003", "three")
    office.watcher.watch("1002")
    office.exchange.run_until(1)
    phones[0].dial("1002")
    office.exchange.run_until(2)
    return office, phones[0], phones[1], phones[2]


@pytest.mark.parametrize("swapped", [False, True])
def test_a_watcher_picks_up_what_rings(flashing: tuple[Office, Handset, Handset, Handset], swapped: bool) -> None:
    office, caller, called, watcher = flashing
    named = names(office.watcher.told[-1][1])
    assert called.session is not None
    assert called.session.dialog is not None
    assert tuple(named.values()) == called.session.dialog.id
    take(office, watcher, named, swapped=swapped, more=";early-only")
    office.exchange.run_until(3)
    assert caller.talks
    assert watcher.talks
    assert [event.reason for event in called.party.told(SessionCancelled)] == [ANSWERED_ELSEWHERE]
    assert names(office.watcher.told[-1][1]) == {}
    caller.hang_up()
    office.exchange.run_until(100)


@pytest.mark.parametrize(("swapped", "more"), [(False, ""), (True, ""), (False, ";early-only")])
def test_what_a_lamp_showed_takes_no_call_that_is_talked_in(
    flashing: tuple[Office, Handset, Handset, Handset], swapped: bool, more: str
) -> None:
    office, caller, called, watcher = flashing
    named = names(office.watcher.told[-1][1])
    called.accept()
    office.exchange.run_until(3)
    assert names(office.watcher.told[-1][1]) == {}, "nor is it shown any more"
    take(office, watcher, named, swapped=swapped, more=more)
    office.exchange.run_until(4)
    assert [status for status, _ in watcher.refused_with] == [486]
    assert caller.talks
    assert called.talks


def test_who_places_a_call_shows_no_names(flashing: tuple[Office, Handset, Handset, Handset]) -> None:
    office, *_ = flashing
    office.watcher.watch("1001")
    office.exchange.run_until(3)
    assert 'direction="initiator"' in office.watcher.told[-1][1]
    assert names(office.watcher.told[-1][1]) == {}
