"""A caller changes its mind: RFC 3261 section 9, and its race with the answer (section 13.2.2.4)."""

from __future__ import annotations

from tests.scenario.network import ANSWER, Network
from tests.scenario.persons import answers, lets_ring

from pbx.sip.events import (
    SessionAccepted,
    SessionCancelled,
    SessionConfirmed,
    SessionEnded,
    SessionOffered,
    SessionRejected,
)
from pbx.sip.message import Request, parse_message
from pbx.sip.session import Phase


def test_a_ringing_call_is_cancelled() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    session = ana.call(boris)
    network.run_until(2)
    session.cancel(network.now, "SIP;cause=200;text=answered elsewhere")
    network.run_until(3)
    assert [one.what for one in network.sent[-4:]] == ["CANCEL", "200 CANCEL", "487 INVITE", "ACK"]
    assert [event.reason for event in boris.told(SessionCancelled)] == ["SIP;cause=200;text=answered elsewhere"]
    assert [event.status for event in ana.told(SessionRejected)] == [487]
    network.run_until(64)
    assert network.left == {}


def test_a_cancel_waits_for_the_first_provisional_response() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    session = ana.call(boris)
    session.cancel(network.now)
    network.run_until(1)
    assert network.times("CANCEL") == [], "section 9.1: nothing shows yet that the INVITE arrived"
    boris.told(SessionOffered)[0].session.ring(network.now)
    network.run_until(2)
    assert len(network.times("CANCEL")) == 1
    assert len(boris.told(SessionCancelled)) == 1
    assert [event.status for event in ana.told(SessionRejected)] == [487]


def test_more_ringing_does_not_cancel_twice() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    session = ana.call(boris)
    session.cancel(network.now)
    network.run_until(1)
    ringing = boris.told(SessionOffered)[0].session
    ringing.ring(network.now)
    ringing.ring(network.now, 183)
    network.run_until(1.4)
    assert len(network.times("CANCEL")) == 1


def test_a_cancelled_call_that_nobody_ever_answered_ends_with_408() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    network.lose("INVITE", 99)
    session = ana.call(boris)
    session.cancel(network.now)
    network.run_until(64)
    assert network.times("CANCEL") == []
    assert [event.status for event in ana.told(SessionRejected)] == [408]
    assert network.left == {}


def test_a_cancel_that_crosses_the_answer_ends_the_call_with_ack_and_bye() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    session = ana.call(boris)
    network.run_until(2)
    boris.told(SessionOffered)[0].session.accept(ANSWER, network.now)
    session.cancel(network.now)
    network.run_until(5)
    assert network.times("CANCEL") == network.times("200 INVITE"), "they were on the way at the same time"
    assert len(network.times("ACK")) == 1
    assert network.times("BYE", "ana") == network.times("ACK")
    assert ana.told(SessionAccepted) == []
    assert [event.status for event in ana.told(SessionRejected)] == [487]
    assert boris.told(SessionCancelled) == []
    assert [event.cause for event in boris.told(SessionEnded)] == ["bye"]
    network.run_until(64)
    assert network.left == {}


def test_a_cancel_that_comes_after_the_answer_was_heard_does_nothing() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    session = ana.call(boris)
    network.run_until(1)
    invite = parse_message(network.packets("INVITE")[0].data)
    assert isinstance(invite, Request)
    fields = [(key, invite.get(key) or "") for key in ("via", "from", "to", "call-id")]
    late = Request("CANCEL", invite.uri_text, [*fields, ("cseq", "1 CANCEL")])
    network.deliver(bytes(late), ana, boris)
    network.run_until(2)
    assert len(network.times("200 CANCEL")) == 1
    assert session.phase is Phase.CONFIRMED
    assert len(boris.told(SessionConfirmed)) == 1
    assert boris.told(SessionCancelled) == []


def test_a_cancel_for_no_known_call_gets_481() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    cancel = (
        b"CANCEL sip:boris@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKnone\r\n"
        b"From: <sip:ana@192.0.2.1>;tag=1\r\nTo: <sip:boris@192.0.2.2>\r\nCall-ID: none\r\nCSeq: 1 CANCEL\r\n\r\n"
    )
    network.deliver(cancel, ana, boris)
    assert len(network.times("481 CANCEL")) == 1


def test_an_invite_whose_cancel_leads_to_nothing_is_given_up_after_32_seconds() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    session = ana.call(boris)
    network.run_until(2)
    network.lose("CANCEL", 99)
    session.cancel(network.now)
    network.run_until(33)
    assert ana.told(SessionRejected) == []
    network.run_until(35)
    assert [event.status for event in ana.told(SessionRejected)] == [487]
    network.run_until(100)
    assert ana.left == (0, 0, 0), "the INVITE's transaction, which has no timer of its own any more, is gone too"


def test_a_lost_cancel_is_sent_again() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    session = ana.call(boris)
    network.run_until(2)
    network.lose("CANCEL", 2)
    session.cancel(network.now)
    network.run_until(10)
    assert network.times("CANCEL") == [2.0, 2.5, 3.5]
    assert len(boris.told(SessionCancelled)) == 1
