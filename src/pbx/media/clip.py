"""A clip: named audio, sent as frames of 20 ms."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence

import numpy as np

from pbx.media.g711 import FRAME, PCMA, PCMU, Samples, encode

RATE = 8000
FRAMES_A_SECOND = RATE // FRAME


class ClipError(ValueError):
    """A clip's file cannot be used; the text names it, and says what was expected."""


class Clip:
    """Frames of 160 samples; the last one is filled up with silence.

    A second of it is encoded when it is first heard, and kept for all who hear it later: to make ready ten minutes at
    once would hold up everybody's audio for the time of several packets.
    """

    __slots__ = ("_encoded", "_samples", "name", "seconds")

    def __init__(self, name: str, samples: Samples) -> None:
        self.name = name
        self._samples = np.concatenate([samples, np.zeros(-len(samples) % FRAME, np.int16)])
        self.seconds = -(-len(self._samples) // RATE)
        """How many it has, the last one not always whole."""
        self._encoded: dict[int, list[tuple[bytes, ...]]] = {law: [()] * self.seconds for law in (PCMU, PCMA)}
        """The frames of each second by law; none where nobody has heard it yet."""

    @property
    def duration_s(self) -> float:
        return len(self._samples) / RATE

    def second(self, number: int, law: int | None) -> Sequence[bytes | Samples]:
        """The frames of a second in a law of G.711 (PCMU or PCMA); as samples where there is none."""
        if law is None:
            return tuple(self._samples[number * RATE : (number + 1) * RATE].reshape(-1, FRAME))
        frames = self._encoded[law][number]
        if not frames:
            audio = encode(self._samples[number * RATE : (number + 1) * RATE], law)
            frames = tuple(audio[at : at + FRAME] for at in range(0, len(audio), FRAME))
            self._encoded[law][number] = frames
        return frames

    def frames(self, law: int) -> tuple[bytes, ...]:
        """All of it in a law."""
        return tuple(bytes(frame) for number in range(self.seconds) for frame in self.second(number, law))


def from_samples(name: str, samples: Samples) -> Clip:
    """A clip of 16-bit samples at 8000 Hz. Raises ClipError when there are none."""
    if not len(samples):
        raise ClipError(f"clip {name}: it holds no audio")
    return Clip(name, samples)


def from_wav(name: str, data: bytes) -> Clip:
    """A clip of a WAV file's content: 8000 Hz, mono, 16-bit PCM. Raises ClipError."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            shape = (file.getframerate(), file.getnchannels(), 8 * file.getsampwidth())
            audio = file.readframes(file.getnframes())
    except (wave.Error, EOFError, ValueError) as error:
        raise ClipError(f"clip {name}: not a PCM WAV file ({error or 'it is cut short'})") from None
    if shape != (RATE, 1, 16):
        rate, channels, bits = shape
        raise ClipError(f"clip {name}: {rate} Hz, {channels} channels, {bits} bits; expected {RATE} Hz, mono, 16 bits")
    return from_samples(name, np.frombuffer(audio[: len(audio) & ~1], "<i2").astype(np.int16))


def to_wav(samples: Samples) -> bytes:
    """The content of a WAV file: 8000 Hz, mono, 16-bit PCM."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return out.getvalue()
