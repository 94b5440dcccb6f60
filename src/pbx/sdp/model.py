"""A session description as values (RFC 8866), with what calls need of it."""

from __future__ import annotations

from msgspec import Struct

from pbx.sdp.crypto import Crypto
from pbx.sdp.transport import NOTHING_SAID, Transport

DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
MIRRORED = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
"""What one side's direction is for the other (RFC 3264 section 6.1)."""


def is_nowhere(host: str) -> bool:
    """Whether a description's host is no place to send to: 0.0.0.0 or ``::``, the hold of RFC 2543."""
    return host in ("0.0.0.0", "::", "0:0:0:0:0:0:0:0")


EXTENDED_REPORTS = ("rcvr-rtt", "voip-metrics")
"""The RTCP XR blocks that we send to who asks for them."""


class Format(Struct, frozen=True):
    """One payload type of a media line."""

    payload_type: int
    name: str
    """The encoding's name, in upper case where it was read, e.g. ``PCMU``; '' where nothing says it."""
    clock_rate: int = 8000
    channels: int = 1
    parameters: str = ""
    """What ``a=fmtp`` says of it in a description of ours; those of others are not read."""


class Media(Struct, frozen=True):
    """One ``m=`` line with its attributes."""

    kind: str
    """``audio``, ``video`` ..."""
    port: int
    protocol: str
    """``RTP/AVP`` ..."""
    formats: tuple[Format, ...]
    raw_formats: tuple[str, ...]
    """The formats as written; for what is not RTP they are all there is."""
    host: str
    """From the media's own ``c=`` line, else the session's."""
    direction: str = "sendrecv"
    rtcp_port: int | None = None
    """From ``a=rtcp`` (RFC 3605); else the next port."""
    packet_time_ms: int = 20
    """How much audio a packet to it should hold: its ``a=ptime``, within its ``a=maxptime``."""
    crypto: tuple[Crypto, ...] = ()
    """The keys offered for it, or the one chosen; those that we cannot use are left out."""
    transport: Transport = NOTHING_SAID
    xr: tuple[str, ...] = ()
    """The extended RTCP reports asked for (RFC 3611 section 5.1), of those that we know."""


class SessionDescription(Struct, frozen=True):
    """All of it that is used here."""

    session_id: str
    version: str
    media: tuple[Media, ...]
