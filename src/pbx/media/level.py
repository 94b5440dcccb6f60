"""Levels of audio in dBm0: power relative to a milliwatt at the zero level point, as ITU-T G.711 scales it."""

from __future__ import annotations

from math import log10, sqrt

import numpy as np

from pbx.media.g711 import Samples

LOAD_DBM0 = 3.14
"""The level of the loudest sine that fits (G.711 table 5; mu-law's is 0.03 dB more)."""

FULL_SCALE = 32767.0

SILENCE_DBM0 = -90.0
"""What digital silence is said to have; nothing measures less."""


def dbm0(power: float) -> float:
    """The level of a mean square of 16-bit samples."""
    full = FULL_SCALE * FULL_SCALE / 2
    return max(SILENCE_DBM0, LOAD_DBM0 + 10 * log10(max(power, 1e-9) / full))


def level_of(samples: Samples) -> float:
    """The level of some audio."""
    wide = samples.astype(np.float64)
    return dbm0(float(np.dot(wide, wide)) / max(len(samples), 1))


def amplitude(level_dbm0: float) -> float:
    """The peak of a sine of this level, in units of 16-bit samples."""
    return FULL_SCALE * 10 ** ((level_dbm0 - LOAD_DBM0) / 20)


def power(level_dbm0: float) -> float:
    """The mean square of 16-bit samples of this level."""
    return (amplitude(level_dbm0) / sqrt(2)) ** 2
