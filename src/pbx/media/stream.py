"""An outgoing RTP stream: one SSRC with continuous numbers, whatever feeds it.

A leg hears a greeting, then music, then an agent, then music again. To its phone this is one stream: at each
change of the source the sequence number goes on by one, the timestamp by the media time that passed, and the marker
bit is set (RFC 3550 section 5.1, RFC 3551 section 4.1). Between changes a relayed source keeps its own gaps
and order, so that the phone's jitter buffer and loss concealment see what truly happened::

    source      seq 7 8 9 | 500 501 503     music, then an agent whose packet 502 was lost
    this        seq 7 8 9 |  10  11  13
"""

from __future__ import annotations

from collections.abc import Sequence

from pbx.media.g711 import FRAME
from pbx.media.reception import MAX_DROPOUT, MAX_MISORDER
from pbx.media.reel import Reel

GENERATED = -1
"""The source of audio made here; a relayed source is its SSRC."""

NOTHING = -2
"""No source yet, or none any more: whatever comes next is a change."""

Numbers = tuple[int, int, bool]
"""Sequence number, timestamp and marker of a packet to be sent."""


class Stream:
    """The numbering of one stream; ``sequence`` and ``timestamp`` begin where the maker's chance put them.

    The fields are public because the relay's fast path keeps them itself; ``relay`` is the rule.
    """

    __slots__ = (
        "_began",
        "_reel",
        "at",
        "heard",
        "heard_timestamp",
        "octets",
        "packets",
        "rate",
        "sequence_shift",
        "source",
        "ssrc",
        "timestamp_shift",
    )

    def __init__(self, ssrc: int, sequence: int, timestamp: int, rate: int = 8000) -> None:
        self.ssrc = ssrc
        self.rate = rate
        self.source = NOTHING
        self.heard = sequence
        """The source's highest sequence number so far."""
        self.heard_timestamp = timestamp
        self.sequence_shift = 0
        """What is added to the source's number to make ours."""
        self.timestamp_shift = 0
        self.at: float | None = None
        """When the last packet was sent, in seconds; None before the first."""
        self.packets = 0
        self.octets = 0
        """Payload octets sent."""
        self._began = 0
        self._reel: Reel | None = None

    def relay(self, source: int, sequence: int, timestamp: int, now: float, octets: int) -> Numbers | None:
        """Our numbers for a packet of a source (its SSRC); None for one sent before the source was ours."""
        self.cut()
        behind = (self.heard - sequence) & 0xFFFF
        ahead = -behind & 0xFFFF
        if source != self.source or MAX_DROPOUT < ahead <= 0x10000 - MAX_MISORDER:
            return self._change(source, sequence, timestamp, now, octets)
        if behind >= MAX_MISORDER:
            self.heard, self.heard_timestamp, self.at = sequence, timestamp, now
        elif behind > (self.heard - self._began) & 0xFFFF:
            return None
        return self._sent(sequence, timestamp, False, octets)

    def generate(self, now: float, octets: int = FRAME, step: int = FRAME) -> Numbers:
        """Our numbers for the next packet made here, ``step`` timestamp units after the last; 0: at the same time."""
        self.cut()
        sequence, timestamp = (self.heard + 1) & 0xFFFF, (self.heard_timestamp + step) & 0xFFFFFFFF
        if self.source != GENERATED:
            return self._change(GENERATED, sequence, timestamp, now, octets)
        self.heard, self.heard_timestamp, self.at = sequence, timestamp, now
        return self._sent(sequence, timestamp, False, octets)

    def reel(self, frames: Sequence[bytes], payload_type: int, now: float) -> Reel:
        """The next packets made here, each 20 ms after the one before, the first one now.

        They are on the accounts when they were taken and somebody asks (``settle``). Whatever else is sent cuts the
        reel off; so it is for audio that goes on as it began, from a source that is GENERATED already.
        """
        self.cut()
        sequence, timestamp = self.heard + 1 + self.sequence_shift, self.heard_timestamp + FRAME + self.timestamp_shift
        self._reel = Reel(frames, payload_type, sequence, timestamp, self.ssrc, now)
        return self._reel

    def settle(self) -> None:
        """Put what was taken of the reel on the accounts."""
        if self._reel is not None:
            sent, at = self._reel.news()
            if sent:
                self.heard = self.heard + sent & 0xFFFF
                self.heard_timestamp = self.heard_timestamp + sent * FRAME & 0xFFFFFFFF
                self.at = at
                self.packets += sent
                self.octets += sent * FRAME

    def cut(self) -> None:
        """Let nothing more of a reel be sent."""
        if self._reel is not None:
            self.settle()
            self._reel.cut()
            self._reel = None

    def interrupt(self) -> None:
        """What is heard was changed or paused: the next packet is a change, even from the same source."""
        self.cut()
        self.source = NOTHING

    def tick(self, rate: int) -> None:
        """Let the clock run at another rate; what was sent already stays another stream's (RFC 7160 section 4.1)."""
        self.cut()
        if rate != self.rate and self.at is not None:
            self.ssrc = (self.ssrc + 1) & 0xFFFFFFFF
        self.rate = rate

    def timestamp_at(self, now: float) -> int:
        """The stream's RTP clock at an instant, for a sender report (RFC 3550 section 6.4.1)."""
        self.settle()
        elapsed = 0 if self.at is None else round((now - self.at) * self.rate)
        return (self.heard_timestamp + self.timestamp_shift + elapsed) & 0xFFFFFFFF

    def _change(self, source: int, sequence: int, timestamp: int, now: float, octets: int) -> Numbers:
        """Let a new source go on where the last one ended; at least one frame of time has passed."""
        ours, clock = self.heard + self.sequence_shift, self.heard_timestamp + self.timestamp_shift
        if self.at is not None:
            ours += 1
            clock += max(self.rate // 50, round((now - self.at) * self.rate))
        self.sequence_shift, self.timestamp_shift = (ours - sequence) & 0xFFFF, (clock - timestamp) & 0xFFFFFFFF
        self.source, self.heard, self.heard_timestamp, self.at = source, sequence, timestamp, now
        self._began = sequence
        return self._sent(sequence, timestamp, True, octets)

    def _sent(self, sequence: int, timestamp: int, marker: bool, octets: int) -> Numbers:
        self.packets += 1
        self.octets += octets
        return (sequence + self.sequence_shift) & 0xFFFF, (timestamp + self.timestamp_shift) & 0xFFFFFFFF, marker
