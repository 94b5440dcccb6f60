"""What a receiver knows of a stream: sequence, loss and jitter (RFC 3550 section 6.4.1, appendices A.1, A.3, A.8).

Two deviations from appendix A.1, both because the source was locked by its address before anything is counted
here: there is no probation, and a far jump of the sequence counts as a new beginning at once.
"""

from __future__ import annotations

from math import inf

from pbx.media.losses import LossPattern

MAX_DROPOUT = 3000
"""Sequence numbers that may be missing in a row before a jump is a new beginning (appendix A.1)."""

MAX_MISORDER = 100
"""How many numbers late a packet may come."""


class Reception:
    """The figures of one leg's incoming audio, over all the streams (SSRCs) it sends in a row.

    The fields are public because the relay's fast path keeps them itself; ``counted`` and ``timed`` are the rule.
    """

    __slots__ = (
        "_bygone_expected",
        "_cycles",
        "_first",
        "_reported_expected",
        "_reported_received",
        "expected_next",
        "jitter",
        "losses",
        "octets",
        "rate",
        "received",
        "ssrc",
        "transit",
    )

    def __init__(self, rate: int = 8000) -> None:
        self.rate = rate
        self.ssrc = -1
        """The stream being received, -1 before the first."""
        self.expected_next = 0
        """The sequence number that continues the stream."""
        self.received = 0
        self.octets = 0
        """Payload octets received."""
        self.transit = 0.0
        """Arrival less timestamp of the last timed packet, in timestamp units; its zero is arbitrary."""
        self.jitter = 0.0
        """Mean deviation of the transit (A.8), in timestamp units."""
        self.losses = LossPattern()
        self._first = 0
        self._cycles = 0
        self._bygone_expected = 0
        self._reported_expected = 0
        self._reported_received = 0

    def counted(self, ssrc: int, sequence: int, octets: int) -> None:
        """Count a packet of ``octets`` payload octets (A.1, A.3)."""
        step = (sequence - self.expected_next + 1) & 0xFFFF
        if ssrc != self.ssrc or MAX_DROPOUT < step <= 0x10000 - MAX_MISORDER:
            self._begin(ssrc, sequence)
        elif step <= MAX_DROPOUT and step:
            if sequence < (self.expected_next - 1) & 0xFFFF:
                self._cycles += 0x10000
            self.expected_next = (sequence + 1) & 0xFFFF
            if step > 1:
                self.losses.missed(step - 1, self.received)
        self.received += 1
        self.octets += octets

    def timed(self, timestamp: int, now: float) -> None:
        """Take an audio packet's timestamp into the jitter (A.8); ``now`` is its arrival in seconds.

        The packets of one telephone event share a timestamp and are not timed.
        """
        transit = now * self.rate - timestamp
        deviation = abs(transit - self.transit)
        self.transit = transit
        if deviation < self.rate:  # a second or more is a clock that began anew (or wrapped), not jitter
            self.jitter += (deviation - self.jitter) / 16

    def tick(self, rate: int) -> None:
        """Let the timestamps be of a clock of another rate; the jitter stays what it is in seconds."""
        self.jitter *= rate / self.rate
        self.transit = inf
        self.rate = rate

    @property
    def highest(self) -> int:
        """The extended highest sequence number: cycles of 65,536, then the number (A.1)."""
        return self._cycles + ((self.expected_next - 1) & 0xFFFF)

    @property
    def expected(self) -> int:
        """Packets that were sent to us, as far as the sequence numbers tell."""
        if self.ssrc < 0:
            return 0
        return self._bygone_expected + self.highest - self._first + 1

    @property
    def lost(self) -> int:
        """Expected less received (A.3); duplicates can make it negative."""
        return self.expected - self.received

    @property
    def jitter_ms(self) -> float:
        return self.jitter / self.rate * 1000

    def fraction_lost(self) -> int:
        """The part lost since this was last asked, in 256ths (A.3); each report asks once."""
        expected = self.expected
        expected_since = expected - self._reported_expected
        lost_since = expected_since - (self.received - self._reported_received)
        self._reported_expected, self._reported_received = expected, self.received
        if expected_since <= 0 or lost_since <= 0:
            return 0
        return min(255, lost_since * 256 // expected_since)

    def _begin(self, ssrc: int, sequence: int) -> None:
        """A new stream, or the old one that jumped: what was expected so far stays on the account."""
        self._bygone_expected = self.expected
        self.ssrc = ssrc
        self._first = sequence
        self._cycles = 0
        self.expected_next = (sequence + 1) & 0xFFFF
