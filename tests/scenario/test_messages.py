"""Messages from phone to phone."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.front import Front
from tests.scenario.watcher import Watcher, desks

from pbx.guard.rules import GuardRules
from pbx.messages import LARGEST
from pbx.sip import events as sip


class Office:
    """Three accounts; 1003 writes."""

    def __init__(self) -> None:
        self.exchange = Exchange()
        rules = GuardRules(trusted=(ip_network("192.0.2.0/24"),))
        self.front = Front(self.exchange, rules, n1001="one", n1002="two", n1003="three")
        desks(self.front)
        self.writer = Watcher(self.front, "1003", "three")

    def reader(self, extension: str, answer: int) -> list[bytes]:
        """A registered phone that answers messages so (0: never); what it reads."""
        handset: Handset = self.exchange.phone(extension)
        read: list[bytes] = []

        def react(event: sip.Event, now: float) -> None:
            assert isinstance(event, sip.RequestReceived)
            assert event.request.from_.uri.username == "1003"
            read.append(event.request.body)
            if answer:
                handset.party.endpoint.respond(event.transaction, event.request, answer, now)

        handset.party.react = react
        return read


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_message_reaches_the_phone_and_its_answer_the_writer(office: Office) -> None:
    read = office.reader("1001", 200)
    office.writer.ask("MESSAGE", "1001", body=b"coffee?")
    office.exchange.run_until(1)
    assert read == [b"coffee?"]
    assert office.writer.statuses == [200]


@pytest.mark.parametrize(("answer", "heard"), [(486, 486), (404, 404), (401, 480), (302, 480), (0, 480)])
def test_a_refusal_is_passed_back_where_the_writer_can_make_use_of_it(office: Office, answer: int, heard: int) -> None:
    office.reader("1001", answer)
    office.writer.ask("MESSAGE", "1001", body=b"coffee?")
    office.exchange.run_until(40)
    # A phone that never answers: the writer has given up (408) before we do.
    assert office.writer.statuses == ([heard] if answer else [408])
    office.exchange.run_until(120)
    assert office.exchange.network.left.get("switch") is None


def test_who_is_not_there_and_who_does_not_exist_are_told_apart_to_our_own(office: Office) -> None:
    office.writer.ask("MESSAGE", "1002", body=b"coffee?")
    office.writer.ask("MESSAGE", "1999", body=b"coffee?")
    office.exchange.run_until(1)
    assert sorted(office.writer.statuses) == [404, 480]


def test_a_message_without_end_is_refused(office: Office) -> None:
    office.reader("1001", 200)
    office.writer.ask("MESSAGE", "1001", body=b"x" * (LARGEST + 1))
    office.exchange.run_until(1)
    assert office.writer.statuses == [413]


def test_a_stranger_writes_to_nobody(office: Office) -> None:
    read = office.reader("1001", 200)
    Watcher(office.front, "1003", "a guess").ask("MESSAGE", "1001", body=b"win a prize")
    office.exchange.run_until(1)
    assert read == []
