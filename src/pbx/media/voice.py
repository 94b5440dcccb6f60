"""Whether somebody speaks, 20 ms after 20 ms: by level above the line's own noise, with what is a tone left out.

SILENT --a few sounding frames--> SPEAKING --silence for longer than a pause in a word--> SILENT

The noise is what is left between words: the lowest level of the last second or two, and somewhat more, for no noise is
as quiet as its quietest moment. How much more is measured, and how far above it a voice has to be follows from that.
What begins and then keeps its level was no voice, but another noise: of a room that is switched to, of a recording.
"""

from __future__ import annotations

from typing import NamedTuple

from pbx.media.level import SILENCE_DBM0

FRAME_MS = 20

BEGIN_DB, GO_ON_DB = (2.0, 1.0), (1.0, 0.5)
"""How far above the noise a voice begins, and goes on: so much, and such a part of how far the noise swings."""

QUIETEST_DBM0 = -50.0
"""And how loud it is at least; the quietest speakers of a network are near -35."""

FLOOR_DBM0 = -65.0
"""No line's noise is taken for less."""

SMOOTH = 3
"""Frames over which levels are smoothed where the noise is looked for."""

BLOCK, BLOCKS = 10, 8
"""The noise is lowest in the last 1.6 s, kept as the lowest of each 200 ms: no voice is as loud for so long."""

USUAL_SWING_DB, MOST_SWING_DB, FOLLOW = 1.0, 4.5, 0.03
"""How far noise lies above its lowest level, hiss less than the voices of a crowd: at first, and of frames that count
as noise; and the part of the way to what is heard that this is followed each frame."""

STEADY, STEADY_DB, LOOKED_FOR = 25, 4.0, 5
"""What keeps its smoothed level within so much for 500 ms is noise: no voice does. Looked for each 100 ms."""

KEPT = 100
"""Frames whose levels are kept: two seconds."""

ONSET, OF = 5, 6
"""Frames that have to sound, of so many: clicks are shorter, and tones are known as such by then."""

HANGOVER = 10
"""Frames without a sound that end speech: 200 ms, which stops within words (plosives) do not reach."""


class Spurt(NamedTuple):
    """Speech began, or ended."""

    began: bool
    at: int
    """The frame that it began with, or the first after it."""
    dbm0: float
    """The level of what was heard: the mean of its frames in dB."""


class VoiceDetector:
    """Follows one leg."""

    __slots__ = (
        "_heard", "_last", "_levels", "_lows", "_recent", "_smooth", "_sum", "_swing", "began", "frame", "noise_dbm0",
        "speaking",
    )  # fmt: skip

    def __init__(self) -> None:
        self.frame = 0
        """Frames taken so far."""
        self.speaking = False
        self.began = 0
        """The frame with which the present, or the last, speech began."""
        self.noise_dbm0 = 0.0
        """The level of what is heard when nobody speaks."""
        self._recent: list[float] = []  # levels of the last frames, SILENCE_DBM0 where they did not sound
        self._levels: list[float] = []  # of frames that were no tones, the newest last
        self._smooth: list[float] = []
        self._lows: list[float] = []  # the lowest of each block
        self._swing = USUAL_SWING_DB
        self._last = 0
        self._sum = 0.0
        self._heard = 0

    def take(self, dbm0: float, tonal: bool) -> Spurt | None:
        """The next frame: its level, and whether it is a tone rather than a voice."""
        frame, self.frame = self.frame, self.frame + 1
        if not tonal:
            self._follow(max(dbm0, FLOOR_DBM0))
            if frame % LOOKED_FOR == 0 and self._is_steady():
                return self._withdraw()
        sounds = not tonal and dbm0 >= max(self._above(GO_ON_DB if self.speaking else BEGIN_DB), QUIETEST_DBM0)
        if self.speaking:
            return self._go_on(frame, dbm0, sounds)
        self._recent = [*self._recent[1 - OF :], dbm0 if sounds else SILENCE_DBM0]
        loud = [level for level in self._recent if level > SILENCE_DBM0]
        if len(loud) < ONSET:
            return None
        first = next(place for place, level in enumerate(self._recent) if level > SILENCE_DBM0)
        self.speaking, self.began, self._last = True, frame + 1 - len(self._recent) + first, frame
        self._sum, self._heard, self._recent = sum(loud), len(loud), []
        return Spurt(True, self.began, self._sum / self._heard)

    def interrupt(self) -> Spurt | None:
        """What was taken for speech lately was a tone: nothing that sounds now is kept."""
        self._recent = []
        if not self.speaking:
            return None
        self.speaking = False
        return Spurt(False, self._last + 1, self._sum / self._heard)

    def _go_on(self, frame: int, dbm0: float, sounds: bool) -> Spurt | None:
        if sounds:
            self._last = frame
            self._sum += dbm0
            self._heard += 1
        elif frame - self._last >= HANGOVER:
            return self.interrupt()
        return None

    def _withdraw(self) -> Spurt | None:
        """What sounds is noise, and was so for a while: only what was louder was speech, if anything was."""
        if self.speaking:
            spurt, least = self._levels[self.began - self.frame :], self._above(BEGIN_DB)
            loud = [place for place, level in enumerate(spurt) if level >= least]
            self._last = self.frame - len(spurt) + loud[-1] if len(loud) >= ONSET else self.began - 1
        return self.interrupt()

    def _above(self, margin: tuple[float, float]) -> float:
        return self.noise_dbm0 + margin[0] + margin[1] * self._swing

    def _follow(self, level: float) -> None:
        """Follow the noise."""
        levels, smooths = self._levels, self._smooth
        levels.append(level)
        recent = levels[-SMOOTH:]
        smooth = sum(recent) / len(recent)
        smooths.append(smooth)
        if len(levels) > KEPT:
            del levels[0], smooths[0]
        if self.frame % BLOCK == 1 or not self._lows:
            self._lows = [*self._lows[1 - BLOCKS :], smooth]
        elif smooth < self._lows[-1]:
            self._lows[-1] = smooth
        lowest = min(self._lows)
        if not self.speaking and level <= lowest + MOST_SWING_DB:
            self._swing += (max(level - lowest, 0.0) - self._swing) * FOLLOW
        self.noise_dbm0 = lowest + self._swing

    def _is_steady(self) -> bool:
        """Whether what sounds is nothing but noise, which is then known."""
        smooths = self._smooth[-STEADY:]
        if len(smooths) < STEADY or max(smooths) - min(smooths) > STEADY_DB:
            return False
        self.noise_dbm0 = sum(smooths) / STEADY
        self._lows = [self.noise_dbm0 - self._swing]
        return True
