"""What is in 20 ms of each of several legs' audio: how loud it is, and which tones stand out. One pass for all legs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pbx.media.g711 import FRAME, Samples
from pbx.media.level import FULL_SCALE, LOAD_DBM0, SILENCE_DBM0
from pbx.media.tone import RATE

SPAN = 256
"""Samples that a look takes in: the 20 ms, and 12 ms before them."""

_BIN_HZ = RATE / SPAN

_LOWEST, _HIGHEST = 6, 118
"""The bins in which tones are looked for: 190 to 3690 Hz."""

_VOICE = slice(10, 110)
"""The bins of a voice on the telephone: 310 to 3410 Hz."""

_SKIRT = 2
"""Bins on either side of a peak that are its own: Hann's window spreads a tone so far."""

_OFFSETS = np.arange(-_SKIRT, _SKIRT + 1)


class Look(NamedTuple):
    """What was seen."""

    dbm0: float
    """The level of the 20 ms."""
    hz: float
    """The strongest tone's frequency."""
    share: float
    """Its part of the power, 0 to 1: near 1 for a tone by itself."""
    other_hz: float
    """The next strongest, beside it."""
    both: float
    """The part of the power that the two have together."""
    voice_dbm0: float = SILENCE_DBM0
    """The level of what lies between 300 and 3400 Hz, which hum and rumble do not: in 32 ms, the newest last."""


class Spectrum:
    """Looks at the audio of legs."""

    def __init__(self) -> None:
        self._window = np.hanning(SPAN + 1)[:-1].astype(np.float32)
        self._mean_square = 2 / (SPAN * float((self._window**2).sum()))

    def look(self, spans: Samples) -> list[Look]:
        """One look a row; ``spans`` is ``(legs, SPAN)``, 16-bit at 8000 Hz, the newest 20 ms last."""
        wide = spans.astype(np.float32)
        recent = wide[:, SPAN - FRAME :]
        levels = _dbm0(np.einsum("ij,ij->i", recent, recent) / FRAME)
        power = np.abs(np.fft.rfft(wide * self._window, axis=1)) ** 2
        power[:, 0] = 0.0  # an offset is no sound
        voices = _dbm0(power[:, _VOICE].sum(axis=1) * self._mean_square)
        total = np.maximum(power.sum(axis=1), 1e-9)
        hz, strength = _take_peak(power)
        other_hz, other = _take_peak(power)
        share = strength / total
        both = share + other / total
        columns = levels, hz, share, other_hz, both, voices
        return list(map(Look, *(column.tolist() for column in columns)))


def _dbm0(power: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """The levels of mean squares of 16-bit samples."""
    levels = 10 * np.log10(np.maximum(power, 1e-9)) + (LOAD_DBM0 - 10 * np.log10(FULL_SCALE**2 / 2))
    return np.asarray(np.maximum(levels, SILENCE_DBM0))


def _take_peak(power: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """The strongest tone of each row, its frequency and its power, which is taken out of the row."""
    rows = np.arange(len(power))
    best = power[:, _LOWEST:_HIGHEST].argmax(axis=1) + _LOWEST
    # Hann's window: a tone that lies d bins from the higher of two towards the lower has 1 + d and 2 - d parts there.
    below, middle, above = np.sqrt(power[rows, best - 1]), np.sqrt(power[rows, best]), np.sqrt(power[rows, best + 1])
    side = np.where(above >= below, 1, -1)
    ratio = np.maximum(above, below) / np.maximum(middle, 1e-6)
    beside = (2 * ratio - 1) / (1 + ratio)
    skirt = best[:, None] + _OFFSETS
    own = power[rows[:, None], skirt].sum(axis=1)
    power[rows[:, None], skirt] = 0.0
    return (best + side * np.clip(beside, 0.0, 1.0)) * _BIN_HZ, own
