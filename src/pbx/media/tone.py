"""Pure tones: made by the sine, found by the spectrum. Samples are 16-bit mono at 8000 Hz."""

from __future__ import annotations

import numpy as np

from pbx.media.g711 import Samples

RATE = 8000
FULL_SCALE = 32767

TOLERANCE_HZ = 10.0
"""How far from the wanted frequency a tone's peak may lie."""
CLEARANCE_DB = 20.0
"""How far above everything else a tone stands."""

_SKIRT_HZ = 40.0
"""Half the width of a peak: the window spreads a tone over its neighbours, and they are not the rest."""


def sine(hz: float, duration_s: float, *, level_db: float = -10.0, rate: int = RATE) -> Samples:
    """A tone; ``level_db`` is its peak in dB below full scale (0 is the loudest)."""
    at = np.arange(round(duration_s * rate)) / rate
    return np.rint(FULL_SCALE * 10 ** (level_db / 20) * np.sin(2 * np.pi * hz * at)).astype(np.int16)


def level_db(samples: Samples, hz: float, *, rate: int = RATE) -> float:
    """The peak level of one frequency's part of the audio, in dB below full scale (Goertzel's bin, windowed).

    A sine of ``sine(hz, ..., level_db=x)`` measures x; silence measures below -120.
    """
    window = np.hanning(len(samples))
    turn = np.exp(-2j * np.pi * hz / rate * np.arange(len(samples)))
    amplitude = 2 * abs(np.dot(samples * window, turn)) / max(window.sum(), 1.0)
    return float(20 * np.log10(max(amplitude / FULL_SCALE, 1e-7)))


def peak(samples: Samples, *, rate: int = RATE) -> tuple[float, float]:
    """The strongest frequency in Hz, and by how many dB it stands above the strongest one elsewhere.

    Needs some 0.1 s of audio to tell neighbours apart. Silence has its peak at 0 Hz with no clearance.
    """
    if len(samples) < 2 or not samples.any():
        return 0.0, 0.0
    size = max(8 * len(samples), rate)  # zero padding: bins a fraction of a hertz to a hertz apart
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), size)) ** 2
    hz = np.arange(len(power)) * rate / size
    best = int(np.argmax(power))
    rest = power[np.abs(hz - hz[best]) > _SKIRT_HZ]
    return float(hz[best]), float(10 * np.log10(power[best] / max(rest.max(), 1e-9)))


def holds_tone(samples: Samples, hz: float, *, rate: int = RATE) -> bool:
    """Whether a recording holds a tone: its spectrum's peak lies within 10 Hz of it, and 20 dB above the rest."""
    found, clearance = peak(samples, rate=rate)
    return abs(found - hz) <= TOLERANCE_HZ and clearance >= CLEARANCE_DB
