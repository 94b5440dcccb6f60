"""The next packets of audio that is played to a leg: each is made when it is taken, by what was decided once for all.

Of audio that goes on as it began, everything about the next packet is known but its octets. So nothing is looked up for
it, and what it would have changed in the stream's figures is put on the accounts when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import length_hint

from pbx.media.g711 import FRAME
from pbx.media.rtp import HEADER, VERSION

FRAME_S = 0.02

PLAIN = VERSION << 6
"""The first octet of a header with nothing more in it."""

_EMPTY: Iterator[bytes] = iter(())


class Reel:
    """Some packets, to be taken one by one."""

    __slots__ = ("_began", "_frames", "_length", "_told", "take")

    def __init__(
        self, frames: Sequence[bytes], payload_type: int, sequence: int, timestamp: int, ssrc: int, now: float
    ) -> None:
        """``frames`` are 20 ms of G.711 each; ``sequence`` and ``timestamp`` are those of the first packet."""
        self._frames = iter(frames)
        self._length, self._told, self._began = len(frames), 0, now
        self.take = _packets(self._frames, payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc).__next__
        """The next packet; raises StopIteration when there is none, or when the reel was cut."""

    @property
    def left(self) -> int:
        """How many were not taken."""
        return length_hint(self._frames)

    def news(self) -> tuple[int, float]:
        """How many were taken since this was asked last, and when the last one was due, in seconds."""
        taken = self._length - self.left
        news, self._told = taken - self._told, taken
        return news, self._began + (taken - 1) * FRAME_S

    def cut(self) -> None:
        """Let nobody take any more."""
        self.take = _EMPTY.__next__


def _packets(frames: Iterator[bytes], payload_type: int, sequence: int, timestamp: int, ssrc: int) -> Iterator[bytes]:
    pack = HEADER.pack
    for frame in frames:
        yield pack(PLAIN, payload_type, sequence, timestamp, ssrc) + frame
        sequence = sequence + 1 & 0xFFFF
        timestamp = timestamp + FRAME & 0xFFFFFFFF
