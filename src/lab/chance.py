"""Chance in the lab: each draw is a hash of the seed and of what it is drawn for, and of nothing else.

So the same caller has the same patience and the same call whatever is tried on the centre (common random numbers), and
two runs differ by what was changed, not by luck.
"""

from __future__ import annotations

from math import exp, log, sqrt
from statistics import NormalDist

from msgspec import Struct

from acd.chance import draw

__all__ = ["Spread", "draw"]

_NORMAL = NormalDist()


class Spread(Struct, frozen=True):
    """A distribution of durations: exponential, or lognormal where ``deviation_s`` is set, as handling times mostly
    are (Brown et al., Statistical Analysis of a Telephone Call Center, 2005)."""

    mean_s: float
    deviation_s: float | None = None

    def at(self, chance: float) -> float:
        """The duration that a share ``chance`` (between 0 and 1) does not exceed."""
        if self.mean_s <= 0:
            return 0.0
        if self.deviation_s is None:
            return -self.mean_s * log(1 - chance)
        if self.deviation_s == 0:
            return self.mean_s
        variance = log(1 + (self.deviation_s / self.mean_s) ** 2)
        return self.mean_s * exp(sqrt(variance) * _NORMAL.inv_cdf(chance) - variance / 2)
