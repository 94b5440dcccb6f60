"""Audio of browsers: secured by a handshake (RFC 5763), checked by ICE, on one port.

There is no audio here, only what is agreed. The browser is a handset with the very words of a browser.
"""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.network import Network
from tests.unit.sdp.browsers import CHROMIUM

from pbx.plane.protocol import Checks, Handshake, RemoteMedia
from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.dtls import Fingerprint, Setup
from pbx.sdp.ice import IceCredentials
from pbx.sdp.offer_answer import AudioOffer, read_audio

DTLS = "UDP/TLS/RTP/SAVPF"
PASSWORD = "A0FRZPBzDYaPqLXnka1xjFyC"


def browser_says(
    setup: str = "actpass", *, ufrag: str = "KH0i", digest: str = "E5", direction: str = "sendrecv"
) -> bytes:
    """A browser's description; an answer has a role, and no video."""
    said = CHROMIUM if setup == "actpass" else CHROMIUM.partition("m=video")[0].replace("BUNDLE 0 1", "BUNDLE 0")
    said = (
        said.replace("setup:actpass", f"setup:{setup}").replace("KH0i", ufrag).replace("a=sendrecv", f"a={direction}")
    )
    return said.replace("sha-256 E5", f"sha-256 {digest}").encode()


def switch(transport: str = "wss", policy: SrtpPolicy = SrtpPolicy.OFFER) -> Exchange:
    exchange = Exchange(Network(transport=transport))
    exchange.control.srtp = policy
    exchange.routes(n1002="phone:1002", n600="echo")
    return exchange


def media(exchange: Exchange) -> RemoteMedia:
    """What the plane knows of the only leg that is connected."""
    [remote] = exchange.plane.remotes.values()
    return remote


def in_call(exchange: Exchange) -> tuple[Handset, AudioOffer]:
    """A browser that called the echo, and our answer."""
    ana = exchange.phone("1001")
    ana.dial("600", browser_says())
    exchange.run_until(1)
    assert ana.talks
    assert ana.remote is not None
    return ana, ana.remote


def offered(exchange: Exchange) -> AudioOffer:
    """Our offer to the browser that is called."""
    return read_audio(exchange.invites("1002")[0].body)


@pytest.mark.parametrize("policy", [SrtpPolicy.OFFER, SrtpPolicy.REQUIRED])
def test_a_browser_that_calls_is_answered_in_its_own_way(policy: SrtpPolicy) -> None:
    exchange = switch(policy=policy)
    ana, answer = in_call(exchange)

    assert (answer.protocol, answer.transport.setup, answer.transport.mid) == (DTLS, Setup.ACTIVE, "0")
    assert answer.transport.rtcp_mux
    assert answer.transport.ice_lite
    assert answer.transport.fingerprints == (exchange.plane.certificate,)
    assert [(one.host, one.port) for one in answer.transport.candidates] == [(answer.host, answer.port)]
    heard = media(exchange)
    assert heard.keys is None
    assert heard.rtcp_mux
    assert heard.handshake == Handshake(read_audio(browser_says()).transport.fingerprints, begins=True)
    assert answer.transport.ice is not None
    assert heard.checks == Checks(answer.transport.ice, "KH0i")
    ana.hang_up()


@pytest.mark.parametrize("transport", ["ws", "wss"])
@pytest.mark.parametrize(("role", "begins"), [("active", False), ("passive", True)])
def test_a_browser_that_is_called_is_offered_a_handshake_and_chooses_its_role(
    transport: str, role: str, begins: bool
) -> None:
    exchange = switch(transport)
    ana, bob = exchange.phone("1001"), exchange.phone("1002")
    bob.speaks_for_itself = lambda offer: browser_says(role)
    ana.dial("1002")
    exchange.run_until(1)

    assert ana.talks
    assert bob.talks
    assert (offered(exchange).protocol, offered(exchange).transport.setup) == (DTLS, Setup.ACTPASS)
    agreed = [one for one in exchange.plane.remotes.values() if one.handshake is not None]
    assert [one.handshake.begins for one in agreed if one.handshake is not None] == [begins]
    assert agreed[0].checks == Checks(offered(exchange).transport.ice or IceCredentials("", ""), "KH0i")
    ana.hang_up()


def test_a_phone_on_a_websocket_that_cannot_is_tried_once_more_in_the_clear() -> None:
    exchange = switch("ws")
    ana, bob = exchange.phone("1001"), exchange.phone("1002", "answer")
    ana.dial("1002")
    exchange.run_until(1)

    assert bob.talks
    assert [read_audio(one.body).protocol for one in exchange.invites("1002")] == [DTLS, "RTP/AVP"]
    ana.hang_up()


def test_a_browser_that_offers_nothing_is_offered_a_handshake() -> None:
    exchange = switch()
    ana = exchange.phone("1001")
    ana.speaks_for_itself = lambda offer: browser_says("active")
    ana.dial("600", b"")
    exchange.run_until(1)

    assert ana.talks
    handshake = media(exchange).handshake
    assert handshake is not None
    assert not handshake.begins
    ana.hang_up()


@pytest.mark.parametrize("policy", [SrtpPolicy.OFFER, SrtpPolicy.REQUIRED])
def test_a_handshake_cannot_be_talked_down(policy: SrtpPolicy) -> None:
    exchange = switch(policy=policy)
    ana, bob = exchange.phone("1001"), exchange.phone("1002")
    bob.speaks_for_itself = lambda offer: ana.description()
    ana.dial("1002", browser_says())
    exchange.run_until(1)

    assert not ana.talks
    assert not bob.talks


def test_roles_keys_and_credentials_stay_through_a_hold() -> None:
    exchange = switch()
    ana, before = in_call(exchange)
    agreed = media(exchange)
    assert ana.session is not None
    ana.session.offer(browser_says(direction="sendonly"), exchange.network.now)
    exchange.run_until(2)

    assert ana.remote is not None
    assert ana.remote.transport == before.transport
    assert (media(exchange).handshake, media(exchange).checks) == (agreed.handshake, agreed.checks)
    ana.hang_up()


def test_checks_that_begin_anew_get_new_credentials_and_no_new_handshake() -> None:
    exchange = switch()
    ana, before = in_call(exchange)
    agreed = media(exchange)
    assert ana.session is not None
    ana.session.offer(browser_says(ufrag="anew"), exchange.network.now)
    exchange.run_until(2)

    assert ana.remote is not None
    assert ana.remote.transport.ice != before.transport.ice
    assert media(exchange).handshake == agreed.handshake
    assert media(exchange).checks == Checks(ana.remote.transport.ice or IceCredentials("", ""), "anew")
    ana.hang_up()


def test_a_new_certificate_is_expected_from_then_on() -> None:
    exchange = switch()
    ana, _ = in_call(exchange)
    assert ana.session is not None
    ana.session.offer(browser_says(digest="00"), exchange.network.now)
    exchange.run_until(2)

    handshake = media(exchange).handshake
    assert handshake is not None
    assert handshake.fingerprints[0].digest[0] == 0
    ana.hang_up()


def test_where_the_plane_can_do_no_handshake_there_is_none() -> None:
    exchange = switch()
    exchange.plane.certificate = None
    ana, bob = exchange.phone("1001"), exchange.phone("1002")
    ana.dial("600", browser_says())
    exchange.run_until(1)
    ana.dial("1002")
    exchange.run_until(2)

    assert [status for status, _ in ana.refused_with] == [488]
    assert offered(exchange).protocol == "RTP/SAVP"
    bob.hang_up_if_busy()


def test_reports_share_the_port_of_audio_where_a_plain_phone_would_have_it_so() -> None:
    exchange = switch("udp")
    ana = exchange.phone("1001")
    ana.dial("600", ana.description() + b"a=rtcp-mux\r\n")
    exchange.run_until(1)

    assert ana.remote is not None
    assert ana.remote.transport.rtcp_mux
    assert media(exchange).rtcp_mux
    assert media(exchange).checks is None
    ana.hang_up()


def test_our_certificate_is_the_same_for_all() -> None:
    exchange = switch()
    _, first = in_call(exchange)
    assert first.transport.fingerprints == (Fingerprint("sha-256", bytes(range(32))),)
