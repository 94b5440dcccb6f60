"""What would become of each lead if it were dialled: by a hash of the seed and the lead, and of nothing else.

So every pacing that is tried meets the same people, whatever it did before. The mixing is the finaliser of SplitMix64
(Steele, Lea and Flood: Fast Splittable Pseudorandom Number Generators, 2014), for thousands of leads at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from lab.chance import Spread

BLOCK = 4096
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


class Leads(Struct, frozen=True):
    """The people of a list, as distributions."""

    ring: Spread = Spread(12.0, 6.0)
    """From the dial to the answer of those who answer."""
    longest_ring_s: float = 25.0
    """A ring is no longer: who answers does by then, and who does not has the call end then."""
    talk: Spread = Spread(120.0, 120.0)
    wrap_up: Spread = Spread(20.0, 10.0)


class Fate(NamedTuple):
    """One lead's."""

    luck: float
    """Between 0 and 1: answers where the share who answer at that hour is above it."""
    ring_s: float
    """Until the answer."""
    talk_s: float
    wrap_up_s: float


def uniforms(seed: int, stream: int, first: int, size: int) -> NDArray[np.float64]:
    """Numbers between 0 and 1, both excluded, for the leads from ``first`` on."""
    start = (seed << 3 | stream) * 0xD1342543DE82EF95 & (1 << 64) - 1
    with np.errstate(over="ignore"):
        z = np.arange(first + 1, first + size + 1, dtype=np.uint64) * GOLDEN + np.uint64(start)
        for _ in range(2):  # twice, since streams are but an offset apart
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z ^= z >> np.uint64(31)
    return ((z >> np.uint64(12)).astype(np.float64) + 0.5) / (1 << 52)


def durations(spread: Spread, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """What ``Spread.at`` says, for many chances at once."""
    # Loaded where somebody asks for it: it takes a moment, and memory.
    from scipy.special import ndtri

    if spread.deviation_s is None:
        return -spread.mean_s * np.log1p(-chances)
    if spread.mean_s <= 0 or spread.deviation_s == 0:
        return np.full(chances.shape, max(0.0, spread.mean_s))
    variance = np.log(1 + (spread.deviation_s / spread.mean_s) ** 2)
    return np.asarray(spread.mean_s * np.exp(np.sqrt(variance) * ndtri(chances) - variance / 2))


def fates(leads: Leads, seed: int) -> Iterator[Fate]:
    """Without end: the fate of the first lead, the second, and so on."""
    for first in count(0, BLOCK):
        luck, ring, talk, wrap_up = (uniforms(seed, stream, first, BLOCK) for stream in range(4))
        yield from map(
            Fate,
            luck.tolist(),
            np.minimum(durations(leads.ring, ring), leads.longest_ring_s).tolist(),
            durations(leads.talk, talk).tolist(),
            durations(leads.wrap_up, wrap_up).tolist(),
        )
