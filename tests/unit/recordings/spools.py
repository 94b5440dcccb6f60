"""Spools for tests: a tone on each side."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from pbx.media import g711, tone
from pbx.media.g711 import PCMA, Samples
from pbx.plane.spool import create_spool

LEFT_HZ, RIGHT_HZ = 440.0, 1000.0


def write_spool(path: Path, seconds: float = 1.0, *, note: bytes = b"", key: bytes | None = None) -> None:
    both = bytearray(2 * round(8000 * seconds))
    both[0::2] = g711.encode(tone.sine(LEFT_HZ, seconds), PCMA)
    both[1::2] = g711.encode(tone.sine(RIGHT_HZ, seconds), PCMA)
    spool = create_spool(str(path), PCMA, note, key)
    for at in range(0, len(both), 8000):
        spool.write(both[at : at + 8000])
    spool.close()


def decoded(path: Path) -> tuple[Samples, Samples, int]:
    """Left, right and the sample rate of any audio file."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("s16", "stereo")
        parts = [piece.to_ndarray()[0] for frame in container.decode(stream) for piece in resampler.resample(frame)]
        rate = stream.rate or 0
    both = np.concatenate(parts)
    return both[0::2], both[1::2], rate


def holds_both(path: Path) -> bool:
    """Whether each channel holds its own tone, and that alone."""
    left, right, rate = decoded(path)
    return tone.holds_tone(left, LEFT_HZ, rate=rate) and tone.holds_tone(right, RIGHT_HZ, rate=rate)
