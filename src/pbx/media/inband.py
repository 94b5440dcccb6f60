"""Digits heard in the audio itself, as tones of the keypad, within the limits of ITU-T Q.24.

Each 5 ms a window of 26 ms is looked at. One matrix product gives, for each of the eight tones, its part of the
window and how far beside the tone's own frequency that part lies: a window weighted by time is to the window itself
as the deviation is to one. A window holds a key where one tone of each group stands alone in it: what remains, which
in speech is never little for long, is what keeps talk from being taken for keys.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from pbx.media.g711 import Samples
from pbx.media.keypad import HIGH_HZ, KEYS, LOW_HZ
from pbx.media.level import power
from pbx.media.tone import RATE

HOP = 40
"""Samples from one window to the next: 5 ms."""

WINDOW = 208
"""Samples of a window: 26 ms."""

HOP_MS = HOP * 1000 // RATE

DEVIATION = 0.025
"""How far from its frequency a tone may lie: 1.5 % has to be accepted and 3.5 % to be refused (Q.24 annex A)."""

WEAKEST_DBM0 = -30.0
"""Of a single tone; the weakest that Q.24's administrations ask to be accepted is -29 dBm."""

FORWARD_TWIST_DB, REVERSE_TWIST_DB = 5.5, 9.5
"""By how much the high tone may be louder, and the low one: 4 and 8 dB have to be accepted, with a margin for noise."""

SHARE = 0.86
"""What part of a window's power its two tones hold at least: white noise 12 dB below them leaves them 0.94."""

ENOUGH = 5
"""Windows in a row that make a key: tones of 40 ms have that many, those of 23 ms do not."""

GAP = 7
"""Windows without the key that end it: a pause of 40 ms has them, an interruption of 10 ms does not."""

FADED = 0.25
"""The power, as a part of the key's own, below which a window no longer belongs to it: half of it is silent."""


class Heard(Struct, frozen=True):
    """A key that is held down, or was let go."""

    digit: str
    duration_ms: int
    """How long it has sounded so far."""
    ended: bool


class _Bank:
    """What a window is multiplied with: for each tone its cosine and sine, then the same weighted by time."""

    def __init__(self) -> None:
        at = np.arange(WINDOW) - (WINDOW - 1) / 2
        window = np.hanning(WINDOW + 2)[1:-1]
        omega = 2 * np.pi * np.array(LOW_HZ + HIGH_HZ) / RATE
        waves = np.exp(-1j * np.outer(at, omega)) * window[:, None]
        timed = waves * at[:, None]
        self.matrix = np.hstack([waves.real, waves.imag, timed.real, timed.imag]).astype(np.float32)
        self.weights = (window**2).astype(np.float32)
        # Of a tone that lies beside the bank's: what the ratio of the two sums is, and what of its power is seen.
        beside = np.linspace(0.0, DEVIATION * omega.max(), 400)
        plain = np.cos(np.outer(beside, at)) @ window
        ratios = np.sin(np.outer(beside, at)) @ (window * at) / plain
        self.steps = 10.0
        """Entries of ``seen`` for a ratio of one sample."""
        places = np.arange(int(ratios[-1] * self.steps) + 2) / self.steps
        self.seen: list[float] = np.interp(places, ratios, (plain / plain[0]) ** 2).tolist()
        self.widest: list[float] = (np.interp(DEVIATION * omega, beside, ratios) * self.steps).tolist()
        self.faintest = min(self.seen)
        self.scale = float(2 / window.sum() ** 2)  # from a squared sum to a mean square
        self.total = float(1 / (window**2).sum())


BANK = _Bank()

_WEAKEST = power(WEAKEST_DBM0)
_FORWARD, _REVERSE = 10 ** (FORWARD_TWIST_DB / 10), 10 ** (REVERSE_TWIST_DB / 10)
_WITHIN = np.arange(WINDOW)
_FAINT = sqrt(2 * power(WEAKEST_DBM0))


def keys_in(windows: npt.NDArray[np.float32]) -> list[tuple[str, float]]:
    """The key in each of some windows (rows of ``WINDOW`` samples) and its mean square; '' and 0 for none."""
    sums = windows @ BANK.matrix
    totals = (windows * windows) @ BANK.weights
    return [_key(row, total) for row, total in zip(sums.tolist(), totals.tolist(), strict=True)]


def _key(sums: list[float], total: float) -> tuple[str, float]:
    """The key in one window: few numbers, and seldom looked at to the end, so they are not numpy's any more."""
    squared = [real * real + imag * imag for real, imag in zip(sums[:8], sums[8:16], strict=True)]
    low, high = squared.index(max(squared[:4])), squared.index(max(squared[4:]), 4)
    least = SHARE * total * BANK.total
    if (squared[low] + squared[high]) * BANK.scale < least * BANK.faintest:
        return "", 0.0
    low_power, high_power = _tone(low, sums, squared[low]), _tone(high, sums, squared[high])
    if (
        min(low_power, high_power) < _WEAKEST
        or high_power > low_power * _FORWARD
        or low_power > high_power * _REVERSE
        or low_power + high_power < least
    ):
        return "", 0.0
    return KEYS[4 * low + high - 4], low_power + high_power


def _tone(tone: int, sums: list[float], squared: float) -> float:
    """The mean square of a tone that may lie beside its frequency; 0 where it lies too far."""
    # The imaginary part of the time-weighted sum over the plain one; its sign would be the side of the deviation.
    real, imag, timed_real, timed_imag = sums[tone], sums[tone + 8], sums[tone + 16], sums[tone + 24]
    ratio = abs(timed_imag * real - timed_real * imag)
    place = ratio * BANK.steps / squared if squared else BANK.steps
    if place > BANK.widest[tone]:
        return 0.0
    return squared * BANK.scale / BANK.seen[int(place)]


class InbandReader:
    """Hears the audio of one leg, 16-bit at 8000 Hz, in pieces of any length."""

    __slots__ = ("_digit", "_gap", "_hits", "_kept", "_power", "_told")

    def __init__(self) -> None:
        self._kept = np.zeros(WINDOW - HOP, np.int16)
        self._digit = ""
        self._hits = 0
        self._gap = 0
        self._power = 0.0
        self._told = False

    @property
    def suspects(self) -> bool:
        """Whether the last window held a key, be it one that is not sure yet."""
        return bool(self._digit) and self._gap == 0

    @property
    def holds(self) -> bool:
        """Whether a key is down for sure."""
        return self._told

    def take(self, samples: Samples) -> tuple[Heard, ...]:
        """What the next samples tell: keys that are down for sure now, and keys that were let go."""
        audio = np.concatenate((self._kept, samples))
        count = (len(audio) - WINDOW) // HOP + 1
        self._kept = audio[max(count, 0) * HOP :]
        if count < 1:
            return ()
        heard: list[Heard] = []
        if not self._digit and _quiet(audio):
            return ()
        starts = np.arange(count)[:, None] * HOP
        for key, strength in keys_in(audio[starts + _WITHIN].astype(np.float32)):
            self._window(key, strength, heard)
        return tuple(heard)

    def end(self) -> tuple[Heard, ...]:
        """The audio stops here: a key that is down was let go."""
        heard: list[Heard] = []
        self._end(heard)
        self._kept = np.zeros(WINDOW - HOP, np.int16)
        return tuple(heard)

    def _window(self, key: str, strength: float, heard: list[Heard]) -> None:
        if self._digit and (key != self._digit or strength < FADED * self._power):
            self._gap += 1
            # A key that is not sure has no gaps; neither has one after which another is sure.
            if self._told and self._gap < GAP:
                return
            self._end(heard)
        if not key:
            return
        if not self._digit:
            self._digit, self._hits, self._power = key, 0, strength
        self._hits += 1 + self._gap
        self._gap = 0
        self._power = max(self._power, strength)
        if not self._told and self._hits >= ENOUGH:
            self._told = True
            heard.append(Heard(self._digit, self._hits * HOP_MS, False))

    def _end(self, heard: list[Heard]) -> None:
        if self._told:
            heard.append(Heard(self._digit, self._hits * HOP_MS, True))
        self._digit, self._hits, self._gap, self._power, self._told = "", 0, 0, 0.0, False


def _quiet(audio: Samples) -> bool:
    """Whether no sample is as loud as the weakest key's peaks are."""
    return bool(max(int(audio.max()), -int(audio.min())) < _FAINT)
