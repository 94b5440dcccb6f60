"""Patience, of which one sees the end only in those who gave up: the others were answered before.

Source: E. L. Kaplan and P. Meier, Nonparametric Estimation from Incomplete Observations (1958).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from math import inf
from typing import NamedTuple


class Observation(NamedTuple):
    """One caller's wait in seconds, and whether she gave up then; else her patience was longer than that."""

    wait_s: float
    gave_up: bool


class Patience:
    """The share of callers whose patience is longer than a time, by the product-limit estimate."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        """Of those who are answered at the very instant at which another gives up, the patience was longer."""
        seen = sorted(observations, key=lambda one: (one.wait_s, not one.gave_up))
        self.times: list[float] = []
        """When somebody gave up, ascending."""
        self.shares: list[float] = []
        """The share that is left after each."""
        left, share = len(seen), 1.0
        for wait_s, gave_up in seen:
            if gave_up:
                share *= 1 - 1 / left
                if self.times and self.times[-1] == wait_s:
                    self.shares[-1] = share
                else:
                    self.times.append(wait_s)
                    self.shares.append(share)
            left -= 1
        self.gave_up = sum(one.gave_up for one in seen)

    def longer_than(self, wait_s: float) -> float:
        """The share (0-1) whose patience is longer."""
        index = bisect_right(self.times, wait_s)
        return self.shares[index - 1] if index else 1.0

    def draw(self, chance: float, beyond_s: float = 0.0) -> float:
        """The patience of one who is known to have had more than ``beyond_s``, for a number between 0 and 1; infinite
        where the longest waits ended with an answer, and nothing tells how long one would have waited on."""
        target = (1 - chance) * self.longer_than(beyond_s)
        # Shares fall: the first that is not above the target.
        index = bisect_left(self.shares, -target, key=lambda share: -share)
        index = max(index, bisect_right(self.times, beyond_s))
        return self.times[index] if index < len(self.times) else inf
