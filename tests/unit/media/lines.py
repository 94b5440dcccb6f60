"""What is heard on telephone lines, for tests: tones, silence, noise; and an ear that hears it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pbx.media import g711
from pbx.media.ears import Ear, SoundChange
from pbx.media.g711 import FRAME, PCMA, Samples
from pbx.media.level import amplitude, power
from pbx.media.spectrum import SPAN, Spectrum
from pbx.media.tone import RATE

Audio = npt.NDArray[np.float64]


def tone(ms: float, *hz: float, dbm0: float = -15.0) -> Audio:
    """Tones that sound together; none is silence."""
    at = 2 * np.pi * np.arange(round(ms * RATE / 1000)) / RATE
    return sum((amplitude(dbm0) * np.sin(each * at + place) for place, each in enumerate(hz)), np.zeros(len(at)))


def silence(ms: float) -> Audio:
    return tone(ms)


def line(*parts: npt.ArrayLike, noise_dbm0: float = -65.0) -> Samples:
    """What comes out of an A-law line with some noise."""
    audio = np.concatenate([np.asarray(part, np.float64) for part in parts])
    audio += np.random.default_rng(7).normal(0, power(noise_dbm0) ** 0.5, len(audio))
    return g711.decode(g711.encode(np.clip(np.rint(audio), -32768, 32767).astype(np.int16), PCMA), PCMA)


def listen(samples: Samples) -> tuple[list[SoundChange], Ear]:
    """What an ear hears of it, and the ear."""
    whole = np.concatenate((np.zeros(SPAN - FRAME, np.int16), samples))
    spans = np.stack([whole[at : at + SPAN] for at in range(0, len(whole) - SPAN + 1, FRAME)])
    ear = Ear()
    return [sound for look in Spectrum().look(spans) for sound in ear.take(look)], ear
