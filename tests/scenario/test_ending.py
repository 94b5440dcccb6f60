"""Calls that end: RFC 3261 section 15 under loss, and when both sides do the same at once."""

from __future__ import annotations

from tests.scenario.network import ANSWER, Network, Party
from tests.scenario.persons import answers, lets_ring

from pbx.sip.events import SessionAccepted, SessionConfirmed, SessionEnded, SessionOffered, SessionRejected
from pbx.sip.session import Phase, Session


def talking(network: Network) -> tuple[Party, Party, Session, Session]:
    """Ana has called Boris and they talk; it is one second after the beginning."""
    ana, boris = network.party("ana"), network.party("boris")
    answers(boris)
    session = ana.call(boris)
    network.run_until(1)
    return ana, boris, session, boris.told(SessionOffered)[0].session


def test_the_caller_hangs_up() -> None:
    network = Network()
    _ana, boris, session, _ = talking(network)
    session.bye(network.now, "Q.850;cause=16")
    network.run_until(2)
    assert [one.what for one in network.sent[-2:]] == ["BYE", "200 BYE"]
    assert [(event.cause, event.reason) for event in boris.told(SessionEnded)] == [("bye", "Q.850;cause=16")]
    network.run_until(64)
    assert network.left == {}


def test_the_callee_hangs_up() -> None:
    network = Network()
    ana, _boris, _, answered = talking(network)
    answered.bye(network.now)
    network.run_until(2)
    assert [event.cause for event in ana.told(SessionEnded)] == ["bye"]
    network.run_until(64)
    assert network.left == {}


def test_both_hang_up_at_once() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    session.bye(network.now)
    answered.bye(network.now)
    network.run_until(2)
    assert network.times("BYE") == [1.0, 1.0]
    assert len(network.times("481 BYE")) == 2, "each side has already forgotten the call"
    assert ana.told(SessionEnded) == boris.told(SessionEnded) == []
    network.run_until(64)
    assert network.left == {}


def test_a_lost_bye_is_sent_again_by_timer_e() -> None:
    network = Network()
    _, boris, session, _ = talking(network)
    network.lose("BYE", 6)
    session.bye(network.now)
    network.run_until(30)
    assert [at - 1 for at in network.times("BYE")] == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5]
    assert len(boris.told(SessionEnded)) == 1


def test_a_bye_that_nobody_answers_is_given_up_by_timer_f() -> None:
    network = Network()
    ana, boris, session, _ = talking(network)
    network.lose("BYE", 99)
    session.bye(network.now)
    network.run_until(65)
    assert network.times("BYE")[-1] < 33
    assert ana.left == (0, 0, 0)
    assert boris.left[0] == 1, "Boris was never told: session timers (RFC 4028) would find it out"


def test_a_repeated_bye_gets_the_same_200_and_is_told_once() -> None:
    network = Network()
    _, boris, session, _ = talking(network)
    network.lose("200 BYE", 2)
    session.bye(network.now)
    network.run_until(10)
    assert len({packet.data for packet in network.packets("200 BYE")}) == 1
    assert len(network.packets("200 BYE")) == 3
    assert len(boris.told(SessionEnded)) == 1


def test_the_callees_bye_waits_for_the_ack_of_its_200() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    ana.call(boris)
    network.run_until(1)
    network.lose("200 INVITE", 2)
    answered = boris.told(SessionOffered)[0].session
    answered.accept(ANSWER, network.now)
    answered.bye(network.now)
    network.run_until(10)
    assert network.times("200 INVITE") == [1.0, 1.5, 2.5], "still repeated: Ana must learn of the call that ends"
    assert network.times("BYE", "boris") == [2.52]
    assert [type(event) for event in ana.events[-2:]] == [SessionAccepted, SessionEnded]
    assert boris.told(SessionEnded) == [], "Boris ended it himself"
    assert boris.told(SessionConfirmed) == []
    network.run_until(100)
    assert network.left == {}


def test_the_callees_bye_is_sent_after_32_seconds_where_no_ack_comes() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    ana.call(boris)
    network.run_until(1)
    network.lose("ACK", 99)
    answered = boris.told(SessionOffered)[0].session
    answered.accept(ANSWER, network.now)
    answered.bye(network.now)
    network.run_until(100)
    assert network.times("BYE", "boris") == [33.0]
    assert [event.cause for event in ana.told(SessionEnded)] == ["bye"]
    assert network.left == {}


def test_a_caller_who_hangs_up_before_its_ack_arrives_ends_the_call_once() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    session = ana.call(boris)
    network.run_until(1)
    network.lose("ACK", 99)
    answered = boris.told(SessionOffered)[0].session
    answered.accept(ANSWER, network.now)
    network.run_until(1.2)
    answered.bye(network.now)
    session.bye(network.now)
    network.run_until(100)
    assert len(network.times("BYE", "ana")) == 1
    assert network.times("BYE", "boris") == [], "the far side's BYE has made ours needless"
    assert network.left == {}


def test_a_broken_way_ends_the_bye_but_not_the_program() -> None:
    network = Network(transport="tcp")
    ana, boris, session, _ = talking(network)
    network.lose("BYE", 1)
    session.bye(network.now)
    network.flush()
    ana.endpoint.transport_failed(boris.flow, network.now)
    network.run_until(40)
    assert ana.left == (0, 0, 0)


def test_a_connection_that_ends_fails_what_was_asked_over_it_and_nothing_else() -> None:
    network = Network(transport="tcp")
    ana, boris, vera = (network.party(name) for name in ("ana", "boris", "vera"))
    for party in (boris, vera):
        lets_ring(party)
    lost, kept = ana.call(boris), ana.call(vera)
    network.run_until(1)
    ana.endpoint.flow_closed(boris.flow, network.now)
    network.run_until(2)
    assert [(event.session, event.status) for event in ana.told(SessionRejected)] == [(lost, 503)]
    assert kept.phase is Phase.CALLING
    ana.endpoint.flow_closed(boris.flow, network.now)
    assert len(ana.told(SessionRejected)) == 1


def test_what_came_over_a_connection_that_ended_is_answered_all_the_same() -> None:
    network = Network(transport="tcp")
    ana, boris = network.party("ana"), network.party("boris")
    lets_ring(boris)
    session = ana.call(boris)
    network.run_until(1)
    boris.endpoint.flow_closed(ana.flow, network.now)
    boris.told(SessionOffered)[0].session.accept(ANSWER, network.now)
    network.run_until(2)
    assert session.phase is Phase.CONFIRMED
