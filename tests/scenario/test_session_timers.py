"""Session timers (RFC 4028): who refreshes, how, and what happens to a session that nobody refreshes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.scenario.network import ANSWER, OFFER, Network, Party
from tests.scenario.persons import answers, is_deaf, rewriting
from tests.scenario.test_ending import talking

from pbx.sip.events import OfferAnswered, OfferReceived, SessionConfirmed, SessionEnded, SessionOffered
from pbx.sip.message import parse_message
from pbx.sip.session import Phase, Session


def between(network: Network, edit: Callable[[bytes], bytes]) -> tuple[Party, Party, Session]:
    """Ana calls Boris, who answers; what Boris hears is edited."""
    ana, boris = network.party("ana"), network.party("boris")
    rewriting(boris, edit)
    answers(boris)
    session = ana.call(boris)
    network.run_until(1)
    return ana, boris, session


def value(network: Network, what: str, header: str) -> str | None:
    return parse_message(network.packets(what)[0].data).get(header)


def test_both_agree_that_the_caller_refreshes_every_half_hour() -> None:
    network = Network()
    _, _, session, answered = talking(network)
    assert value(network, "INVITE", "session-expires") == "1800"
    assert value(network, "200 INVITE", "session-expires") == "1800;refresher=uac"
    assert value(network, "200 INVITE", "require") == "timer"
    assert (session.timer.interval, session.timer.refresher) == (1800, True)
    assert (answered.timer.interval, answered.timer.refresher) == (1800, False)


def test_a_session_is_kept_alive_by_updates_without_a_body() -> None:
    network = Network()
    _, boris, session, answered = talking(network)
    network.run_until(4000)
    assert session.phase is answered.phase is Phase.CONFIRMED
    assert [round(at, -2) for at in network.times("UPDATE")] == [900, 1800, 2700, 3600]
    assert value(network, "UPDATE", "session-expires") == "1800;refresher=uac"
    assert boris.told(OfferReceived) == []
    session.bye(network.now)
    network.run_until(4100)
    assert network.left == {}


def test_a_phone_without_update_is_refreshed_by_the_same_offer_again() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    rewriting(ana, lambda data: data.replace(b"PRACK, UPDATE, ", b""))
    answers(boris)
    session = ana.call(boris)
    network.run_until(1000)
    assert network.times("UPDATE") == []
    assert [event.body for event in boris.told(OfferReceived)] == [OFFER]
    assert session.phase is Phase.CONFIRMED


def test_a_session_whose_far_side_is_gone_ends_at_both_ends() -> None:
    network = Network()
    ana, boris, session, answered = talking(network)
    is_deaf(boris)
    network.run_until(1800)
    assert [event.cause for event in ana.told(SessionEnded)] == ["lost"], "the refresh was not answered"
    assert [event.cause for event in boris.told(SessionEnded)] == ["expired"]
    assert session.phase is answered.phase is Phase.ENDED
    network.run_until(1900)
    assert network.left == {}


def test_the_side_that_waits_for_a_refresh_hangs_up_a_little_early() -> None:
    network = Network()
    ana, boris, *_ = talking(network)
    ana.endpoint.handle_timer = lambda now: None  # type: ignore[method-assign]
    ana.endpoint.next_timer = lambda: None  # type: ignore[method-assign]
    network.run_until(2000)
    assert [event.cause for event in boris.told(SessionEnded)] == ["expired"]
    [at] = network.times("BYE", "boris")[:1]
    assert 1800 - 32 <= at <= 1800 - 30


def test_an_interval_that_is_too_brief_is_refused_with_the_least_that_we_take() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    rewriting(boris, lambda data: data.replace(b"Session-Expires: 1800", b"Session-Expires: 60"))
    answers(boris)
    ana.call(boris)
    network.run_until(1)
    assert value(network, "422 INVITE", "min-se") == "90"
    assert boris.told(SessionOffered) == []


def refuses_below(party: Party, least: int) -> None:
    """A phone that wants longer intervals."""

    def react(event: object, now: float) -> None:
        if isinstance(event, SessionOffered):
            asked = int((event.request.get("session-expires") or "0").partition(";")[0])
            if asked < least:
                event.session.reject(422, now, fields=(("min-se", str(least)),))
            else:
                event.session.accept(ANSWER, now)

    party.react = react


def test_a_demand_for_a_longer_interval_is_met_once() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    refuses_below(boris, 3600)
    session = ana.call(boris)
    network.run_until(1)
    assert session.phase is Phase.CONFIRMED
    first, second = (parse_message(packet.data) for packet in network.packets("INVITE"))
    assert (second.get("session-expires"), second.get("min-se")) == ("3600", "3600")
    assert (second.call_id, second.cseq.number) == (first.call_id, first.cseq.number + 1)
    assert session.timer.interval == 3600


def test_a_phone_that_knows_no_timers_is_left_alone() -> None:
    network = Network()
    _, boris, session = between(
        network, lambda data: data.replace(b"100rel, timer, ", b"").replace(b"Session-Expires: 1800\r\n", b"")
    )
    [offered] = boris.told(SessionOffered)
    assert (session.timer.interval, offered.session.timer.interval) == (0, 0)
    network.run_until(4000)
    assert session.phase is Phase.CONFIRMED
    assert network.times("UPDATE") == []


def test_a_proxy_that_wants_a_timer_gets_one_though_the_caller_knows_none() -> None:
    network = Network()
    _, boris, _ = between(network, lambda data: data.replace(b"100rel, timer, ", b""))
    [offered] = boris.told(SessionOffered)
    assert (offered.session.timer.interval, offered.session.timer.refresher) == (1800, True)
    assert value(network, "200 INVITE", "session-expires") == "1800;refresher=uas"
    assert value(network, "200 INVITE", "require") is None


@pytest.mark.parametrize(("asked", "granted"), [("90", "90"), ("86400", "1800"), ("86400\r\nMin-SE: 7200", "7200")])
def test_longer_intervals_than_ours_are_shortened_as_far_as_the_caller_allows(asked: str, granted: str) -> None:
    network = Network()
    between(network, lambda data: data.replace(b"Session-Expires: 1800", f"Session-Expires: {asked}".encode()))
    assert value(network, "200 INVITE", "session-expires") == f"{granted};refresher=uac"


def test_a_change_of_the_session_counts_as_a_refresh() -> None:
    network = Network()
    _, _, session, _ = talking(network)
    network.run_until(800)
    session.offer(OFFER, network.now)
    network.run_until(1600)
    assert network.times("UPDATE") == []
    network.run_until(1800)
    assert len(network.times("UPDATE")) == 1


def test_a_refresh_waits_for_no_change_that_is_under_way() -> None:
    network = Network()
    _, boris, session, answered = talking(network)
    boris.react = lambda event, now: None
    network.run_until(895)
    session.offer(OFFER, network.now)
    network.run_until(905)
    answered.accept_offer(ANSWER, network.now)
    network.run_until(1700)
    assert network.times("UPDATE") == []
    assert session.phase is Phase.CONFIRMED


@pytest.mark.parametrize("seed", range(4))
def test_sessions_live_on_though_a_third_of_all_packets_is_lost(seed: int) -> None:
    network = Network(seed=seed)
    _, _, session, answered = talking(network)
    network.loss = 0.3
    network.run_until(10_000)
    assert session.phase is answered.phase is Phase.CONFIRMED
    network.loss = 0.0
    session.bye(network.now)
    network.run_until(10_100)
    assert network.left == {}


def test_a_2xx_with_a_timer_that_cannot_be_read_starts_none() -> None:
    network = Network()
    ana, boris = network.party("ana"), network.party("boris")
    rewriting(ana, lambda data: data.replace(b"1800;refresher=uac", b"soon"))
    answers(boris)
    session = ana.call(boris)
    network.run_until(2)
    assert session.phase is Phase.CONFIRMED
    assert session.timer.interval == 0
    assert len(boris.told(SessionConfirmed)) == 1


def without_update(network: Network) -> tuple[Party, Party, Session, Session]:
    """Ana talks to Boris, whose phone is refreshed by re-INVITE."""
    ana, boris = network.party("ana"), network.party("boris")
    rewriting(ana, lambda data: data.replace(b"PRACK, UPDATE, ", b""))
    answers(boris)
    session = ana.call(boris)
    network.run_until(1)
    return ana, boris, session, boris.told(SessionOffered)[0].session


def test_what_a_phone_says_of_itself_in_answer_to_a_refresh_is_told() -> None:
    network = Network()
    ana, boris, session, _ = without_update(network)

    def moved(event: object, now: float) -> None:
        if isinstance(event, OfferReceived) and isinstance(event.session, Session):
            event.session.accept_offer(b"at another address", now)

    boris.react = moved
    network.run_until(1000)
    assert ana.told(OfferAnswered) == [OfferAnswered(session, 200, b"at another address")]


def test_a_refresh_that_another_change_kept_waiting_is_made_up_for() -> None:
    network = Network()
    _, boris, session, answered = talking(network)
    boris.react = lambda event, now: None
    network.run_until(895)
    session.offer(OFFER, network.now)
    network.run_until(905)
    answered.refuse_offer(488, network.now)
    network.run_until(1000)
    assert network.times("UPDATE") == [], "the refused offer refreshed nothing, and a refresh was in its way"
    network.run_until(1900)
    assert [round(at, -1) for at in network.times("UPDATE")] == [1080]
    assert session.phase is answered.phase is Phase.CONFIRMED


def test_a_refresh_that_is_refused_is_tried_again_until_the_session_expires() -> None:
    network = Network()
    ana, boris, session, _ = without_update(network)

    def refuses(event: object, now: float) -> None:
        if isinstance(event, OfferReceived) and isinstance(event.session, Session):
            event.session.refuse_offer(488, now)

    boris.react = refuses
    network.run_until(1700)
    assert session.phase is Phase.CONFIRMED
    assert [round(at, -1) for at in network.times("INVITE")[1:]] == [900, 1080, 1260, 1440, 1620]
    network.run_until(1800)
    assert [event.cause for event in ana.told(SessionEnded)] == ["expired"]
    network.run_until(1900)
    assert network.left == {}
