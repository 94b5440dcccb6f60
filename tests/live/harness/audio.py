"""Tones to send, and ears to find them again."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]

RATE = 8000
"""Samples a second of everything here."""

_SHAPE = struct.Struct("<HI")
"""Channels and rate in the format chunk of a WAV file."""

TONE_WITHIN_HZ = 10.0
TONE_ABOVE_REST_DB = 20.0
# A Hann window spreads a tone over a few bins; what lies this near to the peak is the peak.
_LOBE_HZ = 25.0


def make_tone(path: Path, hz: float, seconds: float = 120.0) -> Path:
    """Write a sine as 16-bit mono WAV at 8 kHz.

    Sixteen bits are asked for by name: sox would write 32, which baresip's ``aufile`` refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = ["synth", f"{seconds:g}", "sine", f"{hz:g}", "gain", "-6"]
    subprocess.run(["sox", "-n", "-r", str(RATE), "-b", "16", "-c", "1", str(path), *sound], check=True)
    return path


def read_wav(path: Path) -> Samples:
    """The samples of a 16-bit WAV at RATE, full scale being 1; also of one whose header is not final yet.

    Of a higher rate, or of two channels, every so many samples are taken: a tone is the same tone then.
    """
    content = path.read_bytes()
    start = content.find(b"data") + 8
    whole = (len(content) - start) // 2 * 2
    if start < 8 or whole <= 0:
        return np.zeros(0)
    channels, rate = _SHAPE.unpack_from(content, content.find(b"fmt ") + 10)
    samples = np.frombuffer(content[start : start + whole], dtype="<i2") / 32768.0
    return samples[:: channels * rate // RATE]


def from_ulaw(payload: bytes) -> Samples:
    """G.711 mu-law to samples (ITU-T G.711, table 2a), full scale being 1."""
    code = ~np.frombuffer(payload, dtype=np.uint8)
    exponent = (code >> 4) & 7
    magnitude = ((((code & 0x0F).astype(np.int32) << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude) / 32768.0


def to_ulaw(samples: Samples) -> bytes:
    """Samples to G.711 mu-law (ITU-T G.711, table 2a)."""
    linear = np.clip(samples * 32768.0, -32635, 32635).astype(np.int32)
    biased = np.abs(linear) + 0x84
    exponent = np.floor(np.log2(biased)).astype(np.int32) - 7
    mantissa = (biased >> (exponent + 3)) & 0x0F
    sign = np.where(linear < 0, 0x80, 0)
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))


def sine(hz: float, seconds: float, level: float = 0.5) -> Samples:
    """A sine of ``seconds`` length."""
    return level * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE)) / RATE)


def assert_tone(samples: Samples, hz: float) -> None:
    """The spectrum's peak lies within 10 Hz of ``hz`` and 20 dB above everything else."""
    assert len(samples) >= RATE // 4, f"only {len(samples) / RATE:.2f} s of audio to listen to"
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    spectrum[0] = 0.0
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    peak = float(frequencies[int(spectrum.argmax())])
    rest = spectrum[np.abs(frequencies - peak) > _LOBE_HZ].max()
    above_db = 10 * np.log10(max(spectrum.max(), 1e-12) / max(rest, 1e-12))
    assert spectrum.max() > 1e-6, f"silence where {hz:g} Hz was expected"
    assert abs(peak - hz) <= TONE_WITHIN_HZ, f"heard {peak:.0f} Hz ({above_db:.0f} dB above the rest), not {hz:g} Hz"
    assert above_db >= TONE_ABOVE_REST_DB, f"{hz:g} Hz is only {above_db:.0f} dB above the rest"


def loudness(samples: Samples) -> float:
    """Root mean square; 0 for nothing at all."""
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
