"""REFER within a call, its progress, and its end (RFC 3515)."""

from __future__ import annotations

import pytest
from tests.scenario.network import Network, Party
from tests.scenario.test_ending import talking

from pbx.sip.errors import ParseError, StateError
from pbx.sip.events import Event, ReferProgressed, ReferReceived, SessionEnded
from pbx.sip.headers.replaces import Replaces
from pbx.sip.message import Request, parse_message
from pbx.sip.session import Session

TARGET = "sip:cyril@192.0.2.9"


def accepts(party: Party) -> None:
    """Take each referral on, and say that the target rings."""

    def react(event: Event, now: float) -> None:
        if isinstance(event, ReferReceived):
            event.referral.accept(now)
            event.referral.notify(180, "Ringing", now)

    party.react = react


def progress(party: Party) -> list[tuple[int, bool]]:
    return [(event.status, event.final) for event in party.told(ReferProgressed)]


def referred(network: Network, **more: str) -> tuple[Party, Party, Session]:
    ana, boris, session, _ = talking(network)
    accepts(boris)
    session.refer(TARGET, network.now, **more)
    network.run_until(2)
    return ana, boris, session


def test_a_referral_tells_who_asks_whom_to_call_and_in_whose_place() -> None:
    _, boris, _ = referred(Network(), replaces="c@x;to-tag=1;from-tag=2", referred_by="<sip:ana@x>")
    [received] = boris.told(ReferReceived)
    referral = received.referral
    assert (str(referral.target.uri), referral.method) == (TARGET, "INVITE")
    assert referral.replaces == Replaces("c@x", "1", "2")
    assert referral.referred_by == "<sip:ana@x>"


def test_progress_is_told_until_the_end() -> None:
    network = Network()
    ana, boris, _ = referred(network)
    assert progress(ana) == [(100, False), (180, False)]
    boris.told(ReferReceived)[0].referral.notify(200, "OK", network.now)
    network.run_until(3)
    assert progress(ana)[-1] == (200, True)
    last = parse_message(network.packets("NOTIFY")[-1].data)
    assert last.get("subscription-state") == "terminated;reason=noresource"
    assert last.get("content-type") == "message/sipfrag;version=2.0"
    assert last.body == b"SIP/2.0 200 OK\r\n"


def test_nothing_more_is_told_after_the_end() -> None:
    network = Network()
    ana, boris, _ = referred(network)
    referral = boris.told(ReferReceived)[0].referral
    referral.notify(486, "Busy Here", network.now)
    referral.notify(200, "OK", network.now)
    network.run_until(3)
    assert progress(ana) == [(100, False), (180, False), (486, True)]


def test_a_refused_referral_ends_at_once() -> None:
    network = Network()
    ana, boris, session, _ = talking(network)

    def react(event: Event, now: float) -> None:
        if isinstance(event, ReferReceived):
            event.referral.reject(603, now)
            with pytest.raises(StateError):
                event.referral.accept(now)

    boris.react = react
    session.refer(TARGET, network.now)
    network.run_until(2)
    assert progress(ana) == [(603, True)]
    session.refer(TARGET, network.now)


def test_one_referral_of_ours_at_a_time() -> None:
    network = Network()
    _, _, session = referred(network)
    with pytest.raises(StateError):
        session.refer(TARGET, network.now)


def test_the_second_referral_of_a_call_is_numbered_in_its_notifies() -> None:
    network = Network()
    _, boris, session = referred(network)
    boris.told(ReferReceived)[0].referral.notify(486, "Busy Here", network.now)
    network.run_until(3)
    session.refer(TARGET, network.now)
    network.run_until(4)
    events = {parse_message(packet.data).get("event") for packet in network.packets("NOTIFY")}
    [second] = network.packets("REFER")[1:]
    assert events == {"refer", f"refer;id={parse_message(second.data).cseq.number}"}


def test_a_referrer_who_hangs_up_is_still_told_how_it_ended() -> None:
    network = Network()
    _, boris, session = referred(network)
    session.bye(network.now)
    network.run_until(3)
    assert len(boris.told(SessionEnded)) == 1
    boris.told(ReferReceived)[0].referral.notify(200, "OK", network.now)
    network.run_until(4)
    assert len(network.packets("NOTIFY")) == 3
    network.run_until(120)
    assert network.left == {}


@pytest.mark.parametrize("lines", ["", "Refer-To: <sip:a@x>\r\nRefer-To: <sip:b@x>\r\n", "Refer-To: nobody\r\n"])
def test_a_refer_without_one_readable_target_gets_400(lines: str) -> None:
    network = Network()
    ana, boris, session = referred(network)
    network.run_until(3)
    data = network.packets("REFER")[0].data.replace(f"Refer-To: <{TARGET}>\r\n".encode(), lines.encode())
    assert session.dialog is not None
    number = session.dialog.next_number()
    before = parse_message(data).cseq.number
    data = data.replace(b"CSeq: %d" % before, b"CSeq: %d" % number).replace(b"branch=z9hG4bK", b"branch=z9hG4bKnew")
    network.deliver(data, ana, boris)
    assert len(network.times("400 REFER")) == 1
    assert len(boris.told(ReferReceived)) == 1


def test_a_target_that_nobody_could_call_is_our_own_mistake() -> None:
    network = Network()
    _, _, session, _ = talking(network)
    with pytest.raises(ParseError):
        session.refer("nobody", network.now)


def test_a_flood_of_referrals_is_bounded() -> None:
    network = Network()
    ana, boris, session, _ = talking(network)
    assert session.dialog is not None
    for _ in range(6):
        request = session.dialog.request("REFER", ana.endpoint.new_via(boris.flow))
        request.add("refer-to", f"<{TARGET}>")
        network.deliver(bytes(request), ana, boris)
    assert len(boris.told(ReferReceived)) == 4
    assert len(network.times("500 REFER")) == 2


@pytest.mark.parametrize(("expires", "state"), [("0", "terminated;reason=timeout"), ("60", None)])
def test_the_referrer_may_renew_or_end_what_it_is_told(expires: str, state: str | None) -> None:
    network = Network()
    ana, boris, session = referred(network)
    assert session.dialog is not None
    told = len(network.packets("NOTIFY"))
    request: Request = session.dialog.request("SUBSCRIBE", ana.endpoint.new_via(boris.flow))
    request.add("event", "refer")
    request.add("expires", expires)
    network.deliver(bytes(request), ana, boris)
    assert len(network.times("200 SUBSCRIBE")) == 1
    network.run_until(3)
    later = [parse_message(packet.data).get("subscription-state") for packet in network.packets("NOTIFY")[told:]]
    assert later == ([state] if state else [])


@pytest.mark.parametrize("event", ["Event: refer\r\n", "Event: dialog\r\n", ""])
def test_a_notify_of_nothing_that_we_asked_for_is_refused(event: str) -> None:
    network = Network()
    ana, boris, session, _ = talking(network)
    assert session.dialog is not None
    request = session.dialog.request("NOTIFY", ana.endpoint.new_via(boris.flow))
    data = bytes(request).replace(b"CSeq:", event.encode() + b"CSeq:")
    network.deliver(data, ana, boris)
    [refusal] = [packet.what for packet in network.sent if packet.what.endswith(" NOTIFY")]
    assert refusal == ("481 NOTIFY" if event else "489 NOTIFY")


@pytest.mark.parametrize("seed", range(5))
def test_a_referral_reaches_its_end_though_a_third_of_all_packets_is_lost(seed: int) -> None:
    network = Network(seed=seed)
    ana, boris, session, _ = talking(network)
    network.loss = 0.3
    accepts(boris)
    session.refer(TARGET, network.now)
    network.run_until(20)
    boris.told(ReferReceived)[0].referral.notify(200, "OK", network.now)
    network.run_until(50)
    assert progress(ana)[-1] == (200, True)
    assert [final for _, final in progress(ana)].count(True) == 1
    network.loss = 0.0
    session.bye(network.now)
    network.run_until(160)
    assert network.left == {}
