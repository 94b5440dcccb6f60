"""Reliable provisional responses (RFC 3262), and what may change before the answer (RFC 3311)."""

from __future__ import annotations

import pytest
from tests.scenario.network import ANSWER, OFFER, Network, Party
from tests.scenario.persons import rewriting

from pbx.sip.errors import StateError
from pbx.sip.events import (
    Event,
    OfferAnswered,
    OfferReceived,
    SessionAccepted,
    SessionCancelled,
    SessionConfirmed,
    SessionEnded,
    SessionOffered,
    SessionProgressed,
    SessionRejected,
)
from pbx.sip.message import parse_message
from pbx.sip.session import Phase, Session

MUSIC = b"early media"


def dialled(network: Network, *, body: bytes = MUSIC, offer: bytes = OFFER) -> tuple[Party, Party, Session, Session]:
    """Ana calls Boris, whose phone sends early media: both parties, then their sessions."""
    ana, boris = network.party("ana"), network.party("boris")
    session = ana.call(boris, offer)
    network.run_until(0.05)
    answered = boris.told(SessionOffered)[0].session
    answered.ring(network.now, 100)
    answered.ring(network.now, 183, body=body)
    network.flush()
    return ana, boris, session, answered


def required(party: Party) -> None:
    """Whoever calls this party demands reliable ringing."""
    rewriting(party, lambda data: data.replace(b"Supported: 100rel", b"Require: 100rel\r\nSupported: 100rel"))


def test_early_media_is_acknowledged_and_told_once() -> None:
    network = Network()
    ana, _, _, _ = dialled(network)
    network.run_until(5)
    assert [(event.status, event.body) for event in ana.told(SessionProgressed)] == [(183, MUSIC)]
    [ring], [prack] = network.packets("183 INVITE"), network.packets("PRACK")
    message = parse_message(ring.data)
    assert message.get("require") == "100rel"
    assert parse_message(prack.data).get("rack") == f"{message.get('rseq')} 1 INVITE"
    assert len(network.times("200 PRACK")) == 1


def test_plain_ringing_stays_unreliable_unless_it_is_demanded() -> None:
    network = Network()
    dialled(network, body=b"")
    network.run_until(2)
    assert network.times("PRACK") == []


def test_ringing_that_is_demanded_reliably_is_acknowledged() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    required(boris)
    session = ana.call(boris)
    network.run_until(0.05)
    answered = boris.told(SessionOffered)[0].session
    answered.ring(network.now)
    answered.accept(ANSWER, network.now)
    network.run_until(5)
    assert session.phase is Phase.CONFIRMED
    assert len(network.times("PRACK")) == 1
    assert len(network.times("200 PRACK")) == 1, "section 3: it is known after the 2xx too"


def test_a_lost_ring_is_repeated_at_doubling_intervals_until_it_is_acknowledged() -> None:
    network = Network()
    network.lose("183 INVITE", 3)
    ana, _, _, _ = dialled(network)
    network.run_until(20)
    assert [round(at - 0.05, 2) for at in network.times("183 INVITE")] == [0, 0.5, 1.5, 3.5]
    assert len(ana.told(SessionProgressed)) == 1


def test_a_ring_that_is_never_acknowledged_fails_the_call() -> None:
    network = Network()
    network.lose("PRACK", 99)
    ana, boris, _, _ = dialled(network)
    network.run_until(40)
    assert [event.status for event in ana.told(SessionRejected)] == [504]
    assert [event.cause for event in boris.told(SessionEnded)] == ["unacknowledged"]
    network.run_until(120)
    assert network.left == {}


def test_the_second_ring_waits_for_the_acknowledgement_of_the_first() -> None:
    network = Network()
    network.lose("PRACK", 1)
    ana, _, _, answered = dialled(network)
    answered.ring(network.now, 183, body=b"other music")
    network.run_until(0.3)
    assert len(network.times("183 INVITE")) == 1
    network.run_until(5)
    assert [event.body for event in ana.told(SessionProgressed)] == [MUSIC, b"other music"]
    first, second = sorted({int(parse_message(one.data).get("rseq") or 0) for one in network.packets("183 INVITE")})
    assert second == first + 1


def test_a_ring_that_overtook_another_is_not_acknowledged() -> None:
    network = Network()
    ana, boris, _, _ = dialled(network)
    network.run_until(0.3)
    ring = network.packets("183 INVITE")[0].data
    number = int(parse_message(ring).get("rseq") or 0)
    network.deliver(ring.replace(b"RSeq: %d" % number, b"RSeq: %d" % (number + 2)), boris, ana)
    network.deliver(ring, boris, ana)
    assert len(network.times("PRACK")) == 1
    assert len(ana.told(SessionProgressed)) == 1


def test_the_answer_waits_until_the_early_media_is_acknowledged_and_repeats_no_description() -> None:
    network = Network()
    network.lose("PRACK", 1)
    ana, boris, session, answered = dialled(network)
    answered.accept(ANSWER, network.now)
    network.run_until(0.3)
    assert network.times("200 INVITE") == []
    network.run_until(5)
    [accepted] = ana.told(SessionAccepted)
    assert accepted.body == MUSIC, "the answer came with the early media"
    assert accepted.response.body == b""
    assert len(boris.told(SessionConfirmed)) == 1
    assert session.phase is answered.phase is Phase.CONFIRMED
    session.bye(network.now)
    network.run_until(70)
    assert network.left == {}


@pytest.mark.parametrize("who", ["caller", "callee"])
def test_hanging_up_while_the_answer_waits_fails_the_call(who: str) -> None:
    network = Network()
    network.lose("PRACK", 99)
    ana, boris, session, answered = dialled(network)
    answered.accept(ANSWER, network.now)
    network.run_until(1)
    if who == "caller":
        session.cancel(network.now)
    else:
        answered.bye(network.now)
    network.run_until(100)
    assert [event.status for event in ana.told(SessionRejected)] == [487]
    assert [event.cause for event in boris.told(SessionEnded)] == (["bye"] if who == "caller" else [])
    assert network.left == {}


def test_a_cancel_after_early_media_leaves_nothing() -> None:
    network = Network()
    _, boris, session, _ = dialled(network)
    network.run_until(1)
    session.cancel(network.now)
    network.run_until(70)
    assert len(boris.told(SessionCancelled)) == 1
    assert network.left == {}


def test_an_acknowledgement_of_nothing_gets_481() -> None:
    network = Network()
    ana, boris, _, _ = dialled(network)
    network.run_until(0.3)
    prack = network.packets("PRACK")[0].data
    again = prack.replace(b"CSeq: 2 PRACK", b"CSeq: 3 PRACK").replace(b"branch=z9hG4bK", b"branch=z9hG4bKx")
    network.deliver(again.replace(b"RAck: ", b"RAck: 9"), ana, boris)
    assert len(network.times("481 PRACK")) == 1
    unreadable = again.replace(b"CSeq: 3", b"CSeq: 4").replace(b"bKx", b"bKy").replace(b"1 INVITE", b"INVITE")
    network.deliver(unreadable, ana, boris)
    assert len(network.times("400 PRACK")) == 1


def test_early_media_may_be_changed_by_either_side_before_the_answer() -> None:
    network = Network()
    ana, boris, session, answered = dialled(network)
    network.run_until(0.3)
    answered.update(b"changed", network.now)
    network.run_until(0.5)
    [received] = ana.told(OfferReceived)
    assert (received.session, received.body) == (session, b"changed")
    session.accept_offer(b"fine", network.now)
    network.run_until(0.8)
    assert boris.told(OfferAnswered) == [OfferAnswered(answered, 200, b"fine")]
    answered.accept(b"", network.now)
    network.run_until(2)
    assert session.phase is Phase.CONFIRMED


def test_no_update_before_the_first_answer_is_acknowledged() -> None:
    network = Network()
    _, _, session, answered = dialled(network, body=b"")
    with pytest.raises(StateError):
        answered.update(OFFER, network.now)
    with pytest.raises(StateError):
        session.update(OFFER, network.now)


def test_an_update_from_a_phone_that_only_rings_is_refused_until_our_offer_is_answered() -> None:
    network = Network()
    ana, boris, _, answered = dialled(network, body=b"")
    network.run_until(0.3)
    assert answered.dialog is not None
    request = answered.dialog.request("UPDATE", boris.endpoint.new_via(ana.flow))
    request.add("content-type", "application/sdp")
    request.body = OFFER
    network.deliver(bytes(request), boris, ana)
    assert len(network.times("491 UPDATE")) == 1


def test_two_phones_behind_one_number_ring_reliably_each_in_its_own_dialog() -> None:
    network = Network()
    ana, boris, session, _ = dialled(network)
    network.run_until(0.3)
    other = network.packets("183 INVITE")[0].data.replace(b";tag=boris", b";tag=cyril")
    network.deliver(other, boris, ana)
    assert len(network.times("PRACK")) == 2
    assert len(ana.told(SessionProgressed)) == 2
    assert ana.endpoint.dialogs == 2
    session.cancel(network.now)
    network.run_until(100)
    assert ana.left == (0, 0, 0)


def test_a_flood_of_early_dialogs_is_bounded() -> None:
    network = Network()
    ana, boris, _, _ = dialled(network)
    network.run_until(0.3)
    ring = network.packets("183 INVITE")[0].data
    for number in range(50):
        network.deliver(ring.replace(b";tag=boris", b";tag=fork%d" % number), boris, ana)
    assert ana.endpoint.dialogs == 16


def test_an_early_session_is_found_by_its_tags() -> None:
    network = Network()
    ana, _, session, answered = dialled(network, body=b"")
    network.run_until(0.3)
    assert session.dialog is None
    assert answered.dialog is not None
    call_id, their_tag, our_tag = answered.dialog.id
    assert ana.endpoint.session_of(call_id, our_tag, their_tag) is session


def test_an_offer_in_the_ring_is_answered_in_the_acknowledgement() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    required(boris)
    rewriting(boris, lambda data: data.replace(b"Supported: timer", b"Require: 100rel\r\nSupported: timer"))
    ana.call(boris, b"")
    network.run_until(0.05)
    answered = boris.told(SessionOffered)[0].session
    answered.ring(network.now, 183, body=OFFER)
    network.run_until(0.3)
    prack = network.packets("PRACK")[0].data
    with_answer = prack.replace(b"Content-Length: 0\r\n\r\n", b"Content-Length: 9\r\n\r\nan answer")
    boris.events.clear()
    network.deliver(with_answer.replace(b"CSeq: 2", b"CSeq: 3").replace(b"bK", b"bKx"), ana, boris)
    assert boris.told(OfferAnswered) == [OfferAnswered(answered, 200, b"an answer")]


def picks_up(party: Party) -> None:
    """Early media, then the answer."""

    def react(event: Event, now: float) -> None:
        if isinstance(event, SessionOffered):
            event.session.ring(now, 183, body=MUSIC)
            event.session.ring(now, 183, body=b"more")
            event.session.accept(ANSWER, now)

    party.react = react


@pytest.mark.parametrize("seed", range(6))
def test_early_media_and_answer_arrive_in_order_though_a_third_of_all_packets_is_lost(seed: int) -> None:
    network = Network(seed=seed, loss=0.3, jitter=0.4)
    ana, boris = network.party("ana"), network.party("boris")
    picks_up(boris)
    session = ana.call(boris)
    network.run_until(60)
    assert [event.body for event in ana.told(SessionProgressed)] == [MUSIC, b"more"]
    assert [event.body for event in ana.told(SessionAccepted)] == [MUSIC]
    network.loss = 0.0
    session.bye(network.now)
    network.run_until(260)
    assert network.left == {}
