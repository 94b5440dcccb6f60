"""ICE, DTLS, rtcp-mux and bundling in descriptions (RFC 8839, 8122, 4145, 5761, 9143), as browsers write them."""

from __future__ import annotations

import hashlib

import pytest
from tests.unit.sdp.browsers import AIORTC, CHROMIUM

from pbx.sdp import text, transport
from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.dtls import Fingerprint, Setup, read_fingerprint, read_setup
from pbx.sdp.errors import SdpError
from pbx.sdp.ice import Candidate, IceCredentials, read_candidate, read_credentials
from pbx.sdp.offer_answer import read_audio, write_answer
from pbx.sdp.security import Security
from pbx.sdp.transport import Transport

DIGEST = hashlib.sha256(b"a certificate").digest()
OURS = Transport(
    rtcp_mux=True,
    ice=IceCredentials("ours", "p" * 22),
    ice_lite=True,
    candidates=(Candidate("192.0.2.7", 20_000),),
    fingerprints=(Fingerprint("sha-256", DIGEST),),
    setup=Setup.ACTIVE,
    mid="0",
    bundled=True,
)


@pytest.mark.parametrize("offer", [CHROMIUM, AIORTC], ids=["chromium", "aiortc"])
def test_a_browsers_offer_is_understood(offer: str) -> None:
    audio = read_audio(offer.encode())

    assert audio.security is Security.DTLS
    assert audio.checks
    assert not audio.held
    assert audio.transport.ice is not None
    assert len(audio.transport.ice.password) >= 22
    assert [len(one.digest) for one in audio.transport.fingerprints] == [64 if offer is AIORTC else 32]
    assert (audio.transport.setup, audio.transport.rtcp_mux) == (Setup.ACTPASS, True)
    assert (audio.transport.mid, audio.transport.bundled) == ("0", True)
    assert set(audio.codecs) == {"opus", "G722", "PCMU", "PCMA"}


def test_chromiums_digits_and_addresses_are_found_among_much_else() -> None:
    audio = read_audio(CHROMIUM.encode())

    assert audio.dtmf_type == 126
    assert audio.transport.candidates == (
        Candidate("203.0.113.5", 40_678, kind="srflx", priority=1_677_729_535, foundation="842163049"),
    )


def test_our_answer_has_one_candidate_and_refuses_what_is_not_audio() -> None:
    answer = write_answer(
        read_audio(CHROMIUM.encode()), "192.0.2.7", 20_000, 7, 1, codec="PCMU", transport=OURS
    ).decode()

    assert answer.split("\r\n")[:19] == [
        "v=0", "o=- 7 1 IN IP4 192.0.2.7", "s=-", "c=IN IP4 192.0.2.7", "t=0 0", "a=ice-lite", "a=group:BUNDLE 0",
        "m=audio 20000 UDP/TLS/RTP/SAVPF 0 126", "a=mid:0", "a=rtcp-mux", "a=ice-ufrag:ours",
        "a=ice-pwd:pppppppppppppppppppppp", "a=candidate:1 1 UDP 2130706431 192.0.2.7 20000 typ host",
        "a=end-of-candidates", f"a=fingerprint:sha-256 {DIGEST.hex(':').upper()}", "a=setup:active",
        "a=rtpmap:0 PCMU/8000", "a=rtpmap:126 telephone-event/8000", "a=fmtp:126 0-15",
    ]  # fmt: skip
    assert answer.endswith("m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n")


def test_what_was_written_reads_back() -> None:
    body = write_answer(read_audio(CHROMIUM.encode()), "192.0.2.7", 20_000, 1, 1, codec="PCMU", transport=OURS)

    assert read_audio(body).transport == OURS


def test_what_the_session_says_counts_for_its_media() -> None:
    body = (
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
        f"a=setup:actpass\r\na=ice-ufrag:abcd\r\na=ice-pwd:{'x' * 22}\r\na=fingerprint:sha-256 {DIGEST.hex(':')}\r\n"
        "m=audio 4000 UDP/TLS/RTP/SAVP 0\r\na=setup:passive\r\n"
    )
    [media] = text.parse(body.encode()).media

    assert media.transport == Transport(
        ice=IceCredentials("abcd", "x" * 22), fingerprints=(Fingerprint("sha-256", DIGEST),), setup=Setup.PASSIVE
    )
    assert not read_audio(body.encode()).checks, "without rtcp-mux there are no checks"


def test_an_offer_of_old_without_the_newer_transports_name_is_taken() -> None:
    assert read_audio(CHROMIUM.replace("UDP/TLS/RTP/SAVPF", "RTP/SAVPF").encode()).security is Security.DTLS


@pytest.mark.parametrize(
    ("policy", "dtls", "security"),
    [
        (SrtpPolicy.OFFER, True, Security.DTLS),
        (SrtpPolicy.REQUIRED, True, Security.DTLS),
        (SrtpPolicy.OFFER, False, None),
        (SrtpPolicy.NEVER, True, None),
    ],
)
def test_the_policy_counts_for_a_handshake_as_for_keys(
    policy: SrtpPolicy, dtls: bool, security: Security | None
) -> None:
    if security is not None:
        assert read_audio(CHROMIUM.encode(), policy, dtls=dtls).security is security
    else:
        with pytest.raises(SdpError, match="no audio over"):
            read_audio(CHROMIUM.encode(), policy, dtls=dtls)


@pytest.mark.parametrize(
    "value",
    [
        "1 1 TCP 2130706431 192.0.2.7 9 typ host tcptype active",
        "1 1 UDP 2130706431 f2b1b3a0-0001.local 20000 typ host",
        "1 1 UDP 2130706431 192.0.2.7 0 typ host",
        "1 1 UDP 2130706431 192.0.2.7 70000 typ host",
        "1 1 UDP 192.0.2.7",
        "",
    ],
    ids=["TCP", "a browser's hidden address", "port 0", "no port", "cut off", "nothing"],
)
def test_a_candidate_that_we_cannot_use_is_passed_over(value: str) -> None:
    assert read_candidate(value) is None


def test_a_candidate_reads_as_it_was_written() -> None:
    candidate = Candidate("2001:db8::1", 20_000, 2, "relay", 7, "a+b/1")
    assert read_candidate(f"{candidate} raddr 0.0.0.0 rport 0 generation 0") == candidate


@pytest.mark.parametrize(
    "value",
    ["sha-1 " + "AA:" * 19 + "AA", "sha-256 AA:BB", "sha-256", "sha-256 " + "GG:" * 31 + "GG", ""],
    ids=["SHA-1", "short", "none", "not hexadecimal", "nothing"],
)
def test_a_fingerprint_that_proves_nothing_is_passed_over(value: str) -> None:
    assert read_fingerprint(value) is None


def test_of_several_hashes_the_strongest_counts() -> None:
    weak, strong = Fingerprint("sha-256", DIGEST), Fingerprint("sha-384", bytes(48))
    lines = [("a", f"fingerprint:{one}") for one in (weak, strong)]
    assert transport.read([], lines).fingerprints == (strong,)


def test_credentials_and_roles_are_as_they_should_be_or_nothing() -> None:
    assert read_credentials("abc", "p" * 22) is None
    assert read_credentials("abcd", "p" * 21) is None
    assert read_setup("holdconn") is None
    assert read_setup("Passive") is Setup.PASSIVE
    assert repr(IceCredentials("abcd", "p" * 22)) == "IceCredentials(abcd)"
