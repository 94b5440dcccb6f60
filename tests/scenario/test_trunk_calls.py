"""Calls that go out by trunks, in virtual time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.scenario.carrier import Trunks
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.network import Party
from tests.scenario.persons import is_deaf
from tests.scenario.test_no_garbage import alive, without_garbage_collection

from pbx.call import transfer
from pbx.call.call import Call, Leg
from pbx.call.placing import lead, place
from pbx.call.transfer import Immovable
from pbx.call.trunk import Passage
from pbx.commands import PlaceCall
from pbx.events import CallEnded, LegsBridged, NumberRouted
from pbx.routing.handling import Handling
from pbx.routing.trunks.trunk import Trunk
from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.offer_answer import read_audio
from pbx.sip import events as sip
from pbx.sip.headers.auth import Challenge
from pbx.trunk_events import TrunksWeighed, TrunkTried

LJUBLJANA = "0038612223333"
BELGRADE = "0112223333"


@pytest.fixture
def trunks(exchange: Exchange) -> Iterator[Trunks]:
    exchange.routes(**{"n1001": "phone:1001", "n1002": "phone:1002", "n0.": "trunk:a,b", "n00.": "trunk:*"})
    made = Trunks(exchange)
    yield made
    made.declare()


@pytest.fixture
def caller(exchange: Exchange, trunks: Trunks) -> Handset:
    return exchange.phone("1001")


def trunk(id: str = "a", **fields: Any) -> Trunk:
    return Trunk(id=id, address=f"{id}.example", **{"options_interval_s": None} | fields)


def dial(trunks: Trunks, caller: Handset, number: str, until: float = 1) -> None:
    caller.dial(number)
    trunks.exchange.run_until(until)


def ended(exchange: Exchange) -> CallEnded:
    """The record of the one call, once the plane's last figures are in."""
    exchange.plane.tell_closed()
    return exchange.ended


def tried(exchange: Exchange) -> list[tuple[str, int]]:
    return [(event.trunk, event.status) for event in exchange.told(TrunkTried)]


def challenges(carrier: Party) -> None:
    """Ask for credentials, whatever comes."""

    def react(event: sip.Event, now: float) -> None:
        if isinstance(event, sip.SessionOffered):
            challenge = Challenge("carrier.example", "a nonce")
            event.session.reject(407, now, fields=(("proxy-authenticate", str(challenge)),))

    carrier.react = react


def passed_over(exchange: Exchange) -> dict[str, str]:
    [weighed] = exchange.told(TrunksWeighed)
    return {one.trunk: one.rule for one in weighed.choice.passed_over}


def test_a_call_goes_out_as_the_carrier_wants_it(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    trunks.answering("a")
    trunks.declare(trunk(caller_id="+381114000700", codecs=("PCMU",), trusted=True))
    dial(trunks, caller, BELGRADE)
    assert len(exchange.told(LegsBridged)) == 1
    [invite] = exchange.invites("a")
    assert str(invite.uri) == "sip:+381112223333@a.example"
    assert str(invite.to.uri) == "sip:+381112223333@a.example"
    assert str(invite.from_.uri) == "sip:+381114000700@a.example"
    assert invite.has("p-asserted-identity")
    assert b"PCMU" in invite.body
    assert b"PCMA" not in invite.body
    caller.hang_up()
    exchange.run_until(2)
    assert ended(exchange).trunk == "a"
    assert ended(exchange).cost is None


def test_the_numbering_plan_and_the_trunks_are_explained(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    trunks.answering("a")
    trunks.answering("b", 486)
    trunks.declare(trunk("a", countries=("FR",)), trunk("b"))
    dial(trunks, caller, BELGRADE)
    [routed] = exchange.told(NumberRouted)
    assert (routed.rule, routed.target, routed.passed_over) == ("0.", "trunk:a,b", ())
    assert passed_over(exchange) == {"a": "countries"}
    assert tried(exchange) == [("b", 486)]
    assert caller.refused_with[0][0] == 486


@pytest.mark.parametrize("status", [403, 408, 500, 503])
def test_a_carriers_trouble_passes_the_call_to_the_next(
    trunks: Trunks, caller: Handset, exchange: Exchange, status: int
) -> None:
    trunks.answering("a", status)
    trunks.answering("b")
    trunks.declare(trunk("a", rates={"": 6.0}), trunk("b", rates={"": 60.0}))
    dial(trunks, caller, BELGRADE)
    assert tried(exchange) == [("a", status), ("b", 200)]
    assert [trunks.board.lines[id].ledger.calls for id in "ab"] == [0, 1]
    exchange.run_until(6)
    caller.hang_up()
    exchange.run_until(7)
    assert ended(exchange).trunk == "b"
    assert ended(exchange).cost == pytest.approx(5.0, abs=1.1)


@pytest.mark.parametrize("status", [404, 480, 486, 603])
def test_what_a_carrier_says_of_the_number_is_the_callers_answer(
    trunks: Trunks, caller: Handset, exchange: Exchange, status: int
) -> None:
    trunks.answering("a", status)
    trunks.answering("b")
    trunks.declare(trunk("a"), trunk("b"))
    dial(trunks, caller, BELGRADE)
    assert tried(exchange) == [("a", status)]
    assert caller.refused_with[0][0] == status
    assert ended(exchange).trunk == "a"


def test_a_silent_carrier_keeps_nobody_waiting(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    is_deaf(trunks.answering("a").party)
    trunks.answering("b")
    trunks.declare(trunk("a"), trunk("b"))
    dial(trunks, caller, BELGRADE, until=4.5)
    assert tried(exchange) == [("a", 408), ("b", 200)]
    caller.hang_up()


def test_a_carrier_that_rings_for_long_is_left_to_ring(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    trunks.answering("a", "ring")
    trunks.answering("b")
    trunks.declare(trunk("a"), trunk("b"))
    dial(trunks, caller, BELGRADE, until=30)
    assert tried(exchange) == []
    caller.hang_up()
    exchange.run_until(31)
    assert tried(exchange) == [("a", 487)]


def test_the_next_address_is_tried_before_the_next_trunk(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    first, second = trunks.answering("a1", 503), trunks.answering("a2")
    trunks.answering("b")
    trunks.names["a.example"] = (first.party, second.party)
    trunks.declare(trunk("a"), trunk("b"))
    dial(trunks, caller, BELGRADE)
    assert [event.way for event in exchange.told(TrunkTried)] == [
        f"{one.party.flow.host}:5060" for one in (first, second)
    ]
    caller.hang_up()


def test_the_cheapest_trunk_goes_first_where_the_route_says_so(
    trunks: Trunks, caller: Handset, exchange: Exchange
) -> None:
    for name in ("a", "b"):
        trunks.answering(name)
    trunks.declare(trunk("a", rates={"386": 0.3}, countries=("SI",)), trunk("b", rates={"386": 0.2}, countries=("SI",)))
    dial(trunks, caller, LJUBLJANA)
    assert tried(exchange) == [("b", 200)]
    caller.hang_up()


def test_a_trunk_that_fills_up_meanwhile_is_passed_over(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    slow = trunks.answering("a", "ring")
    trunks.answering("b")
    trunks.declare(trunk("a"), trunk("b", max_calls=1))
    other = exchange.phone("1002")
    dial(trunks, caller, BELGRADE)
    exchange.routes(**{"n0.": "trunk:b,a"})
    dial(trunks, other, BELGRADE, until=2)
    assert other.talks
    assert slow.session is not None
    slow.session.reject(503, exchange.network.now)
    exchange.run_until(3)
    assert caller.refused_with == [(503, "Service Unavailable")]
    assert tried(exchange) == [("b", 200), ("a", 503)]
    other.hang_up()


def test_limits_are_told_with_a_status_that_fits(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    trunks.answering("a")
    trunks.declare(trunk("a", max_calls=0))
    dial(trunks, caller, BELGRADE)
    assert caller.refused_with == [(503, "Service Unavailable")]
    assert passed_over(exchange) == {"a": "max_calls", "b": "unknown"}


def test_a_guest_calls_nobody_outside(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    carrier = trunks.answering("a")
    trunks.declare(trunk("a"))
    exchange.identify = lambda request: (None, False)
    for number in (BELGRADE, LJUBLJANA, "112"):
        caller.dial(number)
    exchange.run_until(1)
    assert [status for status, _ in caller.refused_with] == [403, 403, 403]
    assert carrier.session is None


def test_a_call_for_help_goes_out_whatever_stands_against_it(
    trunks: Trunks, caller: Handset, exchange: Exchange
) -> None:
    carrier = trunks.answering("a")
    trunks.declare(trunk("a", max_calls=0, calls_per_s=0.01, countries=("FR",), spend_per_day=0.0, rates={"33": 1}))
    exchange.routes(n112="phone:1002")
    dial(trunks, caller, "112")
    assert carrier.session is not None
    [invite] = exchange.invites("a")
    assert invite.uri.username == "112"
    [weighed] = exchange.told(TrunksWeighed)
    assert weighed.choice.policy == "emergency"
    caller.hang_up()


def test_a_call_for_help_is_tried_at_every_trunk(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    trunks.answering("a", 503)
    trunks.answering("b", 404)
    trunks.answering("c")
    trunks.declare(trunk("a", emergency=True), trunk("b"), trunk("c", priority=9))
    dial(trunks, caller, "194")
    assert tried(exchange) == [("a", 503), ("b", 404), ("c", 200)]
    caller.hang_up()


def test_a_challenged_invite_is_proven(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    challenges(trunks.carrier("a"))
    trunks.declare(trunk("a", username="centre", password="sesame"))
    dial(trunks, caller, BELGRADE)
    first, second = exchange.invites("a")
    assert first.get("proxy-authorization") is None
    assert 'username="centre"' in (second.get("proxy-authorization") or "")
    assert tried(exchange) == [("a", 407)], "a second challenge means that the secret is wrong"


def test_a_call_over_http_goes_out_by_a_trunk(trunks: Trunks, exchange: Exchange) -> None:
    agent = exchange.phone("1001", "answer")
    trunks.answering("a")
    trunks.declare(trunk("a"))
    place(exchange.control, PlaceCall("c1", "c1.1", "1001", BELGRADE, "Ana"), exchange.network.now)
    exchange.network.flush()
    exchange.run_until(1)
    assert len(exchange.told(LegsBridged)) == 1
    [invite] = exchange.invites("a")
    assert invite.from_.uri.username == "1001"
    agent.hang_up()


def test_an_unanswered_call_leaves_the_books_clean(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    trunks.answering("a", "ring")
    trunks.declare(trunk("a", max_calls=1, rates={"": 1.0}))
    dial(trunks, caller, BELGRADE)
    assert trunks.board.lines["a"].ledger.calls == 1
    caller.hang_up()
    exchange.run_until(2)
    assert trunks.board.lines["a"].ledger.calls == 0
    assert ended(exchange).cost == 0.0


def test_without_a_port_for_its_audio_no_call_occupies_a_trunk() -> None:
    exchange = Exchange(capacity=0)
    exchange.routes(**{"n0.": "trunk:a"})
    trunks = Trunks(exchange)
    trunks.answering("a")
    trunks.declare(trunk("a"))
    dial(trunks, exchange.phone("1001"), BELGRADE)
    assert trunks.board.lines["a"].ledger.calls == 0
    assert ended(exchange).cause == "failed"


def test_whoever_forwards_a_stranger_outside_answers_for_it(trunks: Trunks, exchange: Exchange) -> None:
    carrier = trunks.answering("a")
    trunks.declare(trunk("a"))
    exchange.identify = lambda request: (None, False)
    exchange.control.handling = {"1001": Handling(always=BELGRADE)}
    guest = exchange.phone("guest", registered=False)
    dial(trunks, guest, "1001")
    assert carrier.talks
    [invite] = exchange.invites("a")
    assert invite.uri.username == "+381112223333"
    guest.hang_up()


def test_an_agent_transfers_a_stranger_outside_at_her_own_expense(trunks: Trunks, exchange: Exchange) -> None:
    agent, carrier = exchange.phone("1001", "answer"), trunks.answering("a")
    trunks.declare(trunk("a"))
    exchange.identify = lambda request: (None, False)
    guest = exchange.phone("guest", registered=False)
    dial(trunks, guest, "1001")
    [call] = exchange.control.calls.values()
    asked, answering = call.legs.values()
    with pytest.raises(Immovable):
        transfer.blind(exchange.control, asked, BELGRADE, exchange.network.now)
    transfer.blind(exchange.control, answering, BELGRADE, exchange.network.now)
    exchange.run_until(2)
    assert carrier.talks
    assert not agent.talks
    [invite] = exchange.invites("a")
    assert invite.uri.username == "+381112223333"
    guest.hang_up()


@pytest.mark.parametrize(("came_by", "talk"), [("b", True), (None, False)], ids=["a carrier's", "a guest"])
def test_a_queue_answers_for_those_whom_it_sends_outside_and_for_no_guest(
    trunks: Trunks, exchange: Exchange, came_by: str | None, talk: bool
) -> None:
    exchange.routes(**{"n700": "queue:support", "n0.": "trunk:a"})
    carrier = trunks.answering("a")
    trunks.declare(trunk("a"))
    exchange.identify = lambda request: (None, False)
    customer = exchange.phone("customer", registered=False)
    dial(trunks, customer, "700")
    [call] = exchange.control.calls.values()
    call.trunk = came_by
    exchange.control.answer(call.first, exchange.network.now)
    exchange.run_until(2)
    lead(exchange.control, call.first, BELGRADE, exchange.network.now, by="queue:support")
    exchange.run_until(3)
    assert (carrier.talks, customer.talks, call.authority) == (talk, talk, "queue:support" if talk else None)
    if talk:
        customer.hang_up()


def test_a_call_by_a_trunk_leaves_no_garbage(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    trunks.answering("a", 503)
    trunks.answering("b")
    trunks.declare(trunk("a"), trunk("b"))
    with without_garbage_collection():
        before = len(alive(Call, Leg, Passage))
        dial(trunks, caller, BELGRADE)
        assert len(alive(Call, Leg, Passage)) == before + 4
        caller.hang_up()
        exchange.run_until(2)
        exchange.plane.tell_closed()
        assert len(alive(Call, Leg, Passage)) == before


def test_an_extensions_own_number_goes_before_the_trunks(trunks: Trunks, caller: Handset, exchange: Exchange) -> None:
    trunks.answering("a")
    trunks.declare(trunk("a", caller_id="+381114000700"))
    trunks.outside.caller_ids = {"1001": "+381114000701"}
    dial(trunks, caller, BELGRADE)
    [invite] = exchange.invites("a")
    assert invite.from_.uri.username == "+381114000701"
    caller.hang_up()


def protocols(exchange: Exchange, name: str) -> list[str]:
    """The transports of the audio that was offered to a carrier."""
    return [read_audio(invite.body).protocol for invite in exchange.invites(name)]


def test_each_trunk_has_its_own_policy_for_secured_audio(trunks: Trunks, caller: Handset) -> None:
    trunks.answering("a", 503).srtp = SrtpPolicy.REQUIRED
    trunks.answering("b").srtp = SrtpPolicy.NEVER
    trunks.exchange.control.srtp = SrtpPolicy.REQUIRED
    caller.srtp = SrtpPolicy.REQUIRED
    trunks.declare(trunk("a", srtp=SrtpPolicy.OFFER), trunk("b", srtp=SrtpPolicy.NEVER))
    dial(trunks, caller, BELGRADE)
    assert (protocols(trunks.exchange, "a"), protocols(trunks.exchange, "b")) == (["RTP/SAVP"], ["RTP/AVP"])
    assert caller.talks
    assert [remote.keys is None for _, remote in sorted(trunks.exchange.plane.remotes.items())] == [False, True]
    caller.hang_up()


def test_a_trunk_with_secured_audio_is_not_tried_in_the_clear(trunks: Trunks, caller: Handset) -> None:
    trunks.answering("a").srtp = SrtpPolicy.NEVER
    trunks.declare(trunk("a", srtp=SrtpPolicy.REQUIRED))
    dial(trunks, caller, BELGRADE)
    assert protocols(trunks.exchange, "a") == ["RTP/SAVP"]
    assert [status for status, _ in caller.refused_with] == [488]
