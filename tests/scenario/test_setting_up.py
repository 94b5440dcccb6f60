"""Calls that begin: what RFC 3261 sections 13 and 17 ask of both sides when packets get lost."""

from __future__ import annotations

import pytest
from tests.scenario.network import ANSWER, OFFER, Network
from tests.scenario.persons import answers, is_deaf, lets_ring, refuses

from pbx.sip.events import (
    SessionAccepted,
    SessionConfirmed,
    SessionEnded,
    SessionOffered,
    SessionProgressed,
    SessionRejected,
)
from pbx.sip.headers.address import Address
from pbx.sip.session import Phase
from pbx.sip.uri import sip_uri

INVITE_AT = [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
"""Timer A: T1, doubling (section 17.1.1.2)."""
RESPONSE_AT = [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
"""Timers G and the repeated 2xx: T1, doubling up to T2 (sections 13.3.1.4 and 17.2.1)."""


def address(name: str) -> Address:
    return Address(sip_uri(name, "example.com"))


def seen_from_first(times: list[float]) -> list[float]:
    return [round(at - times[0], 3) for at in times]


def test_a_call_is_offered_rung_answered_and_acknowledged() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    session = ana.call(boris)
    network.run_until(1)
    assert [packet.what for packet in network.sent] == ["INVITE", "180 INVITE", "200 INVITE", "ACK"]
    assert boris.told(SessionOffered)[0].request.body == OFFER
    assert [event.status for event in ana.told(SessionProgressed)] == [180]
    [accepted] = ana.told(SessionAccepted)
    assert accepted == (session, ANSWER, False, accepted.response)
    assert accepted.response.status == 200
    assert len(boris.told(SessionConfirmed)) == 1


def test_a_lost_invite_is_sent_again_by_timer_a() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    network.lose("INVITE", 3)
    ana.call(boris)
    network.run_until(10)
    assert network.times("INVITE") == [0.0, 0.5, 1.5, 3.5]
    assert len(ana.told(SessionAccepted)) == 1


def test_when_nobody_answers_the_call_ends_with_408_after_32_seconds() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    is_deaf(boris)
    session = ana.call(boris)
    network.run_until(31.9)
    assert network.times("INVITE") == INVITE_AT
    assert ana.told(SessionRejected) == []
    network.run_until(32)
    assert ana.told(SessionRejected) == [SessionRejected(session, 408, "Request Timeout", None)]
    network.run_until(128)
    assert network.left == {}


def test_over_tcp_requests_and_responses_are_sent_once() -> None:
    network = Network(transport="tcp")
    ana, boris = network.party("ana"), network.party("boris")
    is_deaf(boris)
    ana.call(boris)
    network.run_until(60)
    assert network.times("INVITE") == [0.0]
    assert [event.status for event in ana.told(SessionRejected)] == [408]
    assert network.left == {}


def test_over_tcp_a_refusal_is_sent_once() -> None:
    network = Network(transport="tcp")
    ana, boris = network.party("ana"), network.party("boris")
    refuses(boris, 486)
    network.lose("ACK", 99)
    ana.call(boris)
    network.run_until(128)
    assert len(network.times("486 INVITE")) == 1
    assert network.left == {}


def test_a_lost_200_is_repeated_until_the_ack_comes() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    network.lose("200 INVITE", 3)
    ana.call(boris)
    network.run_until(30)
    assert seen_from_first(network.times("200 INVITE")) == [0.0, 0.5, 1.5, 3.5]
    assert len(network.times("ACK")) == 1
    assert len(boris.told(SessionConfirmed)) == 1


def test_a_lost_ack_is_sent_again_for_each_repeated_200() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    network.lose("ACK", 2)
    ana.call(boris)
    network.run_until(30)
    assert len(network.times("200 INVITE")) == len(network.times("ACK")) == 3
    assert len({packet.data for packet in network.packets("ACK")}) == 1, "it is the same ACK each time"
    assert len(boris.told(SessionConfirmed)) == 1
    assert len(ana.told(SessionAccepted)) == 1


def test_a_200_that_is_never_acknowledged_ends_the_call_with_a_bye_after_32_seconds() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    network.lose("ACK", 99)
    ana.call(boris)
    network.run_until(128)
    assert seen_from_first(network.times("200 INVITE"))[1:] == RESPONSE_AT
    assert [event.cause for event in boris.told(SessionEnded)] == ["unacknowledged"]
    assert [event.cause for event in ana.told(SessionEnded)] == ["bye"]
    assert network.times("BYE", "boris")[0] - network.times("200 INVITE")[0] == pytest.approx(32)
    assert network.left == {}


def test_a_refusal_is_repeated_until_its_ack_comes() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    refuses(boris, 486)
    network.lose("486 INVITE", 2)
    session = ana.call(boris)
    network.run_until(10)
    assert seen_from_first(network.times("486 INVITE")) == [0.0, 0.5, 1.5]
    assert len(network.times("ACK")) == 1
    assert [event[:3] for event in ana.told(SessionRejected)] == [(session, 486, "Busy Here")]
    network.run_until(64)
    assert network.left == {}


def test_a_refusal_that_is_never_acknowledged_is_given_up_by_timer_h() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    refuses(boris, 486)
    network.lose("ACK", 99)
    ana.call(boris)
    network.run_until(128)
    assert seen_from_first(network.times("486 INVITE"))[1:] == RESPONSE_AT
    assert len(ana.told(SessionRejected)) == 1, "each repeated 486 is acknowledged, not told again"
    assert len(network.times("ACK")) == len(network.times("486 INVITE"))
    assert network.left == {}


def test_a_refusal_without_a_user_is_given_up_too_when_nobody_acknowledges_it() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    network.lose("ACK", 99)
    ana.endpoint.invite(
        "isbn:2983792873", boris.flow, caller=address("ana"), callee=address("boris"), body=OFFER, now=network.now
    )
    network.run_until(128)
    assert [event.status for event in ana.told(SessionRejected)] == [416]
    assert network.left == {}


def test_a_repeated_invite_is_answered_with_the_last_provisional_response_and_offered_once() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    ana.call(boris)
    network.run_until(1)
    network.deliver(network.packets("INVITE")[0].data, ana, boris)
    assert len(network.times("180 INVITE")) == 2
    assert len(boris.told(SessionOffered)) == 1


def test_a_repeated_invite_after_the_answer_is_absorbed() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    ana.call(boris)
    network.run_until(1)
    network.deliver(network.packets("INVITE")[0].data, ana, boris)
    network.run_until(2)
    assert len(boris.told(SessionOffered)) == 1
    assert len(network.times("200 INVITE")) == 1


def test_the_second_answer_of_a_forked_call_is_acknowledged_and_ended() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    session = ana.call(boris)
    network.run_until(1)
    assert boris.told(SessionOffered)[0].session.local_tag == "boris-1"
    other_fork = network.packets("200 INVITE")[0].data.replace(b"tag=boris-1", b"tag=another-phone")
    network.deliver(other_fork, boris, ana)
    network.run_until(2)
    acknowledged, ended = network.packets("ACK")[-1].data, network.packets("BYE")[-1].data
    assert b"tag=another-phone" in acknowledged
    assert b"tag=another-phone" in ended
    assert session.phase is Phase.CONFIRMED, "the first answer stands"
    assert len(ana.told(SessionAccepted)) == 1


@pytest.mark.parametrize("record_route", ["<sip:", "no uri", "<sip:proxy.example.com:port;lr>"])
def test_an_answer_whose_route_cannot_be_read_fails_the_call_and_leaves_nothing(record_route: str) -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    session = ana.call(boris)
    network.run_until(1)
    accepted = network.packets("180 INVITE")[0].data.replace(b"180 Ringing", b"200 OK")
    network.deliver(accepted.replace(b"\r\n\r\n", f"\r\nRecord-Route: {record_route}\r\n\r\n".encode()), boris, ana)
    assert [event.status for event in ana.told(SessionRejected)] == [502]
    assert session.phase is Phase.ENDED
    network.run_until(64)
    assert ana.left == (0, 0, 0)


def test_a_route_over_a_transport_that_we_lack_is_left_for_the_way_the_answer_came() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    ana.call(boris)
    network.run_until(1)
    accepted = network.packets("180 INVITE")[0].data.replace(b"180 Ringing", b"200 OK")
    routed = accepted.replace(b"\r\n\r\n", b"\r\nRecord-Route: <sip:edge.example.com;transport=tls;lr>\r\n\r\n")
    network.deliver(routed, boris, ana)
    assert [packet.receiver for packet in network.packets("ACK")] == ["boris"]
    assert b"Route: <sip:edge.example.com;transport=tls;lr>" in network.packets("ACK")[0].data
