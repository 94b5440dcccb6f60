"""The packets of a stream in their order, and what was lost among them: for who decodes them.

A packet that continues the stream is passed on at once, so a stream without loss is not delayed. Behind a gap packets
wait until what is missing comes, or until so many wait that it will not come any more; then ``Lost`` ones stand in for
it, for the decoder to conceal. A gap that the timestamps do not confirm is no loss of audio: it is a pause in which
nothing was sent (DTX), or a digit::

    packets     1 2 4 3 5 7 8 . . 9        7 waits for 6; 9 comes after a pause
    in order    1 2 3 4 5 6'7 8 . . 9      6' is Lost
"""

from __future__ import annotations

from pbx.media.reception import MAX_MISORDER
from pbx.media.rtp import Packet

WAITING = 2
"""Packets behind a gap that end the wait for what is missing."""

MOST_LOST = 10
"""Packets in a row that are concealed; by then the guess has faded away in any case."""

PATIENCE_S = 0.5
"""After such a pause nothing is waited for any more."""


class Lost(Packet, frozen=True):
    """Stands in for a packet that did not come; its payload is empty."""

    ticks: int = 0
    """How much audio is missing, in timestamp units."""
    following: bytes = b""
    """The payload of the packet right after it; empty where that one is lost, too."""


class Order:
    """For one stream at a time; another SSRC, or a far jump, begins anew."""

    __slots__ = ("_at", "_held", "_last", "_last_ticks", "_next")

    def __init__(self) -> None:
        self._last: Packet | None = None
        self._last_ticks = 0
        self._next = 0
        self._held: dict[int, tuple[Packet, int]] = {}
        self._at = 0.0

    def put(self, packet: Packet, ticks: int, now: float) -> list[Packet]:
        """Take a packet with so many timestamp units of audio, 0 where it has none; what can go on, in order."""
        last, waited = self._last, now - self._at
        self._at = now
        ahead = (packet.sequence - self._next) & 0xFFFF
        if (
            last is None
            or packet.ssrc != last.ssrc
            or waited > PATIENCE_S
            or MOST_LOST + WAITING < ahead <= 0x10000 - MAX_MISORDER
        ):
            ready = self._flush()
            self._next = packet.sequence
            self._go_on(packet, ticks, ready)
            return ready
        if not ahead and not self._held:
            self._last, self._last_ticks, self._next = packet, ticks, (packet.sequence + 1) & 0xFFFF
            return [packet]
        if ahead >= 0x8000:
            return []  # it comes twice, or too late
        self._held[packet.sequence] = packet, ticks
        ready = []
        self._drain(ready)
        while len(self._held) >= WAITING:
            self._bridge(ready)
        return ready

    def _go_on(self, packet: Packet, ticks: int, ready: list[Packet]) -> None:
        ready.append(packet)
        self._last, self._last_ticks, self._next = packet, ticks, (packet.sequence + 1) & 0xFFFF

    def _drain(self, ready: list[Packet]) -> None:
        """Pass on what is held and continues the stream."""
        while (held := self._held.pop(self._next, None)) is not None:
            self._go_on(*held, ready)

    def _bridge(self, ready: list[Packet]) -> None:
        """Give up on what is missing before the first packet that is held."""
        last, each = self._last, self._last_ticks
        missing = min((sequence - self._next) & 0xFFFF for sequence in self._held)
        packet, ticks = self._held[(self._next + missing) & 0xFFFF]
        if last is not None and ticks and (packet.timestamp - last.timestamp) & 0xFFFFFFFF == each * (missing + 1):
            for i in range(1, missing + 1):
                timestamp = (last.timestamp + each * i) & 0xFFFFFFFF
                following = packet.payload if i == missing else b""
                sequence = (last.sequence + i) & 0xFFFF
                ready.append(Lost(last.payload_type, sequence, timestamp, last.ssrc, ticks=each, following=following))
        self._next = packet.sequence
        self._drain(ready)

    def _flush(self) -> list[Packet]:
        """Pass on all that is held."""
        ready: list[Packet] = []
        while self._held:
            self._bridge(ready)
        return ready
