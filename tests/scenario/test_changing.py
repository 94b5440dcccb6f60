"""Sessions that change: re-INVITE, its refusal, and glare (RFC 3261 section 14)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.scenario.network import ANSWER, OFFER, Network
from tests.scenario.persons import answers, lets_ring
from tests.scenario.test_ending import talking

from pbx.sip.errors import StateError
from pbx.sip.events import OfferAnswered, OfferReceived, SessionConfirmed, SessionEnded, SessionOffered
from pbx.sip.session import Phase, Session


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


def test_two_offers_that_cross_are_refused_with_491_and_made_again_one_after_the_other() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    answers(ana)
    session.offer(OFFER, network.now)
    answered.offer(OFFER, network.now)
    network.run_until(1.5)
    assert len(network.times("491 INVITE")) == 2
    assert session.offer_pending
    network.run_until(10)
    assert [event.status for event in ana.told(OfferAnswered)] == [200]
    assert [event.status for event in boris.told(OfferAnswered)] == [200]
    [again] = [at for at in network.times("INVITE", "ana") if at > 1.1]
    assert 2.1 <= again - 1.02 <= 4.1, "section 14.1: whose Call-ID it is waits longer"
    session.bye(network.now)
    network.run_until(74)
    assert network.left == {}


def test_an_offer_that_meets_491_again_and_again_is_given_up() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    boris.react = lambda event, now: answered.refuse_offer(491, now)
    session.offer(OFFER, network.now)
    network.run_until(30)
    assert len(network.times("491 INVITE")) == 5
    assert [event.status for event in ana.told(OfferAnswered)] == [491]
    assert session.phase is Phase.CONFIRMED


def test_an_offer_that_pauses_after_491_is_forgotten_with_its_session() -> None:
    network = Network()
    _, boris, session, answered = talking(network)
    boris.react = lambda event, now: answered.refuse_offer(491, now)
    session.offer(OFFER, network.now)
    network.run_until(1.5)
    boris.react = lambda event, now: None
    session.bye(network.now)
    network.run_until(80)
    assert len(network.times("491 INVITE")) == 1
    assert network.left == {}


def test_a_change_by_update_needs_no_ack() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    acks = len(network.times("ACK"))
    answered.update(b"on hold", network.now)
    network.run_until(2)
    assert boris.told(OfferAnswered) == []
    assert [event.body for event in ana.told(OfferReceived)] == [b"on hold"]
    session.accept_offer(b"held", network.now)
    network.run_until(3)
    assert boris.told(OfferAnswered) == [OfferAnswered(answered, 200, b"held")]
    assert len(network.times("ACK")) == acks


def test_a_refused_update_leaves_the_call_as_it_was() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    boris.react = lambda event, now: answered.refuse_offer(488, now)
    session.update(b"video", network.now)
    network.run_until(2)
    assert ana.told(OfferAnswered) == [OfferAnswered(session, 488, b"")]
    assert session.phase is answered.phase is Phase.CONFIRMED


def test_an_update_that_crosses_a_re_invite_waits_its_turn() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    answers(ana)
    session.update(OFFER, network.now)
    answered.offer(OFFER, network.now)
    network.run_until(10)
    assert [event.status for event in ana.told(OfferAnswered)] == [200]
    assert [event.status for event in boris.told(OfferAnswered)] == [200]
    assert len(network.times("491 UPDATE")) + len(network.times("491 INVITE")) == 2


def test_a_second_update_before_the_first_is_answered_gets_500() -> None:
    network = Network()
    ana, boris, session, _ = talking(network)
    boris.react = lambda event, now: None
    session.update(OFFER, network.now)
    network.run_until(1.2)
    first = network.packets("UPDATE")[-1].data
    second = first.replace(b"CSeq: 2 ", b"CSeq: 3 ").replace(b";branch=z9hG4bK", b";branch=z9hG4bKagain")
    network.deliver(second, ana, boris)
    assert b"Retry-After: " in network.packets("500 UPDATE")[0].data
    assert len(boris.told(OfferReceived)) == 1


def test_an_update_that_nobody_answers_ends_with_the_call() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    boris.react = lambda event, now: None
    session.update(OFFER, network.now)
    network.run_until(2)
    answered.bye(network.now)
    network.run_until(64)
    assert len(network.times("487 UPDATE")) == 1
    assert [event.cause for event in ana.told(SessionEnded)] == ["bye"]
    assert network.left == {}


def test_a_re_invite_that_takes_its_time_is_told_to_wait() -> None:
    network = Network()
    _, boris, session, answered = talking(network)
    boris.react = lambda event, now: None
    session.offer(OFFER, network.now)
    network.run_until(5)
    [trying] = network.times("100 INVITE")
    assert 1.2 <= trying <= 1.25
    assert len(network.times("INVITE")) == 2, "nothing had to be sent again"
    answered.accept_offer(ANSWER, network.now)
    network.run_until(6)
    assert session.phase is Phase.CONFIRMED


@pytest.mark.parametrize("verb", [Session.offer, Session.update])
@pytest.mark.parametrize("seed", range(4))
def test_changes_of_both_sides_come_through_though_a_third_of_all_packets_is_lost(
    seed: int, verb: Callable[[Session, bytes, float], None]
) -> None:
    network = Network(seed=seed)
    ana, boris, session, answered = talking(network)
    answers(ana)
    network.loss = 0.3
    verb(session, b"ana's", network.now)
    verb(answered, b"boris's", network.now)
    network.run_until(100)
    assert [event.status for event in ana.told(OfferAnswered)] == [200]
    assert [event.status for event in boris.told(OfferAnswered)] == [200]
    network.loss = 0.0
    session.bye(network.now)
    network.run_until(250)
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
