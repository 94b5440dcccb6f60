"""The keypad's tones: two at a time, one of each group (ITU-T Q.23)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pbx.media.dtmf import code_of
from pbx.media.g711 import Samples
from pbx.media.level import amplitude
from pbx.media.tone import RATE

LOW_HZ = (697, 770, 852, 941)
HIGH_HZ = (1209, 1336, 1477, 1633)

KEYS = "123A456B789C*0#D"
"""Row by row: the key at ``4 * row + column`` has the tones ``LOW_HZ[row]`` and ``HIGH_HZ[column]``."""

LOW_DBM0, HIGH_DBM0 = -9.0, -7.0
"""Levels of the two tones: the higher is sent somewhat louder, as lines weaken it more."""

FRAME = 160
"""Samples of 20 ms."""


@lru_cache(maxsize=len(KEYS))
def _second(digit: str) -> Samples:
    """A second of a key: whole periods of either tone, so that one second follows another without a click."""
    code_of(digit)
    row, column = divmod(KEYS.index(digit.upper()), 4)
    at = 2 * np.pi * np.arange(RATE) / RATE
    low, high = amplitude(LOW_DBM0) * np.sin(LOW_HZ[row] * at), amplitude(HIGH_DBM0) * np.sin(HIGH_HZ[column] * at)
    tones = np.rint(low + high).astype(np.int16)
    tones.flags.writeable = False
    return tones


def tone_frame(digit: str, number: int) -> Samples:
    """The 20 ms of a key that begin at ``number`` times 20 ms, 16-bit at 8000 Hz. Raises DtmfError for no digit."""
    begin = number % (RATE // FRAME) * FRAME
    return _second(digit)[begin : begin + FRAME]


def tones(digit: str, duration_ms: int) -> Samples:
    """A key pressed for so long. Raises DtmfError for no digit."""
    return np.resize(_second(digit), duration_ms * RATE // 1000)
