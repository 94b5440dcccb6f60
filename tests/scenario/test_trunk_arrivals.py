"""Calls that trunks bring, in virtual time, through the whole front of the switch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.front import Front

from pbx.events import CallEnded, CallStarted, NumberRouted
from pbx.guard.rules import GuardRules
from pbx.routing.trunks.trunk import Trunk
from pbx.sdp.crypto import SrtpPolicy
from pbx.sip.flow import Flow
from pbx.sip.headers.address import Address
from pbx.sip.uri import sip_uri

DID = "+381114000700"


@pytest.fixture
def front(exchange: Exchange) -> Iterator[Front]:
    exchange.routes(**{f"n{DID}": "echo", "n600": "echo", "n1001": "phone:1001", "n+38111222.": "trunk:a"})
    made = Front(exchange, GuardRules(rate=1000.0), n1001="secret")
    yield made
    made.trunks.declare()


@pytest.fixture
def carrier(front: Front) -> Handset:
    return front.trunks.answering("a")


def declare(front: Front, **fields: Any) -> None:
    given: dict[str, Any] = {"address": "a.example", "options_interval_s": None}
    front.trunks.declare(Trunk(id="a", **given | fields))


def call_in(front: Front, carrier: Handset, number: str, *, caller: str = "+381641234567") -> None:
    carrier.extension = caller
    carrier.dial(number)
    front.exchange.run_until(front.exchange.network.now - front.exchange.network.began + 1)


def test_a_trunks_calls_are_never_challenged_and_follow_its_numbers(front: Front, carrier: Handset) -> None:
    declare(front, numbers=("+3811140007XX",))
    call_in(front, carrier, "0114000700", caller="1001-and-more")
    assert numbers(front) == [DID]
    assert carrier.talks
    assert front.trunks.board.lines["a"].ledger.calls == 1
    carrier.hang_up()
    front.exchange.run_until(3)
    front.exchange.plane.tell_closed()
    assert front.exchange.ended.trunk == "a"
    assert front.trunks.board.lines["a"].ledger.calls == 0


def numbers(front: Front) -> list[str]:
    return [event.number for event in front.exchange.told(NumberRouted)]


@pytest.mark.parametrize("number", ["1001", "600", "+381114000800"])
def test_numbers_that_are_not_the_trunks_lead_nowhere(front: Front, carrier: Handset, number: str) -> None:
    declare(front, numbers=("+3811140007XX",))
    call_in(front, carrier, number)
    assert carrier.refused_with == [(404, "Not Found")]


def test_what_a_trunk_brings_does_not_go_out_again(front: Front, carrier: Handset) -> None:
    declare(front)
    call_in(front, carrier, "0112223333")
    assert carrier.refused_with == [(403, "Forbidden")]


def test_who_calls_from_elsewhere_is_a_guest(front: Front, carrier: Handset) -> None:
    declare(front)
    stranger = front.exchange.phone("+381601112222", registered=False)
    stranger.dial("600")
    front.exchange.run_until(1)
    assert stranger.talks
    stranger.hang_up()
    front.exchange.run_until(2)
    front.exchange.plane.tell_closed()
    assert front.exchange.ended.trunk is None


def test_a_phone_beside_the_carrier_is_to_prove_itself(front: Front, carrier: Handset) -> None:
    declare(front)
    call_in(front, carrier, "600", caller="1001")
    assert carrier.refused_with[0][0] == 401
    assert front.exchange.told(CallStarted) == []


def test_a_trunk_with_a_port_is_believed_whoever_it_says_calls(front: Front, carrier: Handset) -> None:
    front.trunks.names["a.example"] = (carrier.party,)
    declare(front, address="a.example:5060")
    call_in(front, carrier, "600", caller="1001")
    assert carrier.talks
    carrier.hang_up()


def test_a_call_at_the_registered_contact_is_the_trunks_wherever_it_comes_from(front: Front, carrier: Handset) -> None:
    declare(front, username="centre", password="sesame")
    mark = front.trunks.keeper.lines["a"].mark
    elsewhere = front.exchange.phone("media", registered=False)
    switch = front.exchange.switch
    elsewhere.session = elsewhere.party.endpoint.invite(
        f"sip:{DID}@{switch.flow.host};line={mark}",
        switch.flow,
        caller=Address(sip_uri("+381641234567", "a.example")),
        callee=Address(sip_uri(DID, "a.example")),
        body=elsewhere.description(),
        now=front.exchange.network.now,
    )
    front.exchange.network.flush()
    front.exchange.run_until(1)
    [started] = front.exchange.told(CallStarted)
    assert front.trunks.board.lines["a"].ledger.calls == 1
    assert started.number == DID
    elsewhere.hang_up()
    front.exchange.run_until(2)


def test_a_registered_trunks_calls_are_for_the_number_in_to(front: Front, carrier: Handset) -> None:
    declare(front, username="centre", password="sesame", registers=True)
    switch = front.exchange.switch
    carrier.session = carrier.party.endpoint.invite(
        f"sip:centre@{switch.flow.host}",
        switch.flow,
        caller=Address(sip_uri("+381641234567", "a.example")),
        callee=Address(sip_uri("381114000700", "a.example")),
        body=carrier.description(),
        now=front.exchange.network.now,
    )
    front.exchange.network.flush()
    front.exchange.run_until(1)
    assert numbers(front) == [DID]
    carrier.hang_up()


def test_incoming_calls_count_among_the_trunks(front: Front, carrier: Handset) -> None:
    declare(front, max_calls=1)
    call_in(front, carrier, "600")
    assert [one.rule for one in front.trunks.board.choose("a", "0112223333", 0.0).passed_over] == ["max_calls"]
    carrier.hang_up()
    front.exchange.run_until(3)
    front.exchange.plane.tell_closed()
    assert len(front.exchange.told(CallEnded)) == 1


def test_a_flow_that_is_no_trunks_has_none(front: Front) -> None:
    declare(front)
    assert front.trunks.board.calling_from(Flow("udp", "198.51.100.1", 5060), DID) is None


@pytest.mark.parametrize(("general", "own"), [("offer", "required"), ("required", "offer"), ("never", "required")])
def test_a_plain_call_is_refused_where_the_trunk_or_the_switch_has_secured_audio(
    front: Front, carrier: Handset, general: str, own: str
) -> None:
    front.exchange.control.srtp = SrtpPolicy(general)
    declare(front, srtp=SrtpPolicy(own))
    call_in(front, carrier, DID)
    assert [status for status, _ in carrier.refused_with] == [488]
    assert front.exchange.ended.trunk == "a"
    assert front.trunks.board.lines["a"].ledger.calls == 0
    carrier.srtp = SrtpPolicy.REQUIRED
    call_in(front, carrier, DID)
    assert carrier.talks
    carrier.hang_up()


def test_a_trunk_without_secured_audio_calls_in_the_clear_whatever_the_switch_has(
    front: Front, carrier: Handset
) -> None:
    front.exchange.control.srtp = SrtpPolicy.REQUIRED
    declare(front, srtp=SrtpPolicy.NEVER)
    call_in(front, carrier, DID)
    assert carrier.talks
    carrier.hang_up()
