"""What a datagram on a leg's RTP port is, where several protocols share it (RFC 7983 section 7, RFC 5761 section 4)."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """The protocols that may share the port."""

    STUN = 0
    DTLS = 1
    RTP = 2
    RTCP = 3
    OTHER = 4


def kind_of(data: bytes | memoryview) -> Kind:
    """By the first octet; RTP and RTCP by the second, where RTCP has the packet types 192 to 223."""
    if len(data) < 2:
        return Kind.OTHER
    first = data[0]
    if 128 <= first < 192:
        return Kind.RTCP if 192 <= data[1] < 224 else Kind.RTP
    if first < 4:
        return Kind.STUN
    return Kind.DTLS if 20 <= first < 64 else Kind.OTHER
