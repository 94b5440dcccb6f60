"""Calls that begin with the party who is called, and how it is told what became of them."""

from __future__ import annotations

from math import inf
from typing import Any

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.outward import CUSTOMER, SHOWN, Made
from tests.scenario.test_early_media import announces, answers
from tests.unit.stir.authority import make

from pbx import commands
from pbx.call import placing
from pbx.events import (
    CallDirected,
    CallOffered,
    CallStarted,
    EarlyMediaStarted,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegsBridged,
)
from pbx.media.ears import SoundChange
from pbx.sip import events as sip
from pbx.sound_events import ListeningEnded, SoundHeard
from pbx.stir.chain import read_signing_key
from pbx.stir.identity import Signer


def test_the_party_is_the_first_leg_and_waits_for_what_comes_after_its_answer(made: Made, exchange: Exchange) -> None:
    centre = made(trusted=True)
    centre.call()
    [started] = exchange.told(CallStarted)
    assert (started.call, started.direction) == ("c1", "outbound")
    assert (started.caller, started.caller_name, started.number) == (SHOWN, "Shop", CUSTOMER)
    assert [event.leg for event in exchange.told(LegRinging)] == ["c1.1"]
    assert [event.leg for event in exchange.told(LegAnswered)] == ["c1.1"]
    [invite] = exchange.invites("a")
    assert str(invite.uri) == f"sip:{CUSTOMER}@a.example"
    assert str(invite.from_) == f'"Shop" <sip:{SHOWN}@a.example>;tag={invite.from_.tag}'
    assert SHOWN in (invite.get("p-asserted-identity") or "")
    assert centre.customer.talks
    assert exchange.plane.heard == {}
    centre.customer.hang_up()
    centre.let_pass(1.0)
    record = exchange.ended
    assert (record.direction, record.caller, record.number, record.trunk) == ("outbound", SHOWN, CUSTOMER, "a")
    assert (record.target_kind, record.target, record.cause, record.ended_by) == ("trunk", "a", "normal", "callee")
    assert [(leg.direction, leg.party) for leg in record.legs] == [("out", CUSTOMER)]


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        *((status, "busy") for status in (486, 600)),
        *((status, "no_answer") for status in (408, 480)),
        *((status, "not_in_service") for status in (404, 410, 484, 604)),
        *((status, "congestion") for status in (403, 500, 502, 503, 504)),
        *((status, "declined") for status in (603, 607, 608)),
        (488, "failed"),
    ],
)
def test_it_is_told_why_somebody_was_not_reached(made: Made, exchange: Exchange, status: int, cause: str) -> None:
    centre = made(status)
    centre.call()
    assert centre.over == (cause, status)
    assert (exchange.ended.cause, exchange.ended.answered_at) == (cause, None)


def test_whoever_rings_for_too_long_has_not_answered(made: Made, exchange: Exchange) -> None:
    centre = made("ring")
    centre.call(max_ring_s=25.0, for_s=24.0)
    assert exchange.told(LegEnded) == []
    centre.let_pass(2.0)
    assert centre.over == ("no_answer", 0)
    assert len(centre.customer.party.told(sip.SessionCancelled)) == 1


def test_a_call_is_taken_back_while_it_rings(made: Made, exchange: Exchange) -> None:
    centre = made("ring")
    centre.call()
    centre.do(commands.Hangup("c1.1", "cancelled"))
    assert centre.over == ("cancelled", 0)
    assert (exchange.ended.cause, exchange.ended.ended_by) == ("cancelled", "switch")


def test_a_carrier_that_says_nothing_is_no_party_that_does_not_answer(made: Made, exchange: Exchange) -> None:
    centre = made()
    exchange.network.lose("INVITE", inf)
    centre.call(for_s=5.0)
    exchange.network.lose("INVITE", 0)
    assert centre.over == ("congestion", 408)


@pytest.mark.parametrize(
    ("to", "trunk", "cause"),
    [
        ("0999", {}, "failed"),
        ("+33140000000", {}, "failed"),
        (CUSTOMER, {"max_calls": 0}, "congestion"),
        ("112", {}, "failed"),
    ],
    ids=["nowhere", "a country that is not allowed", "no free line", "emergency"],
)
def test_what_was_never_dialled_is_told_as_well(
    made: Made, exchange: Exchange, to: str, trunk: dict[str, Any], cause: str
) -> None:
    centre = made(**trunk)
    centre.call(to)
    assert centre.over == (cause, 0)
    assert exchange.invites("a") == []


def test_calls_abroad_are_limited_as_those_of_an_account(made: Made, exchange: Exchange) -> None:
    centre = made(countries=("*",))
    centre.call("+33140000000", account="spring")
    centre.call("+33140000001", call="c2", account="spring")
    [refused] = exchange.told(LegEnded)
    assert (refused.leg, refused.cause) == ("c2.1", "failed")
    centre.call("+33140000002", call="c3", account="autumn")
    assert len(exchange.told(LegAnswered)) == 2
    for call in ("c1", "c3"):
        centre.do(commands.HangupCall(call))
    assert exchange.in_use == (0, 0, 0)


@pytest.mark.parametrize(
    ("trunk", "shown", "attested"),
    [
        ({}, SHOWN, "B"),
        ({"numbers": ("+3811140007XX",), "caller_id": "+381114000700"}, SHOWN, "A"),
        ({"numbers": ("+381115.",), "caller_id": "+381114000700"}, "+381114000700", "A"),
    ],
    ids=["any", "its own", "another"],
)
def test_a_trunk_shows_a_number_that_is_its_own(
    made: Made, exchange: Exchange, trunk: dict[str, Any], shown: str, attested: str
) -> None:
    centre = made(signs=True, **trunk)
    provider = make("SHAKEN 1234", make("A root"))
    key = read_signing_key(provider.key, provider.chain)
    centre.trunks.outside.signer = Signer(key, "https://x.example/c.pem", lambda: "a uuid")
    centre.call()
    [invite] = exchange.invites("a")
    assert invite.from_.uri.username == shown
    assert invite.has("identity")
    centre.do(commands.HangupCall("c1"))
    assert exchange.ended.attestation == attested


def test_a_phone_that_is_rung_first_shows_the_number_that_it_is_given(made: Made, exchange: Exchange) -> None:
    centre = made()
    ana = exchange.phone("1001", "answer")
    centre.do(commands.PlaceCall("c1", "c1.1", "1001", CUSTOMER, caller_id=SHOWN))
    boris = exchange.phone("1002", "answer")
    centre.do(commands.PlaceCall("c2", "c2.1", "1002", CUSTOMER, waits=True))
    centre.do(commands.Dial("c2.1", CUSTOMER, "+381114000713"))
    assert [invite.from_.uri.username for invite in exchange.invites("a")] == [SHOWN, "+381114000713"]
    ana.hang_up()
    boris.hang_up()


def test_whom_a_phone_that_was_rung_first_did_not_reach_is_told_in_the_same_words(
    made: Made, exchange: Exchange
) -> None:
    centre = made(410)
    exchange.phone("1001", "answer")
    centre.do(commands.PlaceCall("c1", "c1.1", "1001", CUSTOMER))
    [party, agent] = exchange.told(LegEnded)
    assert (party.leg, party.cause, party.status) == ("c1.2", "not_in_service", 410)
    assert (agent.leg, agent.cause) == ("c1.1", "normal")


def test_an_extension_is_called_out_as_well(made: Made, exchange: Exchange) -> None:
    centre = made()
    exchange.phone("1001", 486)
    centre.call("1001")
    assert centre.over == ("busy", 486)


def test_a_queue_and_its_agent_see_who_was_called(made: Made, exchange: Exchange) -> None:
    centre = made()
    agent = exchange.phone("1001", "answer")
    centre.call()
    centre.do(commands.Redirect("c1.1", "queue", "support"))
    [offered] = exchange.told(CallOffered)
    assert (offered.leg, offered.target_kind, offered.target) == ("c1.1", "queue", "support")
    assert (offered.caller, offered.caller_name, offered.number) == (CUSTOMER, "Vera", CUSTOMER)
    assert exchange.told(CallDirected)[-1].target == "support"
    centre.do(commands.Originate("c1", "c1.2", "1001", offered.caller, offered.caller_name))
    centre.do(commands.Bridge("c1.1", "c1.2"))
    assert len(exchange.told(LegsBridged)) == 1
    agent.hang_up()
    centre.let_pass(1.0)
    record = exchange.ended
    assert (record.cause, record.ended_by, record.target) == ("normal", "callee", "support")
    assert [leg.party for leg in record.legs] == [CUSTOMER, "1001"]


def sounds(exchange: Exchange) -> list[tuple[str, bool]]:
    return [(event.kind, event.early) for event in exchange.told(SoundHeard)]


def test_a_party_is_listened_to_from_its_early_media_on_and_anew_from_its_answer(
    made: Made, exchange: Exchange
) -> None:
    centre = made("ring")
    centre.call(listens=True)
    assert exchange.plane.listened == set()
    announces(exchange, centre.customer)
    centre.let_pass(1.0)
    assert [event.leg for event in exchange.told(EarlyMediaStarted)] == ["c1.1"]
    exchange.plane.hear("c1.1", SoundChange("sit_vacant", 200, 900, -18.0, 985.2))
    answers(exchange, centre.customer)
    centre.let_pass(1.0)
    [before] = exchange.told(ListeningEnded)
    assert before.early
    exchange.plane.hear("c1.1", SoundChange("speech_started", 300, 0, -20.0))
    assert sounds(exchange) == [("sit_vacant", True), ("speech_started", False)]
    centre.do(commands.StopListening("c1.1"))
    assert not exchange.told(ListeningEnded)[-1].early
    assert exchange.plane.heard == {}
    centre.customer.hang_up()


def test_a_party_that_was_listened_to_in_vain_leaves_nothing(made: Made, exchange: Exchange) -> None:
    centre = made("ring")
    centre.call(listens=True)
    announces(exchange, centre.customer)
    centre.let_pass(1.0)
    assert centre.customer.session is not None
    centre.customer.session.reject(404, exchange.network.now)
    centre.let_pass(1.0)
    assert centre.over == ("not_in_service", 404)
    assert exchange.plane.listened == set()


def test_nobody_is_listened_to_unasked(made: Made, exchange: Exchange) -> None:
    centre = made("ring")
    centre.call()
    announces(exchange, centre.customer)
    answers(exchange, centre.customer)
    centre.let_pass(1.0)
    assert exchange.plane.listened == set()
    assert exchange.told(EarlyMediaStarted) == []
    centre.do(commands.ListenFor("c1.1"))
    assert exchange.plane.listened == {"c1.1"}
    centre.do(commands.HangupCall("c1"))


def test_who_was_called_calls_nobody_at_our_expense(made: Made, exchange: Exchange) -> None:
    centre = made()
    centre.call(account="spring")
    placing.lead(exchange.control, exchange.control.legs["c1.1"], "+381112224444", exchange.network.now)
    centre.let_pass(1.0)
    assert len(exchange.invites("a")) == 1
    assert exchange.told(LegEnded)[-1].leg == "c1.1"
