"""Steady tones, one or two at a time, followed from their beginning to their end."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from pbx.media.spectrum import Look

ALONE = 0.85
"""The part of the power that a tone by itself has at least."""

TOGETHER = 0.9
"""And that two tones have together."""

AS_STRONG = 0.12
"""The part of the power that the weaker of two tones has at least."""

QUIETEST_DBM0 = -45.0

DRIFT_HZ, DRIFT = 10.0, 0.01
"""How far a tone may stray from its mean, the greater of the two; voices glide."""

STEADY_HZ = 5.0
"""Between the lowest and the highest frequency of a machine's tone; no voice holds its own so well."""

BEAT_HZ = (428.0, 465.0)
"""440 and 480 Hz, which lie too close to be told apart, seem to be one tone that strays within these."""

MISSED = 1
"""Frames within a tone that may not show it."""

SURE = 3
"""Frames that make a tone: 60 ms."""


class Tone(NamedTuple):
    """A tone that lasts, or has ended; times in frames."""

    hz: float
    other_hz: float
    """The second one of two, the higher; 0 for a tone by itself."""
    began: int
    frames: int
    dbm0: float
    steady: bool = True
    """Whether it kept to its frequency, as a machine does."""


class _Seen(NamedTuple):
    hz: float
    other_hz: float


def _tones_of(look: Look) -> _Seen | None:
    """The tones of a frame, None where something else sounds or nothing does."""
    if look.dbm0 < QUIETEST_DBM0:
        return None
    if look.share >= ALONE and look.both - look.share < AS_STRONG:
        return _Seen(look.hz, 0.0)
    if look.both >= TOGETHER and look.both - look.share >= AS_STRONG:
        return _Seen(min(look.hz, look.other_hz), max(look.hz, look.other_hz))
    return None


class ToneTracker:
    """Follows one leg."""

    __slots__ = (
        "_before", "_began", "_count", "_dbm0", "_high", "_hz", "_low", "_missed", "_other_hz", "frame",
    )  # fmt: skip

    def __init__(self) -> None:
        self.frame = 0
        self._count = 0
        self._missed = 0
        self._began = 0
        self._low, self._high = inf, 0.0
        self._before = 0.0
        self._hz = self._other_hz = self._dbm0 = 0.0  # sums over the frames

    @property
    def tone(self) -> Tone | None:
        """The tone that sounds now, once it is sure."""
        return self._tone() if self._count >= SURE else None

    def take(self, look: Look) -> Tone | None:
        """The next frame; the tone that has ended with it, if one has."""
        frame, self.frame = self.frame, self.frame + 1
        seen = _tones_of(look)
        if self._count and seen is not None and self._goes_on(seen):
            self._add(seen, look.dbm0)
            return None
        if self._count >= SURE and self._missed < MISSED and look.dbm0 >= QUIETEST_DBM0:
            self._missed += 1
            return None
        ended = self.tone
        self._count = self._missed = 0
        if seen is not None:
            self._began = frame
            self._hz = self._other_hz = self._dbm0 = 0.0
            self._low, self._high = inf, 0.0
            self._add(seen, look.dbm0)
        return ended

    def _goes_on(self, seen: _Seen) -> bool:
        if bool(seen.other_hz) != bool(self._other_hz):
            return False
        mean = self._hz / self._count
        if _near(seen.hz, mean):
            return not seen.other_hz or _near(seen.other_hz, self._other_hz / self._count)
        return not seen.other_hz and all(BEAT_HZ[0] <= hz <= BEAT_HZ[1] for hz in (seen.hz, mean))

    def _add(self, seen: _Seen, dbm0: float) -> None:
        if self._count > 1:  # the first frame, and the last, may hold but a part of the tone
            self._low, self._high = min(self._low, self._before), max(self._high, self._before)
        self._before = seen.hz
        self._count += 1 + self._missed
        self._hz += seen.hz * (1 + self._missed)
        self._other_hz += seen.other_hz * (1 + self._missed)
        self._dbm0 += dbm0 * (1 + self._missed)
        self._missed = 0

    def _tone(self) -> Tone:
        count = self._count
        dbm0, steady = self._dbm0 / count, self._high - self._low <= STEADY_HZ
        return Tone(self._hz / count, self._other_hz / count, self._began, count, dbm0, steady)


def _near(hz: float, mean: float) -> bool:
    return abs(hz - mean) <= max(DRIFT_HZ, DRIFT * mean)
