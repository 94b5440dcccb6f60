"""What listening costs, and what is heard in speech that is not there: ``python benchmarks/ears.py [--legs 100]``.

Cost: microseconds of CPU a 20 ms frame and leg, for keys in the audio (``media.inband``: leg by leg, in speech and in
silence) and for ears (``media.ears``: all legs of a worker in one pass), and how many legs a core has time for.

Talk-off: keys, and tones of machines, that are heard in hours of ``espeak-ng``'s voices over an A-law line; without
that program the costs alone. With ``--quick`` a tenth of the voices.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pbx.media.ears import Ear
from pbx.media.g711 import FRAME, Samples
from pbx.media.inband import InbandReader
from pbx.media.spectrum import SPAN, Spectrum
from pbx.media.tone import RATE

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.unit.media.talkers import MANNERS, TEXTS, VARIANTS, talk, vowels

FRAME_US = 20_000
ROUNDS = 3


def framed(samples: Samples) -> npt.NDArray[np.int16]:
    """One frame of 20 ms a row."""
    return samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)


def spans(samples: Samples) -> npt.NDArray[np.int16]:
    """What ears look at, one look a row."""
    whole = np.concatenate((np.zeros(SPAN - FRAME, np.int16), samples))
    return np.lib.stride_tricks.sliding_window_view(whole, SPAN)[::FRAME]


def cost_of_keys(samples: Samples) -> float:
    """CPU microseconds a frame."""
    frames, best = framed(samples), np.inf
    for _ in range(ROUNDS):
        reader, began = InbandReader(), time.process_time()
        for frame in frames:
            reader.take(frame)
        best = min(best, (time.process_time() - began) / len(frames) * 1e6)
    return best


def cost_of_ears(samples: Samples, legs: int) -> float:
    """CPU microseconds a frame and leg, where so many are listened to at once."""
    looks, spectrum, best = spans(samples), Spectrum(), np.inf
    turns = max(20, 2000 // legs)
    for _ in range(ROUNDS):
        ears = [Ear() for _ in range(legs)]
        began = time.process_time()
        for turn in range(turns):
            rows = looks[(turn + np.arange(legs) * 7) % len(looks)]
            for ear, look in zip(ears, spectrum.look(rows), strict=True):
                ear.take(look)
        best = min(best, (time.process_time() - began) / turns / legs * 1e6)
    return best


def talk_off(quick: bool) -> None:
    """Count what is heard that is not there."""
    seconds, keys, machines, spurts = 0.0, 0, 0, 0
    variants, manners = (VARIANTS[::4], MANNERS[1:2]) if quick else (VARIANTS, MANNERS)
    for speech in talk(variants=variants, manners=manners):
        reader, ear = InbandReader(), Ear()
        seconds += len(speech) / RATE
        keys += sum(heard.ended for frame in framed(speech) for heard in reader.take(frame))
        for look in Spectrum().look(spans(speech)):
            for sound in ear.take(look):
                spoken = sound.kind.startswith("speech")
                spurts += spoken
                machines += not spoken and not sound.kind.startswith("tone")
    print(f"{seconds / 60:.0f} minutes of speech in {len(TEXTS)} languages: {keys} keys and {machines} tones heard,")
    print(f"none of which is there; {spurts // 2} stretches of speech")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--legs", type=int, default=100, help="legs that are listened to at once")
    parser.add_argument("--quick", action="store_true", help="less speech")
    asked = parser.parse_args()
    speech, silence = vowels(120), np.zeros(30 * RATE, np.int16)
    figures = {
        "keys, in speech": cost_of_keys(speech),
        "keys, in silence": cost_of_keys(silence),
        "ears, one leg": cost_of_ears(speech, 1),
        f"ears, {asked.legs} legs": cost_of_ears(speech, asked.legs),
    }
    for name, cost in figures.items():
        print(f"{name:<18} {cost:6.1f} us a frame and leg: {FRAME_US / cost:6.0f} legs a core")
    if shutil.which("espeak-ng") is not None:
        talk_off(asked.quick)


if __name__ == "__main__":
    main()
