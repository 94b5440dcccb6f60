"""Offer and answer: RFC 3264, with telephone-event (RFC 4733)."""

from __future__ import annotations

import pytest

from pbx.sdp.errors import SdpError
from pbx.sdp.offer_answer import read_audio, write_answer, write_offer


def body(*media: str, host: str = "192.0.2.1") -> bytes:
    """A description with these media lines and attributes."""
    top = f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
    return (top + "".join(f"{line}\r\n" for line in media)).encode()


def test_our_offer_names_both_laws_and_digits() -> None:
    assert write_offer("192.0.2.7", 20_000, 1, 2, prefer="PCMA").decode().split("\r\n") == [
        "v=0", "o=- 1 2 IN IP4 192.0.2.7", "s=-", "c=IN IP4 192.0.2.7", "t=0 0", "m=audio 20000 RTP/AVP 8 0 101",
        "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15",
        "a=ptime:20", "a=sendrecv", "",
    ]  # fmt: skip


def test_an_ipv6_address_is_written_as_such() -> None:
    assert b"c=IN IP6 2001:db8::1\r\n" in write_offer("2001:db8::1", 20_000, 1, 1)


def test_the_far_sides_order_of_codecs_is_kept_and_others_are_left_out() -> None:
    offer = read_audio(body("m=audio 4000 RTP/AVP 18 8 0 9"))
    assert offer.codecs == ("PCMA", "PCMU", "G722")
    assert read_audio(body("m=audio 4000 RTP/AVP 18 8 0 9"), codecs=("PCMU", "G722")).codecs == ("PCMU", "G722")


def test_a_codec_of_ours_counts_under_its_own_payload_type_only() -> None:
    offer = read_audio(body("m=audio 4000 RTP/AVP 97 0 8", "a=rtpmap:97 pcma/8000", "a=rtpmap:0 pcmu/8000"))
    assert offer.codecs == ("PCMU", "PCMA")


def test_a_dynamic_codec_is_known_by_its_name_and_clock_and_answered_under_the_offers_number() -> None:
    lines = ["m=audio 4000 RTP/AVP 98 99 97 96", "a=rtpmap:98 opus/16000", "a=rtpmap:99 Opus/48000/2"]
    lines += ["a=rtpmap:97 telephone-event/8000", "a=rtpmap:96 telephone-event/48000"]
    offer = read_audio(body(*lines))
    answer = write_answer(offer, "192.0.2.7", 20_000, 1, 1, codec="opus").decode().split("\r\n")

    assert (offer.codecs, offer.types) == (("opus",), {"opus": 99})
    assert answer[5:10] == [
        "m=audio 20000 RTP/AVP 99 96", "a=rtpmap:99 opus/48000/2", "a=fmtp:99 useinbandfec=1;stereo=0",
        "a=rtpmap:96 telephone-event/48000", "a=fmtp:96 0-15",
    ]  # fmt: skip


def test_our_offer_of_a_faster_clock_has_digits_at_that_clock_too() -> None:
    offer = read_audio(write_offer("192.0.2.7", 20_000, 1, 2, allowed=("opus", "PCMU")))
    assert (offer.digits_beside("PCMU"), offer.digits_beside("opus")) == ((101, 8000), (127, 48_000))


def test_digits_of_another_clock_are_better_than_none() -> None:
    events = "a=rtpmap:101 telephone-event/8000"
    offer = read_audio(body("m=audio 4000 RTP/AVP 111 101", "a=rtpmap:111 opus/48000/2", events))
    assert offer.digits_beside("opus") == (101, 8000)


def test_a_number_keeps_its_meaning_and_a_taken_one_is_not_given_to_another() -> None:
    codecs = ("opus", "G722")
    again = read_audio(write_offer("192.0.2.7", 20_000, 1, 2, allowed=codecs, taken={"opus": 120}, dtmf_type=107))
    anew = read_audio(write_offer("192.0.2.7", 20_000, 1, 2, allowed=codecs, dtmf_type=107))

    assert (again.types, again.dtmf_type) == ({"opus": 120, "G722": 9}, 107)
    assert (anew.types, anew.dtmf_type) == ({"opus": 96, "G722": 9}, 107)


@pytest.mark.parametrize(
    ("attributes", "wanted"),
    [
        ((), 20),
        (("a=ptime:30",), 30),
        (("a=ptime:40", "a=maxptime:30"), 30),
        (("a=maxptime:10",), 10),
        (("a=ptime:x",), 20),
    ],
)
def test_the_far_sides_packet_time_is_within_its_longest(attributes: tuple[str, ...], wanted: int) -> None:
    assert read_audio(body("m=audio 4000 RTP/AVP 0", *attributes)).packet_ms == wanted


def test_comfort_noise_is_noted_and_is_no_codec() -> None:
    assert read_audio(body("m=audio 4000 RTP/AVP 0 13")).comfort_noise
    assert read_audio(body("m=audio 4000 RTP/AVP 0 13")).codecs == ("PCMU",)
    assert not read_audio(body("m=audio 4000 RTP/AVP 0")).comfort_noise


def test_digits_are_taken_at_the_clock_of_the_audio() -> None:
    offer = read_audio(
        body(
            "m=audio 4000 RTP/AVP 0 110 101", "a=rtpmap:110 telephone-event/48000", "a=rtpmap:101 telephone-event/8000"
        )
    )
    assert offer.dtmf_type == 101


def test_without_telephone_event_there_are_no_digits() -> None:
    assert read_audio(body("m=audio 4000 RTP/AVP 0")).dtmf_type is None


@pytest.mark.parametrize(
    ("direction", "host", "held"),
    [
        ("sendrecv", "192.0.2.1", False),
        ("recvonly", "192.0.2.1", False),
        ("sendonly", "192.0.2.1", True),
        ("inactive", "192.0.2.1", True),
        ("sendrecv", "0.0.0.0", True),
    ],
)
def test_hold_is_seen_in_either_form(direction: str, host: str, held: bool) -> None:
    assert read_audio(body("m=audio 4000 RTP/AVP 0", f"a={direction}", host=host)).held is held


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("sendrecv", "sendrecv"), ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive")],
)
def test_an_answer_mirrors_the_direction(theirs: str, ours: str) -> None:
    offer = read_audio(body("m=audio 4000 RTP/AVP 0", f"a={theirs}"))
    assert read_audio(write_answer(offer, "192.0.2.7", 20_000, 1, 1, codec="PCMU")).direction == ours


def test_a_direction_of_our_own_goes_before_the_mirrored_one() -> None:
    offer = read_audio(body("m=audio 4000 RTP/AVP 0"))
    answer = write_answer(offer, "192.0.2.7", 20_000, 1, 1, codec="PCMU", direction="inactive")
    assert read_audio(answer).direction == "inactive"


def test_an_answer_has_the_offers_lines_in_their_order_with_all_but_one_rejected() -> None:
    lines = ["m=video 5000 RTP/AVP 31 32", "m=audio 0 RTP/AVP 0", "m=audio 4000 RTP/SAVP 0"]
    lines += ["m=audio 4002 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", "m=image 6000 udptl t38"]
    offer = read_audio(body(*lines))
    answer = write_answer(offer, "192.0.2.7", 20_000, 1, 1, codec="PCMA").decode()
    assert [line for line in answer.split("\r\n") if line.startswith("m=")] == [
        "m=video 0 RTP/AVP 31",
        "m=audio 0 RTP/AVP 0",
        "m=audio 0 RTP/SAVP 0",
        "m=audio 20000 RTP/AVP 8 101",
        "m=image 0 udptl t38",
    ]


@pytest.mark.parametrize(
    ("media", "warning"),
    [
        ((), 304),
        (("m=video 5000 RTP/AVP 31",), 304),
        (("m=audio 0 RTP/AVP 0",), 304),
        (("m=audio 4000 RTP/AVP 18",), 305),
        (("m=audio 4000 RTP/SAVP 0",), 302),
        (("m=audio 4000 UDP/TLS/RTP/SAVPF 0",), 302),
        (("m=audio 4000 RTP/AVP 96", "a=rtpmap:96 PCMU/8000"), 305),
    ],
)
def test_an_offer_that_cannot_be_met_says_why(media: tuple[str, ...], warning: int) -> None:
    with pytest.raises(SdpError) as refused:
        read_audio(body(*media))
    assert refused.value.warning == warning


def test_extended_reports_are_promised_to_who_asks_for_those_that_we_know() -> None:
    asks = "a=rtcp-xr:rcvr-rtt=all:10000 pkt-loss-rle=90 voip-metrics"
    offer = read_audio(body("m=audio 4000 RTP/AVP 0", asks))
    answer = write_answer(offer, "192.0.2.7", 20_000, 1, 1, codec="PCMU")
    plain = read_audio(body("m=audio 4000 RTP/AVP 0", "a=rtcp-xr:stat-summary=loss"))

    assert offer.xr == ("rcvr-rtt", "voip-metrics")
    assert b"a=rtcp-xr:rcvr-rtt=all voip-metrics\r\n" in answer
    assert b"rtcp-xr" not in write_answer(plain, "192.0.2.7", 20_000, 1, 1, codec="PCMU")
