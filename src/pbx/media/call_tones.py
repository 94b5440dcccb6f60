"""What the tones of a call mean: special information, fax, beep, ringing, busy, congestion.

Frequencies and cadences are those of ITU-T E.180 and Q.35 (425 Hz, and North America's pairs), T.30 (fax) and, for the
kinds of special information tones, of North America's exchanges.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from pbx.media.tone_track import SURE, Tone
from pbx.media.voice import FRAME_MS


class ToneKind(StrEnum):
    """A meaning."""

    INTERCEPT = "sit_intercept"
    VACANT = "sit_vacant"
    REORDER = "sit_reorder"
    NO_CIRCUIT = "sit_no_circuit"
    SIT = "sit"
    """Three tones of E.180, of no kind that North America's exchanges would send."""
    CNG = "fax_cng"
    """A fax that calls (1100 Hz); after speech it may as well be a beep."""
    CED = "fax_ced"
    """A fax or modem that answers (2100 Hz)."""
    BEEP = "beep"
    """A single tone after speech: what answering machines end their greeting with."""
    RINGBACK = "ringback"
    BUSY = "busy"
    CONGESTION = "congestion"
    DIAL_TONE = "dial_tone"


SIT_HZ = (950.0, 1400.0, 1800.0)
SIT_WITHIN_HZ = 55.0
SIT_MS = (200, 460)
"""330 ms give or take 70, and the grain of our frames."""
SIT_GAP_MS = 100
"""Between its tones; 30 ms in E.180, and our grain."""
SIT_LONG_MS = 327
"""Between the short and the long tones of North America: 274 and 380 ms."""
SIT_PRECISE_HZ = 22.0
SIT_LOW_HZ, SIT_HIGH_HZ = (913.8, 1370.6), (985.2, 1428.5)
"""Of the first and the second tone."""

SIT_KINDS = {
    ("short low", "short low"): ToneKind.INTERCEPT,
    ("long high", "short low"): ToneKind.VACANT,
    ("short low", "long high"): ToneKind.REORDER,
    ("short high", "long low"): ToneKind.REORDER,
    ("long high", "long high"): ToneKind.NO_CIRCUIT,
    ("long low", "long low"): ToneKind.NO_CIRCUIT,
}
"""By length and frequency of the first and the second tone; the third is long and 1776.7 Hz."""

HOLE_HZ, HOLE_MS = 12.0, 60
"""So near in frequency and in time, two tones are one of which a packet was lost."""

CNG_HZ, CNG_WITHIN_HZ, CNG_MS = 1100.0, 38.0, (400, 600)
CED_HZ, CED_WITHIN_HZ, CED_MS = 2100.0, 25.0, 500
BEEP_HZ, BEEP_MS = (395.0, 2610.0), (100, 2040)
WORD_MS = 100
"""Speech of so much is a word, and a beep comes after one."""
ALONE_MS = 160
"""Silence that makes a tone a beep: special information tones follow each other faster, and are sure in 60 ms."""
VOICE_HZ, VOICE_MS = 520.0, 160
"""Below this frequency a vowel may hold its pitch as steadily as a beep, for not quite so long."""

BUSY_MS, CONGESTION_MS, RING_MS, DIAL_MS = (380, 640), (140, 360), (750, 2600), 3500
"""How long each sounds; what is busy or congestion is silent as long. A tone that lasts is the dial tone."""
CYCLES = 2
"""Tones in a cadence that make it sure."""


class Meaning(NamedTuple):
    """What was found."""

    kind: ToneKind
    tone: Tone
    """The tone; of several, from the first one's beginning to the last one's end, with the first one's frequency."""


class CallTones:
    """Gives the tones of one leg a meaning. Each is told once, and again when something else was heard between."""

    __slots__ = ("_beep", "_beeped", "_last", "_run", "_told", "_told_live")

    def __init__(self) -> None:
        self._run: list[Tone] = []
        """The last tones, as long as they may be parts of a whole."""
        self._told: ToneKind | None = None
        self._told_live: int | None = None
        """Where the present tone began, if it was told before its end."""
        self._last: Tone | None = None
        self._beeped = False  # the last one is long and steady enough for a beep, or a part of it is
        self._beep: Tone | None = None
        """What is a beep, unless it is the first tone of several."""

    def sounding(self, tone: Tone) -> Meaning | None:
        """What a tone that still sounds is for sure."""
        self._beep = None
        if self._told_live == tone.began:
            return None
        length = tone.frames * FRAME_MS
        if _is(tone, CED_HZ, CED_WITHIN_HZ) and length >= CED_MS:
            kind = ToneKind.CED
        elif _exchange(tone) and length >= DIAL_MS:
            kind = ToneKind.DIAL_TONE
        else:
            return None
        self._told_live = tone.began
        return self._tell(kind, tone)

    def ended(self, tone: Tone, spoken_ms: int) -> Meaning | None:
        """What a tone, now that it is over, is the end of. ``spoken_ms``: how much speech there was before it."""
        beep = _beep(tone)
        if self._last is not None and _goes_on(self._last, tone):
            beep = beep or self._beeped
            tone = self._last._replace(frames=tone.began + tone.frames - self._last.began)
            self._run.pop()
        self._last, self._beeped = tone, beep
        self._run = [*self._run[-2:], tone]
        if self._told_live == tone.began:
            return None
        length = tone.frames * FRAME_MS
        if (kind := _sit(self._run)) is not None:
            first = self._run[0]
            return self._tell(kind, first._replace(frames=tone.began + tone.frames - first.began))
        if (kind := _cadence(self._run)) is not None:
            return self._tell(kind, tone)
        if _is(tone, CNG_HZ, CNG_WITHIN_HZ) and CNG_MS[0] <= length <= CNG_MS[1]:
            return self._tell(ToneKind.CNG, tone)
        if spoken_ms >= WORD_MS and beep:
            self._beep = tone
        return None

    def silent(self, frame: int) -> Meaning | None:
        """No tone sounds in a frame: the last one is the beep that it seemed to be, if none has followed it."""
        beep = self._beep
        if beep is None:
            return None
        alone_ms = BUSY_MS[1] + SURE * FRAME_MS if "busy" in _exchange(beep) else ALONE_MS
        if (frame - beep.began - beep.frames) * FRAME_MS < alone_ms:
            return None
        self._beep = None
        return self._tell(ToneKind.BEEP, beep, again=True)

    def spoke(self) -> None:
        """Somebody spoke: what was told before may be told again."""
        self._told = None

    def _tell(self, kind: ToneKind, tone: Tone, *, again: bool = False) -> Meaning | None:
        told, self._told = self._told, kind
        return Meaning(kind, tone) if again or kind is not told else None


def _goes_on(tone: Tone, later: Tone) -> bool:
    """Whether two tones are one with a hole, as a lost packet makes."""
    same = abs(tone.hz - later.hz) <= HOLE_HZ and abs(tone.other_hz - later.other_hz) <= HOLE_HZ
    return same and (later.began - tone.began - tone.frames) * FRAME_MS <= HOLE_MS


def _sit(run: list[Tone]) -> ToneKind | None:
    if len(run) < 3:
        return None
    for tone, hz in zip(run, SIT_HZ, strict=True):
        if not _is(tone, hz, SIT_WITHIN_HZ) or not _within(tone.frames * FRAME_MS, SIT_MS):
            return None
    if any((later.began - tone.began - tone.frames) * FRAME_MS > SIT_GAP_MS for tone, later in pairwise(run)):
        return None
    shapes = tuple(_shape(tone, low, high) for tone, low, high in zip(run, SIT_LOW_HZ, SIT_HIGH_HZ, strict=False))
    return SIT_KINDS.get((shapes[0], shapes[1]), ToneKind.SIT)


def _beep(tone: Tone) -> bool:
    length = tone.frames * FRAME_MS
    if tone.other_hz or not tone.steady or (tone.hz < VOICE_HZ and length < VOICE_MS):
        return False
    return _within(tone.hz, BEEP_HZ) and _within(length, BEEP_MS)


def _shape(tone: Tone, low: float, high: float) -> str:
    pitch = next((name for name, hz in (("low", low), ("high", high)) if abs(tone.hz - hz) <= SIT_PRECISE_HZ), "other")
    return f"{'long' if tone.frames * FRAME_MS >= SIT_LONG_MS else 'short'} {pitch}"


def _cadence(run: list[Tone]) -> ToneKind | None:
    """What the last tones of an exchange are by their rhythm."""
    tone = run[-1]
    exchange = _exchange(tone)
    if not exchange:
        return None
    length = tone.frames * FRAME_MS
    if "ring" in exchange and _within(length, RING_MS):
        return ToneKind.RINGBACK
    before = run[-2] if len(run) >= CYCLES else None
    if before is None or _exchange(before) != exchange or "busy" not in exchange:
        return None
    pause = (tone.began - before.began - before.frames) * FRAME_MS
    for kind, span in ((ToneKind.BUSY, BUSY_MS), (ToneKind.CONGESTION, CONGESTION_MS)):
        if _within(length, span) and _within(before.frames * FRAME_MS, span) and _within(pause, span):
            return kind
    return None


def _exchange(tone: Tone) -> str:
    """What the frequencies of a tone may be used for: 425 Hz for all, North America's pairs for one or the other."""
    if tone.other_hz:
        if abs(tone.hz - 480) <= 12 and abs(tone.other_hz - 620) <= 12:
            return "busy"
        return "dial" if abs(tone.hz - 350) <= 12 and abs(tone.other_hz - 440) <= 12 else ""
    if abs(tone.hz - 425) <= 12:
        return "ring busy dial"
    return "ring" if 437 < tone.hz <= 475 and not tone.steady else ""  # 440 and 480 Hz, which beat


def _is(tone: Tone, hz: float, within: float) -> bool:
    return not tone.other_hz and abs(tone.hz - hz) <= within


def _within(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]
