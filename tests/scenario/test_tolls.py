"""What toll fraud meets: limits that hold, an alert at a new country, nothing for guests; calls for help pass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.scenario.carrier import Trunks
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.flows import END, FlowScene
from tests.scenario.front import Front, Stranger

from pbx.call.cause import NORMAL
from pbx.guard.rules import GuardRules
from pbx.guard.tolls import TollRules
from pbx.routing.trunks.trunk import Trunk
from pbx.sdp.offer_answer import write_offer
from pbx.trunk_events import NewCountryDialled, TollRefused, TrunksWeighed

LJUBLJANA, LONDON, BELGRADE = "0038612223333", "00442079460000", "0112223333"
STRICT = TollRules(per_account=1, in_all=2, per_hour=3)
OFFER = write_offer("192.0.2.99", 4000, 1, 1)
DIAL_OUT = {"id": "ring", "type": "dial", "to": LJUBLJANA, "timeout_s": 10, "otherwise": "end"}


@pytest.fixture
def known(exchange: Exchange) -> Trunks:
    return Trunks(exchange, STRICT)


@pytest.fixture
def carrier(known: Trunks) -> Handset:
    return known.answering("a")


@pytest.fixture
def trunks(exchange: Exchange, known: Trunks, carrier: Handset) -> Iterator[Trunks]:
    exchange.routes(**{"n0.": "trunk:a", "n9.": "trunk:outside-line"})
    known.declare(trunk("a"), trunk("outside-line", address="a.example", strip=1))
    yield known
    for leg in list(exchange.control.legs.values()):
        exchange.control.hang_up(leg, NORMAL, exchange.network.now)
    known.declare()
    wait(exchange, 150)


def trunk(id: str, *, address: str = "", strip: int = 0) -> Trunk:
    address = address or f"{id}.example"
    return Trunk(id=id, address=address, strip=strip, countries=("*",), options_interval_s=None)


def dial(exchange: Exchange, extension: str, number: str) -> Handset:
    """One more phone of an extension calls."""
    phone = exchange.phone(f"{extension} {len(exchange.network.sent)}", registered=False)
    phone.dial(number, caller=f"<sip:{extension}@{exchange.switch.flow.host}>")
    wait(exchange, 1)
    return phone


def wait(exchange: Exchange, seconds: float) -> None:
    exchange.run_until(exchange.network.now - exchange.network.began + seconds)


def refusals(exchange: Exchange) -> list[tuple[str, str, str]]:
    return [(event.account, event.country, event.rule) for event in exchange.told(TollRefused)]


def test_one_account_may_have_so_many_calls_abroad(trunks: Trunks, exchange: Exchange) -> None:
    first, home, second = (dial(exchange, "1001", number) for number in (LJUBLJANA, BELGRADE, LONDON))
    assert [phone.talks for phone in (first, home, second)] == [True, True, False]
    assert second.refused_with == [(403, "Forbidden")]
    assert refusals(exchange) == [("1001", "GB", "per_account")]
    first.hang_up()
    assert dial(exchange, "1001", LONDON).talks


def test_all_accounts_together_may_have_so_many(trunks: Trunks, exchange: Exchange) -> None:
    talking = [dial(exchange, extension, LONDON).talks for extension in ("1001", "1002", "1003")]
    assert talking == [True, True, False]
    assert refusals(exchange) == [("1003", "GB", "in_all")]


def test_one_account_may_begin_so_many_within_an_hour(trunks: Trunks, exchange: Exchange) -> None:
    for _ in range(STRICT.per_hour):
        dial(exchange, "1001", LONDON).hang_up()
    assert dial(exchange, "1001", LONDON).refused_with == [(403, "Forbidden")]
    assert refusals(exchange) == [("1001", "GB", "per_hour")]
    wait(exchange, 3600)
    assert dial(exchange, "1001", LONDON).talks


def test_a_call_that_fails_counts_no_longer(trunks: Trunks, carrier: Handset, exchange: Exchange) -> None:
    carrier.will = 486
    for _ in range(2):
        assert dial(exchange, "1001", LONDON).refused_with == [(486, "Busy Here")]
    assert refusals(exchange) == []


def test_an_outside_line_hides_no_country(trunks: Trunks, exchange: Exchange) -> None:
    assert dial(exchange, "1001", "9" + LONDON).talks
    assert dial(exchange, "1001", LJUBLJANA).refused_with == [(403, "Forbidden")]
    assert [event.country for event in exchange.told(NewCountryDialled)] == ["GB"]


def test_calls_for_help_pass_whatever_is_in_progress(trunks: Trunks, exchange: Exchange) -> None:
    dial(exchange, "1001", LJUBLJANA)
    assert dial(exchange, "1001", "112").talks


def test_the_first_call_to_a_country_is_told_once(trunks: Trunks, exchange: Exchange) -> None:
    trunks.tolls.restore(["SI"])
    for number in (LJUBLJANA, LONDON, BELGRADE):
        dial(exchange, "1001", number).hang_up()
    dial(exchange, "1002", LONDON).hang_up()
    [told] = exchange.told(NewCountryDialled)
    assert (told.country, told.account, told.number) == ("GB", "1001", LONDON)


def test_a_call_that_was_refused_is_nobodys_first(trunks: Trunks, exchange: Exchange) -> None:
    dial(exchange, "1001", LJUBLJANA)
    dial(exchange, "1001", LONDON)
    assert [event.country for event in exchange.told(NewCountryDialled)] == ["SI"]


@pytest.mark.parametrize("number", [LJUBLJANA, BELGRADE, "112", "800"])
def test_a_guest_reaches_no_trunk_and_no_flows_way_out(exchange: Exchange, number: str) -> None:
    FlowScene(exchange, DIAL_OUT, END)
    exchange.routes(n800="flow:main", **{"n0.": "trunk:a"})
    front = Front(exchange, GuardRules(rate=1000.0), n1001="right")
    carrier = front.trunks.answering("a")
    front.trunks.declare(trunk("a"))
    sent = len(exchange.network.sent)
    Stranger(front).ask("INVITE", number, caller="guest", body=OFFER)
    exchange.run_until(5)
    assert carrier.session is None
    assert [one.what for one in exchange.network.sent[sent:] if one.receiver == "a"] == []
    assert exchange.told(TrunksWeighed) == []
    front.trunks.declare()


def test_a_flow_rings_outside_for_those_whom_a_trunk_brings(exchange: Exchange) -> None:
    FlowScene(exchange, DIAL_OUT, END)
    exchange.routes(n800="flow:main", **{"n00.": "trunk:a"})
    front = Front(exchange, GuardRules(rate=1000.0), n1001="right")
    customer, carrier = front.trunks.answering("b"), front.trunks.answering("a")
    front.trunks.declare(trunk("a"), trunk("b"))
    customer.dial("800", caller="<sip:+381641234567@b.example>")
    exchange.run_until(5)
    assert carrier.talks
    customer.hang_up()
    front.trunks.declare()


@pytest.mark.parametrize("number", [LJUBLJANA, "112", "1001"])
def test_nothing_is_opened_or_sent_for_an_account_before_it_is_proven(exchange: Exchange, number: str) -> None:
    exchange.routes(n1001="phone:1001", **{"n0.": "trunk:a"})
    exchange.phone("1001", "answer")
    front = Front(exchange, GuardRules(rate=1000.0), n1001="right", n1002="right too")
    front.trunks.answering("a")
    front.trunks.declare(trunk("a"))
    stranger, sent = Stranger(front), len(exchange.network.sent)
    challenge = stranger.ask("INVITE", number, caller="1002", body=OFFER)
    refusal = stranger.prove("INVITE", number, caller="1002", password="a guess", challenge=challenge, body=OFFER)
    assert (challenge.status, refusal.status) == (401, 403)
    assert {one.receiver for one in exchange.network.sent[sent:]} <= {"stranger", "switch"}
    assert exchange.in_use == (0, 0, 0)
    front.trunks.declare()
