"""How long calls ring until they are answered, and until they fail."""

from __future__ import annotations

from math import erf, log, sqrt

import numpy as np
from numpy.typing import NDArray

LONGEST_S = 60
REMEMBERED = 3000.0
"""Calls until an old one counts for a third (1/e)."""
PRIOR_CALLS = 20.0
"""What is believed of rings beforehand, in calls."""

_PRIOR_MEDIAN_S, _PRIOR_SPREAD = 11.0, 0.5
_SMOOTHING = np.array([0.25, 0.5, 0.25])


def _prior_answers() -> NDArray[np.float64]:
    """Lognormal, as answer times mostly are."""
    seconds = [
        erf(log(max(1e-9, second) / _PRIOR_MEDIAN_S) / _PRIOR_SPREAD / sqrt(2)) for second in range(LONGEST_S + 1)
    ]
    return np.diff(np.asarray(seconds) / 2)


def _prior_failures() -> NDArray[np.float64]:
    """Some at once (busy), most when the ring has been given up; when that is, is yet to be seen."""
    shares = np.full(LONGEST_S, 0.2 / 15)
    shares[15:] = 0.8 / (LONGEST_S - 15)
    return shares


class Rings:
    """Two histograms by second, of calls by how they ended."""

    def __init__(self) -> None:
        self._answers = PRIOR_CALLS * _prior_answers()
        self._failures = PRIOR_CALLS * _prior_failures()

    def answered(self, after_s: float) -> None:
        self._count(self._answers, after_s)

    def failed(self, after_s: float) -> None:
        self._count(self._failures, after_s)

    @staticmethod
    def _count(histogram: NDArray[np.float64], after_s: float) -> None:
        histogram *= 1 - 1 / REMEMBERED
        histogram[min(int(after_s), LONGEST_S - 1)] += 1

    def answered_by(self) -> NDArray[np.float64]:
        """Of those who answer in the end, the share who have by 0, 1 ... ``LONGEST_S`` seconds."""
        return _cumulated(self._answers)

    def failed_by(self) -> NDArray[np.float64]:
        """The same of calls that fail."""
        return _cumulated(self._failures)


def _cumulated(histogram: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(histogram) / histogram.sum()])
