"""SRTP and SRTCP of one leg (RFC 3711, 7714), by libsrtp: opened as it is received, sealed as it is sent.

Between the two everything else in a worker deals with plain packets, the fast path too. What is not authentic, and
what came before (a replay), is refused; no source is learnt from it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

from pylibsrtp import Error, Policy, Session

from pbx.media.rtp import MAX_SIZE
from pbx.plane.protocol import MediaKeys
from pbx.sdp.crypto import AES_CM, AES_GCM, SHORT_TAG

PROFILES = {
    AES_GCM: Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    AES_CM: Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
    SHORT_TAG: Policy.SRTP_PROFILE_AES128_CM_SHA1_32,
}
"""By their names in descriptions."""


class Refused(OSError):
    """A packet that is not authentic, came before, or is too long; it is lost like one that the network lost."""


class Srtp:
    """The two directions of a leg.

    A key's state (roll-over counter, what was received) lives as long as the key: a new description that repeats a
    key must not begin anew, or the same key stream would be used twice (RFC 3711 section 9.1).
    """

    def __init__(self, keys: MediaKeys, before: Srtp | None = None) -> None:
        """``before`` is what was in force until now."""
        self.keys = keys
        profile = PROFILES[keys.suite]
        if before is not None and (before.keys.suite, before.keys.ours) == (keys.suite, keys.ours):
            self._out: Session = before._out
        else:
            self._out = Session(Policy(keys.ours, Policy.SSRC_ANY_OUTBOUND, srtp_profile=profile))
        if before is not None and (before.keys.suite, before.keys.theirs) == (keys.suite, keys.theirs):
            self._in: Session = before._in
        else:
            self._in = Session(Policy(keys.theirs, Policy.SSRC_ANY_INBOUND, srtp_profile=profile))

    def open(self, data: bytes) -> bytes:
        """The RTP packet in an SRTP packet. Raises Refused."""
        return _done(self._in.unprotect, data)

    def open_report(self, data: bytes) -> bytes:
        """The RTCP packet in an SRTCP packet. Raises Refused."""
        return _done(self._in.unprotect_rtcp, data)

    def seal(self, data: bytes | memoryview) -> bytes:
        """The SRTP packet of an RTP packet. Raises Refused."""
        return _done(self._out.protect, bytes(data))

    def seal_report(self, data: bytes) -> bytes:
        """The SRTCP packet of an RTCP packet. Raises Refused."""
        return _done(self._out.protect_rtcp, data)

    def sender(self, send: Callable[[bytes | memoryview], int]) -> Callable[[bytes | memoryview], int]:
        """A way to send that seals first."""
        return lambda data: send(self.seal(data))

    def receiver(self, line: socket.socket, refused: Callable[[], None]) -> Callable[[bytearray], int]:
        """A way to receive that opens what came; ``refused`` is told of what cannot be opened. Raises OSError."""

        def receive(buffer: bytearray) -> int:
            try:
                data = self.open(line.recv(MAX_SIZE))
            except Refused:
                refused()
                raise
            buffer[: len(data)] = data
            return len(data)

        return receive


def _done(way: Callable[[bytes], bytes], data: bytes) -> bytes:
    try:
        return way(data)
    except (Error, ValueError) as error:
        raise Refused(str(error)) from None
