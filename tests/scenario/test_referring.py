"""Phones transfer: REFER, blind or with Replaces, and INVITE with Replaces."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.events import CallEnded, CallsMerged, CallTransferred, LegEnded
from pbx.sip.events import ReferProgressed, SessionEnded, SessionRejected
from pbx.sip.headers.address import Address
from pbx.sip.headers.replaces import Replaces
from pbx.sip.session import Session
from pbx.sip.uri import sip_uri


class Office:
    """Customers 1001, agents 1002 and 1003."""

    def __init__(self, exchange: Exchange, wanted: str | int = "answer") -> None:
        self.exchange = exchange
        self.ana, self.boris = exchange.phone("1001"), exchange.phone("1002", "answer")
        self.vera = exchange.phone("1003", wanted)
        self.ana.dial("1002")
        exchange.run_until(1)
        assert self.boris.session is not None
        self.first = self.boris.session
        """Boris's session in his first call."""

    def run(self, seconds: float = 1) -> None:
        network = self.exchange.network
        self.exchange.run_until(network.now - network.began + seconds)

    def refer(self, number: str, *, session: Session | None = None, replaces: str = "") -> None:
        """Boris's phone refers whom he talks to in a session (his first) to a number."""
        target = str(sip_uri(number, self.exchange.switch.flow.host))
        (session or self.first).refer(target, self.exchange.network.now, replaces=replaces)
        self.run()

    @property
    def progress(self) -> list[tuple[int, bool]]:
        """What Boris's phone was told."""
        return [(event.status, event.final) for event in self.boris.party.told(ReferProgressed)]

    def consults(self) -> Session:
        """Boris calls Vera on his second line; his session there."""
        self.boris.dial("1003")
        self.run()
        assert self.boris.session is not None
        assert self.boris.session is not self.first
        return self.boris.session

    def hears(self, one: Handset, other: Handset) -> bool:
        """Whether the audio of two phones is bridged."""
        legs = {leg.party: leg.id for leg in self.exchange.control.legs.values() if leg.answered}
        heard = self.exchange.plane.heard
        mine, yours = legs.get(one.extension, "?"), legs.get(other.extension, "??")
        return heard.get(mine) == yours and heard.get(yours) == mine

    def end(self, *phones: Handset) -> list[CallEnded]:
        """Nothing is left but records."""
        for phone in phones:
            phone.hang_up_if_busy()
        self.run(100)
        self.exchange.plane.tell_closed()
        assert self.exchange.in_use == (0, 0, 0)
        assert self.exchange.network.left == {}
        return self.exchange.told(CallEnded)


def replaces(session: Session) -> str:
    """A dialog of a phone's as its far end, the switch, sees it."""
    assert session.dialog is not None
    call_id, local_tag, remote_tag = session.dialog.id
    return str(Replaces(call_id, remote_tag, local_tag))


def be_guests(exchange: Exchange, *callers: str) -> None:
    """These prove nothing."""
    known = exchange.identify
    exchange.identify = lambda request: (None, False) if request.from_.uri.username in callers else known(request)


@pytest.fixture
def office(exchange: Exchange) -> Office:
    return Office(exchange)


def test_a_phone_gives_its_partner_to_a_number_and_hears_how_that_goes(office: Office) -> None:
    office.refer("1003")
    assert office.progress == [(100, False), (180, False), (200, True)]
    assert office.hears(office.ana, office.vera)
    office.run(2)
    assert office.first.phase.name == "ENDED"
    [record] = office.end(office.ana)
    assert {leg.party for leg in record.legs} == {"1001", "1002", "1003"}


def test_a_phone_whose_partner_nobody_wants_has_it_back(exchange: Exchange) -> None:
    office = Office(exchange, 486)
    office.refer("1003")
    assert office.progress == [(100, False), (180, False), (486, True)]
    assert office.hears(office.ana, office.boris)
    office.end(office.ana)


def test_a_phone_that_hangs_up_at_once_has_given_its_partner_away_all_the_same(exchange: Exchange) -> None:
    office = Office(exchange, "ring")
    office.refer("1003")
    office.boris.hang_up()
    office.run()
    assert office.vera.session is not None
    office.vera.session.accept(office.vera.description(), exchange.network.now)
    office.run()
    assert office.hears(office.ana, office.vera)
    office.end(office.ana)


@pytest.mark.parametrize(("number", "status"), [("999", 404), ("*70", 403)])
def test_a_referral_to_where_none_can_go_is_refused_and_the_call_stands(
    office: Office, number: str, status: int
) -> None:
    office.refer(number)
    assert office.progress == [(status, True)]
    assert office.hears(office.ana, office.boris)
    office.end(office.ana)


def test_a_second_referral_while_one_is_under_way_is_refused(exchange: Exchange) -> None:
    office = Office(exchange, "ring")
    office.refer("1003")
    assert office.ana.session is not None
    office.ana.session.refer("sip:600@192.0.2.1", exchange.network.now)
    office.run()
    assert [event.status for event in office.ana.party.told(ReferProgressed)] == [480]
    office.end(office.ana)


def test_a_guest_transfers_nobody(exchange: Exchange) -> None:
    be_guests(exchange, "1001")
    office = Office(exchange)
    assert office.ana.session is not None
    office.ana.session.refer("sip:1003@192.0.2.1", exchange.network.now)
    office.run()
    assert [event.status for event in office.ana.party.told(ReferProgressed)] == [403]
    assert office.hears(office.ana, office.boris)
    office.end(office.ana)


def test_a_phone_connects_its_two_calls_which_become_one(office: Office) -> None:
    second = office.consults()
    office.refer("1003", replaces=replaces(second))
    assert office.progress[-1] == (200, True)
    assert office.hears(office.ana, office.vera)
    office.run(2)
    assert {office.first.phase.name, second.phase.name} == {"ENDED"}
    [merged] = office.exchange.told(CallsMerged)
    assert [event.call for event in office.exchange.told(CallTransferred)] == [merged.call]
    [record] = office.end(office.ana)
    assert [leg.party for leg in record.legs] == ["1001", "1002", "1002", "1003"]


def test_the_older_call_goes_on_whichever_of_the_two_is_referred(office: Office) -> None:
    second = office.consults()
    older = office.exchange.published[0]
    office.refer("1001", session=second, replaces=replaces(office.first))
    assert office.hears(office.ana, office.vera)
    [merged] = office.exchange.told(CallsMerged)
    assert merged.call == getattr(older, "call", "")
    office.end(office.vera)


def test_a_phone_may_connect_its_partner_to_one_who_still_rings(exchange: Exchange) -> None:
    office = Office(exchange, "ring")
    office.consults()
    [ringing] = [leg for leg in exchange.control.legs.values() if leg.incoming and not leg.answered]
    assert ringing.session is not None
    assert ringing.session.dialog is not None
    office.refer("1003", replaces=str(Replaces(*ringing.session.dialog.id)))
    assert office.progress == [(100, False)]
    assert office.vera.session is not None
    office.vera.session.accept(office.vera.description(), exchange.network.now)
    office.run()
    assert office.hears(office.ana, office.vera)
    assert office.progress[-1] == (200, True)
    office.end(office.ana)


def test_one_connected_to_a_call_that_waits_takes_its_place_there(office: Office) -> None:
    office.boris.dial("600")
    office.run()
    assert office.boris.session is not None
    office.refer("600", replaces=replaces(office.boris.session))
    assert office.progress[-1] == (200, True)
    assert "echo" in office.exchange.plane.heard.values()
    assert office.ana.talks
    office.end(office.ana)


@pytest.mark.parametrize("text", ["nobody;to-tag=1;from-tag=2", "itself"])
def test_a_referral_to_a_call_that_cannot_be_had_is_refused(office: Office, text: str) -> None:
    office.refer("1003", replaces=replaces(office.first) if text == "itself" else text)
    assert [status for status, _ in office.progress] in ([404], [491])
    assert office.hears(office.ana, office.boris)
    office.end(office.ana)


def test_a_referral_that_crosses_a_hang_up_leaves_nothing_behind(office: Office) -> None:
    assert office.ana.session is not None
    office.ana.session.bye(office.exchange.network.now)
    office.refer("1003")
    office.end()
    assert office.exchange.told(CallTransferred) == []


def call_in_place(office: Office, phone: Handset, header: str) -> Session:
    """A phone calls with Replaces."""
    host = office.exchange.switch.flow.host
    phone.session = phone.party.endpoint.invite(
        str(sip_uri("1002", host)),
        office.exchange.switch.flow,
        caller=Address(sip_uri(phone.extension, host)),
        callee=Address(sip_uri("1002", host)),
        body=phone.description(),
        now=office.exchange.network.now,
        fields=(("replaces", header),),
    )
    office.run()
    return phone.session


def test_a_phone_takes_over_the_call_of_another(office: Office) -> None:
    call_in_place(office, office.vera, replaces(office.first))
    assert office.hears(office.ana, office.vera)
    assert [event.cause for event in office.exchange.told(LegEnded)] == ["transferred"]
    assert [event.cause for event in office.boris.party.told(SessionEnded)] == ["bye"]
    [record] = office.end(office.vera)
    assert len(record.legs) == 3


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (lambda office: "nobody;to-tag=1;from-tag=2", 481),
        (lambda office: "no tags", 400),
        (lambda office: replaces(office.first) + ";early-only", 486),
    ],
)
def test_a_call_in_place_of_what_cannot_be_replaced_is_refused(
    office: Office, header: Callable[[Office], str], status: int
) -> None:
    call_in_place(office, office.vera, header(office))
    assert [event.status for event in office.vera.party.told(SessionRejected)] == [status]
    assert office.hears(office.ana, office.boris)
    office.end(office.ana)


def test_a_guest_takes_nobodys_place(exchange: Exchange) -> None:
    be_guests(exchange, "1003")
    office = Office(exchange)
    call_in_place(office, office.vera, replaces(office.first))
    assert [event.status for event in office.vera.party.told(SessionRejected)] == [403]
    office.end(office.ana)
