"""A small fixed jitter buffer: packets as they come go in, 20 ms at a time come out.

What comes out lies ``DEPTH`` behind what goes in. A packet that is missing, or late by more than that, is silence; a
stream that runs away from our clock, or jumps, begins anew at the usual depth.
"""

from __future__ import annotations

import numpy as np

from pbx.media.g711 import FRAME, Samples

DEPTH = 2 * FRAME
"""Samples between the newest packet and what is heard: 40 ms."""

SIZE = 2048
"""Samples that are held at most, which bounds the delay: 256 ms."""


class JitterBuffer:
    """For one stream at a time; samples are 16-bit at 8000 Hz."""

    __slots__ = ("_head", "_next", "_ring", "_ssrc")

    def __init__(self) -> None:
        self._ring = np.zeros(SIZE, np.int16)
        self._head = 0
        self._next = 0  # the timestamp at the head
        self._ssrc = -1

    def put(self, ssrc: int, timestamp: int, samples: Samples) -> None:
        """Place the samples of a packet; one that is longer than the buffer has room is left out."""
        size = len(samples)
        if size > SIZE - DEPTH:
            return
        ahead = ((timestamp - self._next + 0x8000_0000) & 0xFFFFFFFF) - 0x8000_0000
        if ssrc != self._ssrc or not 0 <= ahead <= SIZE - size:
            self._ring[:] = 0
            self._ssrc, self._next, ahead = ssrc, timestamp - DEPTH, DEPTH
        begin = (self._head + ahead) % SIZE
        first = min(size, SIZE - begin)
        self._ring[begin : begin + first] = samples[:first]
        self._ring[: size - first] = samples[first:]

    def pull(self, frame: Samples) -> None:
        """Move the next 20 ms into ``frame`` (160 samples)."""
        ring, head = self._ring, self._head
        first = min(FRAME, SIZE - head)
        for begin, end, target in ((head, head + first, frame[:first]), (0, FRAME - first, frame[first:])):
            target[:] = ring[begin:end]
            ring[begin:end] = 0
        self._head = (head + FRAME) % SIZE
        self._next += FRAME
