"""Sessions that change: re-INVITE, its refusal, and glare (RFC 3261 section 14)."""

from __future__ import annotations

import pytest
from tests.scenario.network import ANSWER, OFFER, Network
from tests.scenario.persons import lets_ring
from tests.scenario.test_ending import talking

from pbx.sip.errors import StateError
from pbx.sip.events import OfferAnswered, OfferReceived, SessionConfirmed, SessionEnded, SessionOffered
from pbx.sip.session import Phase


def test_an_offer_within_the_call_is_answered() -> None:
    network = Network()
    ana, boris, session, _ = talking(network)
    session.offer(b"on hold", network.now)
    network.run_until(2)
    assert [event.body for event in boris.told(OfferReceived)] == [b"on hold"]
    assert ana.told(OfferAnswered) == [OfferAnswered(session, 200, ANSWER)]
    assert session.phase is Phase.CONFIRMED


def test_a_refused_offer_leaves_the_call_as_it_was() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    boris.react = lambda event, now: answered.refuse_offer(488, now)
    session.offer(b"video", network.now)
    network.run_until(2)
    assert ana.told(OfferAnswered) == [OfferAnswered(session, 488, b"")]
    assert session.phase is answered.phase is Phase.CONFIRMED


def test_two_offers_that_cross_are_both_refused_with_491() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    session.offer(OFFER, network.now)
    answered.offer(OFFER, network.now)
    network.run_until(3)
    assert len(network.times("491 INVITE")) == 2
    assert [event.status for event in ana.told(OfferAnswered)] == [491]
    assert [event.status for event in boris.told(OfferAnswered)] == [491]
    assert session.phase is answered.phase is Phase.CONFIRMED
    session.bye(network.now)
    network.run_until(64)
    assert network.left == {}


def test_a_491_that_is_never_acknowledged_leaves_nothing() -> None:
    network = Network()
    _, _, session, answered = talking(network)
    network.lose("ACK", 99)
    session.offer(OFFER, network.now)
    answered.offer(OFFER, network.now)
    network.run_until(5)
    session.bye(network.now)
    network.run_until(100)
    assert network.left == {}


def test_a_second_offer_of_the_same_side_gets_500_while_the_first_waits() -> None:
    network = Network()
    ana, boris, session, _ = talking(network)
    boris.react = lambda event, now: None
    session.offer(OFFER, network.now)
    network.run_until(1.2)
    first = network.packets("INVITE")[-1].data
    second = first.replace(b"CSeq: 2 ", b"CSeq: 3 ").replace(b";branch=z9hG4bK", b";branch=z9hG4bKagain")
    network.deliver(second, ana, boris)
    refusal = network.packets("500 INVITE")[0].data
    assert b"Retry-After: " in refusal
    assert len(boris.told(OfferReceived)) == 1


def test_no_offer_is_made_before_the_ack_of_the_answer() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    ana.call(boris)
    network.run_until(1)
    answered = boris.told(SessionOffered)[0].session
    answered.accept(ANSWER, network.now)
    with pytest.raises(StateError):
        answered.offer(OFFER, network.now)
    network.run_until(2)
    assert len(boris.told(SessionConfirmed)) == 1
    answered.offer(OFFER, network.now)
    network.run_until(2.1)
    assert len(ana.told(OfferReceived)) == 1


def test_an_offer_that_finds_the_call_gone_ends_it_here_too() -> None:
    network = Network()
    ana, _, session, answered = talking(network)
    network.lose("BYE", 99)
    answered.bye(network.now)
    session.offer(OFFER, network.now)
    network.run_until(3)
    assert len(network.times("481 INVITE")) == 1
    assert [event.cause for event in ana.told(SessionEnded)] == ["lost"]


def test_hanging_up_while_an_offer_waits_answers_it_487() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    boris.react = lambda event, now: None
    session.offer(OFFER, network.now)
    network.run_until(2)
    answered.bye(network.now)
    network.run_until(64)
    assert len(network.times("487 INVITE")) == 1
    assert [event.cause for event in ana.told(SessionEnded)] == ["bye"]
    assert network.left == {}


def test_a_request_whose_cseq_goes_backwards_gets_500() -> None:
    network = Network()
    ana, boris, session, _ = talking(network)
    session.offer(OFFER, network.now)
    network.run_until(2)
    old = network.packets("INVITE")[-1].data.replace(b";branch=z9hG4bK", b";branch=z9hG4bKold")
    network.deliver(old, ana, boris)
    assert len(network.times("500 INVITE")) == 1
    assert len(boris.told(OfferReceived)) == 1
