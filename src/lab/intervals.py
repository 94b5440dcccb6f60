"""What several runs say together: a mean, and how far it may be from the truth."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from msgspec import Struct


class Interval(Struct, frozen=True):
    """A mean with its standard error, of ``runs`` independent runs."""

    mean: float
    error: float
    runs: int

    @property
    def margin(self) -> float:
        """Half the width of the 95 % confidence interval, by Student's t."""
        # Loaded where somebody asks for it: it takes a moment, and memory.
        from scipy.special import stdtrit

        return float(stdtrit(self.runs - 1, 0.975)) * self.error if self.runs > 1 and self.error else 0.0


def interval(values: Sequence[float]) -> Interval:
    """The mean of some runs. Raises ValueError without any."""
    if not values:
        raise ValueError("no run, no mean")
    runs = len(values)
    mean = sum(values) / runs
    variance = sum((value - mean) ** 2 for value in values) / (runs - 1) if runs > 1 else 0.0
    return Interval(mean, sqrt(variance / runs), runs)
