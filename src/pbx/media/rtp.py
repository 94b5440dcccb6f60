"""RTP packets (RFC 3550 section 5): the fixed header, contributing sources, extension and padding."""

from __future__ import annotations

from struct import Struct as Layout

from msgspec import Struct

HEADER = Layout("!BBHII")
"""Version, padding, extension and CSRC count; marker and payload type; sequence; timestamp; SSRC (section 5.1)."""

HEADER_SIZE = HEADER.size
VERSION = 2
MAX_SIZE = 2048
"""Octets of the largest packet read: well above an Ethernet frame, and a bound on what a stranger can make us copy."""

_EXTENSION = Layout("!HH")


class RtpError(ValueError):
    """A datagram is not RTP, or a packet cannot be written; the text says what is wrong, and where."""


class Packet(Struct, frozen=True):
    """One RTP packet."""

    payload_type: int
    """0 to 127; 0 is PCMU and 8 is PCMA (RFC 3551)."""
    sequence: int
    """16 bits, one more for each packet."""
    timestamp: int
    """32 bits, in samples of the payload's clock."""
    ssrc: int
    """32 bits, the identity of the stream."""
    payload: bytes = b""
    marker: bool = False
    """For audio: the first packet of a talk spurt (RFC 3551 section 4.1)."""
    csrc: tuple[int, ...] = ()
    """Contributing sources, at most 15."""
    extension: tuple[int, bytes] | None = None
    """The profile's 16-bit word and the extension's data, a multiple of 4 octets (section 5.3.1)."""
    padding: int = 0
    """Octets of padding after the payload, the last of which counts them: 0 or 1 to 255."""


def parse(data: bytes | bytearray | memoryview) -> Packet:
    """Read one datagram; raises RtpError, and nothing else, whatever its octets are."""
    end = len(data)
    if not HEADER_SIZE <= end <= MAX_SIZE:
        raise RtpError(f"a packet has {HEADER_SIZE} to {MAX_SIZE} octets, this one {end}")
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    if first >> 6 != VERSION:
        raise RtpError(f"octet 0: version {first >> 6}, expected {VERSION}")
    if 192 <= second <= 223:
        raise RtpError(f"octet 1: {second} is an RTCP packet type")  # RFC 5761 section 4 keeps these apart
    at = HEADER_SIZE + 4 * (first & 0x0F)
    if at > end:
        raise RtpError(f"octet {HEADER_SIZE}: {first & 0x0F} contributing sources do not fit")
    csrc = tuple(int.from_bytes(data[i : i + 4], "big") for i in range(HEADER_SIZE, at, 4))
    extension = None
    if first & 0x10:
        if at + _EXTENSION.size > end:
            raise RtpError(f"octet {at}: the extension's header does not fit")
        profile, words = _EXTENSION.unpack_from(data, at)
        start, at = at + _EXTENSION.size, at + _EXTENSION.size + 4 * words
        if at > end:
            raise RtpError(f"octet {start}: {words} words of extension do not fit")
        extension = (profile, bytes(data[start:at]))
    padding = 0
    if first & 0x20:
        padding = data[end - 1]
        if not 1 <= padding <= end - at:
            raise RtpError(f"octet {end - 1}: {padding} octets of padding, expected 1 to {end - at}")
    return Packet(
        payload_type=second & 0x7F,
        sequence=sequence,
        timestamp=timestamp,
        ssrc=ssrc,
        payload=bytes(data[at : end - padding]),
        marker=second >= 0x80,
        csrc=csrc,
        extension=extension,
        padding=padding,
    )


def build(packet: Packet) -> bytes:
    """Write a packet. Raises RtpError when a field is out of its range."""
    if not (0 <= packet.padding <= 255 and len(packet.csrc) <= 15):
        raise RtpError(f"padding {packet.padding} and {len(packet.csrc)} sources, expected at most 255 and 15")
    first = VERSION << 6 | bool(packet.padding) << 5 | (packet.extension is not None) << 4 | len(packet.csrc)
    parts = [header(packet.payload_type, packet.sequence, packet.timestamp, packet.ssrc, packet.marker, first)]
    try:
        parts += [source.to_bytes(4, "big") for source in packet.csrc]
    except OverflowError:
        raise RtpError("a contributing source has 32 bits") from None
    if packet.extension is not None:
        profile, content = packet.extension
        if len(content) % 4 or len(content) > 4 * 0xFFFF or not 0 <= profile <= 0xFFFF:
            raise RtpError(f"extension {profile:#x} of {len(content)} octets, expected 16 bits and whole words")
        parts += [_EXTENSION.pack(profile, len(content) // 4), content]
    parts.append(packet.payload)
    if packet.padding:
        parts.append(bytes(packet.padding - 1) + bytes([packet.padding]))
    data = b"".join(parts)
    if len(data) > MAX_SIZE:
        raise RtpError(f"a packet has at most {MAX_SIZE} octets, this one {len(data)}")
    return data


def header(
    payload_type: int, sequence: int, timestamp: int, ssrc: int, marker: bool = False, first: int = VERSION << 6
) -> bytes:
    """The twelve octets before a plain payload. Raises RtpError when a field is out of its range."""
    if not (
        0 <= payload_type <= 0x7F
        and 0 <= sequence <= 0xFFFF
        and 0 <= timestamp <= 0xFFFFFFFF
        and 0 <= ssrc <= 0xFFFFFFFF
    ):
        raise RtpError(f"type {payload_type}, sequence {sequence}, timestamp {timestamp}, ssrc {ssrc}: out of range")
    return HEADER.pack(first, marker << 7 | payload_type, sequence, timestamp, ssrc)
