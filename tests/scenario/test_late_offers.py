"""INVITEs without an offer of ours: the far side offers, our answer goes out with the ACK (RFC 3261 section 13.2.1)."""

from __future__ import annotations

import pytest
from tests.scenario.network import ANSWER, OFFER, Network
from tests.scenario.persons import answers
from tests.scenario.test_ending import talking

from pbx.sip.errors import StateError
from pbx.sip.events import OfferAnswered, SessionAccepted, SessionConfirmed
from pbx.sip.message import parse_message


def test_the_far_side_offers_and_our_answer_goes_with_the_ack() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    session = ana.call(boris, b"")
    network.run_until(0.3)
    [accepted] = ana.told(SessionAccepted)
    assert (accepted.body, accepted.answer_due) == (ANSWER, True)
    assert network.times("ACK") == []
    session.answer(b"my answer", network.now)
    network.run_until(1)
    assert [event.body for event in boris.told(SessionConfirmed)] == [b"my answer"]
    assert parse_message(network.packets("ACK")[0].data).get("content-type") == "application/sdp"


def test_a_2xx_that_is_repeated_gets_the_same_ack_again_once_there_is_one() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    session = ana.call(boris, b"")
    network.run_until(1.0)
    assert len(network.times("200 INVITE")) == 2, "it was repeated while we thought"
    network.lose("ACK")
    session.answer(b"my answer", network.now)
    network.run_until(4)
    first, second = network.packets("ACK")
    assert first.data == second.data
    assert len(boris.told(SessionConfirmed)) == 1


def test_hanging_up_instead_of_answering_acknowledges_first() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    session = ana.call(boris, b"")
    network.run_until(0.3)
    session.bye(network.now)
    network.run_until(64)
    assert network.times("ACK") == network.times("BYE")
    assert network.left == {}


def test_an_offer_within_the_call_can_be_asked_for_too() -> None:
    network = Network()
    ana, boris, session, _ = talking(network)
    session.offer(b"", network.now)
    network.run_until(2)
    assert ana.told(OfferAnswered) == [OfferAnswered(session, 200, ANSWER, True)]
    assert session.offer_pending
    session.answer(b"taken", network.now)
    assert not session.offer_pending
    network.run_until(3)
    assert boris.told(SessionConfirmed)[-1].body == b"taken"


def test_nothing_is_answered_that_was_not_offered() -> None:
    network = Network()
    _, _, session, _ = talking(network)
    with pytest.raises(StateError):
        session.answer(OFFER, network.now)
