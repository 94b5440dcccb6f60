"""Keys in descriptions (RFC 4568)."""

from __future__ import annotations

import base64

import pytest

from pbx.sdp import crypto
from pbx.sdp.crypto import AES_CM, AES_GCM, KEY_OCTETS, SHORT_TAG, Crypto, SrtpPolicy, without_keys
from pbx.sdp.errors import SdpError
from pbx.sdp.offer_answer import read_audio, write_answer, write_offer
from pbx.sdp.security import Security

KEY = bytes(range(30))
INLINE = f"inline:{base64.b64encode(KEY).decode()}"


def body(*media: str) -> bytes:
    top = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    return (top + "".join(f"{line}\r\n" for line in media)).encode()


SECURED = ("m=audio 4002 RTP/SAVP 0", f"a=crypto:1 {AES_CM} {INLINE}")
PLAIN = ("m=audio 4000 RTP/AVP 0",)


@pytest.mark.parametrize("suite", KEY_OCTETS)
def test_a_key_is_read_as_it_was_written(suite: str) -> None:
    key = Crypto(7, suite, KEY[: KEY_OCTETS[suite]])

    assert str(key) == f"7 {suite} inline:{base64.b64encode(key.key).decode()}"
    assert crypto.read(str(key)) == key


@pytest.mark.parametrize(
    "value",
    [
        f"1 {AES_CM.lower()} {INLINE}",
        f"1 {AES_CM} {INLINE}|2^20",
        f"1 {AES_CM} {INLINE}|1048576",
        f"1 {AES_CM} {INLINE} -UNKNOWN",
    ],
    ids=["suite in lower case", "lifetime", "lifetime in full", "optional parameter"],
)
def test_what_changes_nothing_is_taken(value: str) -> None:
    assert crypto.read(value) == Crypto(1, AES_CM, KEY)


@pytest.mark.parametrize(
    "value",
    [
        f"1 F8_128_HMAC_SHA1_80 {INLINE}",
        f"1 {AES_CM} {INLINE}|2^20|1:4",
        f"1 {AES_CM} {INLINE};{INLINE}",
        f"1 {AES_CM} {INLINE} UNENCRYPTED_SRTP",
        f"1 {AES_CM} {INLINE} KDR=1",
        f"1 {AES_CM} inline:c2hvcnQ=",
        f"1 {AES_GCM} {INLINE}",
        f"1 {AES_CM} inline:===",
        f"1 {AES_CM}",
        f"0 {AES_CM} {INLINE}",
        f"x {AES_CM} {INLINE}",
        "",
    ],
    ids=[
        "suite",
        "MKI",
        "two keys",
        "unencrypted",
        "derivation",
        "short",
        "long",
        "no base64",
        "no key",
        "tag 0",
        "no tag",
        "nothing",
    ],
)
def test_what_we_cannot_use_is_passed_over(value: str) -> None:
    assert crypto.read(value) is None
    usable = read_audio(body("m=audio 4000 RTP/SAVP 0", f"a=crypto:{value}", f"a=crypto:2 {SHORT_TAG} {INLINE}"))
    assert usable.crypto == Crypto(2, SHORT_TAG, KEY)


@pytest.mark.parametrize("order", [(AES_GCM, AES_CM, SHORT_TAG), (SHORT_TAG, AES_CM, AES_GCM)])
def test_of_several_suites_the_best_is_chosen_whatever_their_order(order: tuple[str, ...]) -> None:
    keys = [Crypto(tag, suite, KEY[: KEY_OCTETS[suite]]) for tag, suite in enumerate(order, 1)]
    offer = read_audio(body("m=audio 4000 RTP/SAVP 0", *(f"a=crypto:{key}" for key in keys)))
    assert offer.crypto is not None
    assert (offer.crypto.suite, offer.crypto.tag) == (AES_GCM, order.index(AES_GCM) + 1)


@pytest.mark.parametrize(
    ("policy", "port"), [(SrtpPolicy.NEVER, 4000), (SrtpPolicy.OFFER, 4002), (SrtpPolicy.REQUIRED, 4002)]
)
def test_of_two_lines_the_policy_chooses(policy: SrtpPolicy, port: int) -> None:
    assert read_audio(body(*PLAIN, *SECURED), policy).port == port


@pytest.mark.parametrize(
    ("policy", "media"),
    [
        (SrtpPolicy.NEVER, SECURED),
        (SrtpPolicy.REQUIRED, PLAIN),
        (SrtpPolicy.REQUIRED, (*PLAIN, SECURED[1])),
        (SrtpPolicy.REQUIRED, SECURED[:1]),
        (SrtpPolicy.OFFER, SECURED[:1]),
    ],
    ids=["never", "required", "a key for plain audio", "no key", "no key when offered"],
)
def test_what_the_policy_does_not_allow_is_refused(policy: SrtpPolicy, media: tuple[str, ...]) -> None:
    with pytest.raises(SdpError, match="no audio over") as refused:
        read_audio(body(*media), policy)
    assert refused.value.warning == 302


def test_an_answer_keeps_the_offers_transport_and_the_chosen_keys_tag() -> None:
    offer = read_audio(body("m=audio 4000 RTP/SAVPF 8", f"a=crypto:5 {SHORT_TAG} {INLINE}"))
    ours = Crypto(5, SHORT_TAG, bytes(30))
    answer = write_answer(offer, "192.0.2.7", 20_000, 1, 1, codec="PCMA", crypto=ours)

    assert b"m=audio 20000 RTP/SAVPF 8\r\n" in answer
    assert read_audio(answer).crypto == ours


def test_an_offer_with_a_key_is_secured() -> None:
    keys = (Crypto(1, AES_GCM, KEY[:28]), Crypto(2, AES_CM, KEY))
    offer = write_offer("192.0.2.7", 20_000, 1, 1, protocol=Security.SDES.protocol, crypto=keys)

    assert b"RTP/SAVP 0 8 101\r\n" in offer
    assert f"a=crypto:2 {AES_CM} {INLINE}\r\n".encode() in offer
    assert read_audio(offer, SrtpPolicy.REQUIRED).crypto == keys[0]


def test_keys_are_shown_nowhere() -> None:
    message = body(*SECURED, "a=ice-pwd:asd88fgpdd777uzjYhagZg", "a=ice-ufrag:8hhY")
    shown = without_keys(message)

    assert INLINE.encode() in message
    assert INLINE.encode() not in shown
    assert b"inline:****************************************\r\n" in shown
    assert b"a=ice-pwd:**********************\r\na=ice-ufrag:8hhY\r\n" in shown
    assert len(shown) == len(message)
    assert without_keys(body(*PLAIN)) == body(*PLAIN)
    assert repr(Crypto(1, AES_CM, KEY)) == f"Crypto(1, {AES_CM})"
    assert "Crypto(1, " in repr(read_audio(message))
