from __future__ import annotations

import pytest

from pbx.media import rtp

PACKET = bytes.fromhex("8000 0102 00000abc deadbeef".replace(" ", "")) + b"\xff" * 160


def test_a_plain_packet_is_read_field_by_field() -> None:
    packet = rtp.parse(PACKET)

    assert (packet.payload_type, packet.sequence, packet.timestamp, packet.ssrc) == (0, 0x0102, 0xABC, 0xDEADBEEF)
    assert (packet.marker, packet.payload, packet.padding) == (False, b"\xff" * 160, 0)


def test_sources_extension_and_padding_are_not_payload() -> None:
    head = bytes.fromhex("b2880001 00000000 00000001 0000000a 0000000b".replace(" ", ""))
    packet = rtp.parse(head + bytes.fromhex("bede000101020304") + b"audio" + bytes([0, 0, 3]))

    assert packet.csrc == (10, 11)
    assert packet.extension == (0xBEDE, b"\1\2\3\4")
    assert (packet.payload, packet.padding, packet.marker, packet.payload_type) == (b"audio", 3, True, 8)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (PACKET[:11], "12 to 2048 octets"),
        (bytes(2049), "12 to 2048 octets"),
        (b"\x40" + PACKET[1:], "octet 0: version 1"),
        (b"\x80\xc8" + PACKET[2:], "octet 1: 200 is an RTCP packet type"),
        (b"\x8f" + PACKET[1:20], "octet 12: 15 contributing sources"),
        (b"\x90" + PACKET[1:14], "octet 12: the extension's header"),
        (b"\x90" + PACKET[1:12] + b"\xbe\xde\0\x09", "octet 16: 9 words of extension"),
        (b"\xa0" + PACKET[1:-1] + b"\xff", "octet 171: 255 octets of padding"),
        (b"\xa0" + PACKET[1:-1] + b"\0", "octet 171: 0 octets of padding"),
    ],
)
def test_what_is_not_rtp_is_refused_with_the_place(data: bytes, complaint: str) -> None:
    with pytest.raises(rtp.RtpError, match=complaint):
        rtp.parse(data)


@pytest.mark.parametrize(
    "packet",
    [
        rtp.Packet(128, 0, 0, 0),
        rtp.Packet(0, 65536, 0, 0),
        rtp.Packet(0, 0, -1, 0),
        rtp.Packet(0, 0, 0, 1 << 32),
        rtp.Packet(0, 0, 0, 0, csrc=(1 << 32,)),
        rtp.Packet(0, 0, 0, 0, csrc=tuple(range(16))),
        rtp.Packet(0, 0, 0, 0, extension=(0, b"odd")),
        rtp.Packet(0, 0, 0, 0, padding=256),
        rtp.Packet(0, 0, 0, 0, payload=bytes(2037)),
    ],
)
def test_a_field_out_of_range_cannot_be_written(packet: rtp.Packet) -> None:
    with pytest.raises(rtp.RtpError):
        rtp.build(packet)
