"""Making speech fit for the telephone: its rate and its level. Samples are 16-bit mono."""

from __future__ import annotations

from math import gcd

import numpy as np

from pbx.media.g711 import Samples
from pbx.media.tone import FULL_SCALE

PASS_HZ, STOP_HZ = 3500.0, 4000.0
"""What lies between fades out; half the telephone's rate has to be silent (Nyquist)."""

VOICE_DB = -20.0
"""The root mean square of the voiced parts, below full scale: what people on the telephone are like."""
PEAK_DB = -3.0
"""No sample is louder than this."""

_FRAME = 160


def resample(samples: Samples, rate: int, wanted: int = 8000) -> Samples:
    """The same sound at another rate, by its spectrum; for sounds of a minute or so, which are held whole.

    Raises ValueError for a rate that is not positive.
    """
    if rate <= 0 or wanted <= 0:
        raise ValueError(f"cannot go from {rate} to {wanted} samples a second")
    if rate == wanted or not len(samples):
        return samples
    common = gcd(rate, wanted)
    pieces = 1
    while pieces * rate // common < len(samples):
        pieces *= 2
    size, wanted_size = pieces * rate // common, pieces * wanted // common
    spectrum = np.fft.rfft(samples, size)[: wanted_size // 2 + 1]
    hz = np.arange(len(spectrum)) * rate / size
    spectrum *= np.clip((STOP_HZ - hz) / (STOP_HZ - PASS_HZ), 0.0, 1.0)
    audio = np.fft.irfft(spectrum, wanted_size) * (wanted_size / size)
    return _pcm(audio[: round(len(samples) * wanted / rate)])


def level(samples: Samples) -> Samples:
    """The same sound with its voiced parts at the usual level, or as near to it as its peaks allow."""
    audio = samples.astype(np.float64) / FULL_SCALE
    frames = audio[: len(audio) // _FRAME * _FRAME].reshape(-1, _FRAME)
    power = (frames**2).mean(axis=1)
    if not power.any():
        return samples
    voiced = np.sqrt(power[power > power.max() / 100].mean())
    gain = min(_ratio(VOICE_DB) / voiced, _ratio(PEAK_DB) / np.abs(audio).max())
    return _pcm(audio * gain * FULL_SCALE)


def _ratio(db: float) -> float:
    return float(10 ** (db / 20))


def _pcm(audio: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Samples:
    return np.asarray(np.clip(np.rint(audio), -FULL_SCALE - 1, FULL_SCALE), np.int16)
