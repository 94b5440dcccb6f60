"""Whether somebody speaks, 20 ms after 20 ms: by level above the line's own noise, with what is a tone left out.

SILENT --a few sounding frames--> SPEAKING --silence for longer than a pause in a word--> SILENT
"""

from __future__ import annotations

from typing import NamedTuple

from pbx.media.level import SILENCE_DBM0

FRAME_MS = 20

ABOVE_NOISE_DB = 9.0
"""How far above the noise a voice is at least."""

QUIETEST_DBM0 = -48.0
"""And how loud at least; the quietest speakers of a network are near -35."""

FLOOR_DBM0, CEILING_DBM0 = -70.0, -33.0
"""Between these the noise is looked for."""

START_DBM0 = -47.0
"""What the noise is taken for before anything was heard: somewhat loud, so that it is not taken for speech."""

FALL, RISE_DB = 0.3, 0.03
"""The noise is followed down by this part of the way a frame, and up by this much: 1.5 dB a second."""

ONSET, OF = 4, 5
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

    __slots__ = ("_heard", "_last", "_recent", "_sum", "began", "frame", "noise_dbm0", "speaking")

    def __init__(self) -> None:
        self.frame = 0
        """Frames taken so far."""
        self.speaking = False
        self.began = 0
        """The frame with which the present, or the last, speech began."""
        self.noise_dbm0 = START_DBM0
        """The level of what is heard when nobody speaks."""
        self._recent: list[float] = []  # levels of the last frames, SILENCE_DBM0 where they did not sound
        self._last = 0
        self._sum = 0.0
        self._heard = 0

    def take(self, dbm0: float, tonal: bool) -> Spurt | None:
        """The next frame: its level, and whether it is a tone rather than a voice."""
        frame, self.frame = self.frame, self.frame + 1
        sounds = not tonal and dbm0 >= max(self.noise_dbm0 + ABOVE_NOISE_DB, QUIETEST_DBM0)
        if not tonal:
            self._follow(dbm0)
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

    def _follow(self, dbm0: float) -> None:
        level = min(max(dbm0, FLOOR_DBM0), CEILING_DBM0)
        if level < self.noise_dbm0:
            self.noise_dbm0 += (level - self.noise_dbm0) * FALL
        else:
            self.noise_dbm0 = min(self.noise_dbm0 + RISE_DB, level)
