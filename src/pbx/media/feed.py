"""Packets as they come, made one stretch of audio, 20 ms at a time, for who listens and has no hurry.

Unlike a jitter buffer it does not play at a steady pace: what comes late is waited for, and what does not come, by the
stream's own clock or because nothing comes at all, is silence.
"""

from __future__ import annotations

import numpy as np

from pbx.media.g711 import FRAME, Samples

PATIENCE = 6
"""Frames that a stream may fail to come before it counts as silent: 120 ms."""

LONGEST_GAP = 16_000
"""Samples by which a stream may jump ahead and still be the same: two seconds."""

MOST = 8000
"""Samples that are kept: a second."""


class Feed:
    """For one stream at a time; samples are 16-bit at 8000 Hz."""

    __slots__ = ("_idle", "_kept", "_next", "_ssrc")

    def __init__(self) -> None:
        self._kept = np.zeros(0, np.int16)
        self._ssrc = -1
        self._next = 0
        self._idle = 0

    def put(self, ssrc: int, place: int, samples: Samples) -> None:
        """Add the audio of a packet; what comes in place of what was taken for silence already is left out."""
        self._idle = 0
        ahead = ((place - self._next + 0x8000_0000) & 0xFFFFFFFF) - 0x8000_0000
        if ssrc != self._ssrc or abs(ahead) > LONGEST_GAP:
            self._ssrc, ahead = ssrc, 0
        elif ahead < 0:
            samples, place, ahead = samples[-ahead:], place - ahead, 0
            if not len(samples):
                return
        self._keep(np.zeros(ahead, np.int16), samples)
        self._next = (place + len(samples)) & 0xFFFFFFFF

    def tick(self) -> None:
        """Let 20 ms pass."""
        self._idle += 1
        if self._idle >= PATIENCE:
            frames = PATIENCE if self._idle == PATIENCE else 1
            self._keep(np.zeros(frames * FRAME, np.int16))
            self._next = (self._next + frames * FRAME) & 0xFFFFFFFF

    def pull(self, frame: Samples) -> bool:
        """Move the next 20 ms into ``frame`` (160 samples); False where they have not come yet."""
        if len(self._kept) < FRAME:
            return False
        frame[:] = self._kept[:FRAME]
        self._kept = self._kept[FRAME:]
        return True

    def _keep(self, *parts: Samples) -> None:
        self._kept = np.concatenate((self._kept, *parts))[-MOST:]
