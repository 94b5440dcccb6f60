"""A clip: named audio, ready to be sent, as frames of 20 ms in both laws of G.711."""

from __future__ import annotations

import io
import wave

import numpy as np
from msgspec import Struct

from pbx.media.g711 import PCMA, PCMU, SILENCE, Samples, encode
from pbx.media.stream import FRAME

RATE = 8000


class ClipError(ValueError):
    """A clip's file cannot be used; the text names it, and says what was expected."""


class Clip(Struct, frozen=True):
    """The frames of a clip, 160 octets each; the last one is filled up with silence."""

    name: str
    pcmu: tuple[bytes, ...]
    pcma: tuple[bytes, ...]

    def frames(self, payload_type: int) -> tuple[bytes, ...]:
        """The frames in the law of a payload type (0 or 8)."""
        return self.pcma if payload_type == PCMA else self.pcmu

    @property
    def duration_s(self) -> float:
        return len(self.pcmu) * FRAME / RATE


def from_samples(name: str, samples: Samples) -> Clip:
    """A clip of 16-bit samples at 8000 Hz. Raises ClipError when there are none."""
    if not len(samples):
        raise ClipError(f"clip {name}: it holds no audio")
    return Clip(name, _frames(samples, PCMU), _frames(samples, PCMA))


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


def _frames(samples: Samples, law: int) -> tuple[bytes, ...]:
    audio = encode(samples, law)
    audio += SILENCE[law] * (-len(audio) % FRAME)
    return tuple(audio[at : at + FRAME] for at in range(0, len(audio), FRAME))
