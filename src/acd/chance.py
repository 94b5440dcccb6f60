"""Chance that replays: a draw depends on the seed and on what it is drawn for, on nothing else.

The mixing is the finaliser of SplitMix64 (Steele, Lea and Flood: Fast Splittable Pseudorandom Number Generators, 2014).
"""

from __future__ import annotations

from zlib import crc32

_MASK = (1 << 64) - 1


def draw(seed: int, what: str) -> float:
    """A number between 0 and 1, both excluded."""
    z = (seed * 0x9E3779B97F4A7C15 + crc32(what.encode()) + 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    z ^= z >> 31
    return ((z >> 12) + 0.5) / (1 << 52)
