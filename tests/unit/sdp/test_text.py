"""Session descriptions as text: RFC 8866 section 9."""

from __future__ import annotations

import pytest

from pbx.sdp.errors import SdpError
from pbx.sdp.model import Format
from pbx.sdp.text import MAX_LINES, MAX_MEDIA, parse

TOP = "v=0\r\no=ana 17 3 IN IP4 192.0.2.1\r\ns=-\r\n"


def described(lines: str) -> str:
    return TOP + "c=IN IP4 192.0.2.1\r\nt=0 0\r\n" + lines


def test_a_description_is_read() -> None:
    description = parse(
        described(
            "a=sendonly\r\n"
            "m=audio 4000/2 RTP/AVP 0 8 18 101\r\nb=AS:64\r\n"
            "a=rtpmap:18 G729/8000\r\na=rtpmap:101 telephone-event/8000/1\r\n"
            "a=ptime:30\r\na=rtcp:4010 IN IP4 192.0.2.9\r\na=recvonly\r\na=x-unknown:1\r\n"
            "m=video 5000 RTP/AVP 31\r\nc=IN IP6 2001:db8::1\r\n"
            "m=image 0 udptl t38\r\n"
        ).encode()
    )
    audio, video, image = description.media
    assert (description.session_id, description.version) == ("17", "3")
    assert (audio.kind, audio.port, audio.protocol, audio.host) == ("audio", 4000, "RTP/AVP", "192.0.2.1")
    assert audio.formats == (
        Format(0, "PCMU"), Format(8, "PCMA"), Format(18, "G729"), Format(101, "TELEPHONE-EVENT"),
    )  # fmt: skip
    assert (audio.rtcp_port, audio.packet_time_ms, audio.direction) == (4010, 30, "recvonly")
    assert (video.host, video.direction, video.formats) == ("2001:db8::1", "sendonly", (Format(31, ""),))
    assert (image.port, image.formats, image.raw_formats) == (0, (), ("t38",))


def test_bare_line_feeds_and_a_multicast_lifetime_are_read_too() -> None:
    text = described("m=audio 4000 RTP/AVP 0\r\n").replace("c=IN IP4 192.0.2.1", "c=IN IP4 224.2.1.1/127")
    assert parse(text.replace("\r\n", "\n").encode()).media[0].host == "224.2.1.1"


@pytest.mark.parametrize("wish", ["0", "", "20.5", "²", "99999", "1 0"])
def test_a_packet_time_that_is_no_plain_number_is_passed_over(wish: str) -> None:
    assert parse(described(f"m=audio 4000 RTP/AVP 0\r\na=ptime:{wish}\r\n").encode()).media[0].packet_time_ms == 20


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "must begin with 'v=0'"),
        ("v=1\r\n", "must begin with 'v=0'"),
        ("v=0\r\ns=-\r\n", "'o=' needs six fields"),
        ("v=0\r\no=ana 1 1 IN IP4\r\n", "'o=' needs six fields"),
        (TOP + "rubbish\r\n", "not an SDP line: 'rubbish'"),
        (TOP + "\r\nm=audio 4000 RTP/AVP 0\r\n", "not an SDP line: ''"),
        (described("m=audio\r\n"), "'m=' needs four fields"),
        (described("m=audio port RTP/AVP 0\r\n"), "port must be a number up to 65535, found 'port'"),
        (described("m=audio 65536 RTP/AVP 0\r\n"), "port must be a number up to 65535"),
        (described("m=audio 4000 RTP/AVP 128\r\n"), "payload type must be a number up to 127, found '128'"),
        (described("m=audio 4000 RTP/AVP 96\r\na=rtpmap:96\r\n"), "not a payload map"),
        (described("m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/fast\r\n"), "clock rate must be a number"),
        (described("m=audio 4000 RTP/AVP 0\r\na=rtcp:\r\n"), "a=rtcp port must be a number"),
        (described("a=note\r\n" * MAX_LINES), f"lines of SDP are more than {MAX_LINES}"),
        (described("m=audio 4000 RTP/AVP 0\r\n" * (MAX_MEDIA + 1)), f"17 media lines are more than {MAX_MEDIA}"),
    ],
)
def test_what_is_wrong_is_said(text: str, says: str) -> None:
    with pytest.raises(SdpError) as refused:
        parse(text.encode())
    assert says in refused.value.message


@pytest.mark.parametrize("line", ["c=IN IP4\r\n", "c=ATM IP4 h\r\n", "c=IN IP5 h\r\n", "c=IN IP4 \r\n", ""])
def test_media_without_a_usable_address_warns_with_301(line: str) -> None:
    with pytest.raises(SdpError) as refused:
        parse(f"{TOP}{line}m=audio 4000 RTP/AVP 0\r\n".encode())
    assert refused.value.warning == 301


def test_rejected_media_needs_no_address() -> None:
    assert parse(f"{TOP}m=audio 0 RTP/AVP 0\r\n".encode()).media[0].host == ""
