"""How long talks and wrap-ups take, learnt while many of them are still going on.

A duration that is not over is right-censored: all that is known is that it is longer. Counting only those that ended
would make talks look short, above all in the first minutes, when only short ones can have ended. So what is learnt are
hazards, events over the time at risk, in classes of elapsed time that grow by a seventh (the piecewise exponential
model; its limit for narrow classes is Kaplan and Meier's estimate, 1958). Each class is drawn towards the overall
hazard, and that towards a mean known beforehand, as if so many events had been seen already; what is old is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

LONGEST_S = 900
"""Beyond, the hazard is that of the last class."""
PRIOR_EVENTS = 5.0
"""What the mean that was known beforehand is worth, in events."""
CLASS_EVENTS = 2.0
"""What the overall hazard is worth to each class, in events."""
REMEMBERED = 4000.0
"""Events until an old one counts for a third (1/e)."""

EDGES = np.concatenate([np.arange(0.0, 7.0), np.geomspace(7.0, LONGEST_S, 38)])
"""Where the classes of elapsed time begin, in seconds."""
_WIDTHS = np.append(np.diff(EDGES), np.inf)
_CLASS_OF_SECOND = np.searchsorted(EDGES, np.arange(LONGEST_S) + 0.5, side="right") - 1


class Durations:
    """One kind of duration."""

    def __init__(self, mean_s: float) -> None:
        """``mean_s`` is what it is taken for before anything was seen."""
        self._prior_hazard = 1 / mean_s
        self._events = np.zeros(len(EDGES))
        self._at_risk_s = np.zeros(len(EDGES))
        self.seen = 0
        """How many ended so far."""

    def ended(self, after_s: float) -> None:
        """One is over."""
        kept = 1 - 1 / REMEMBERED
        self._events *= kept
        self._at_risk_s *= kept
        self._events[int(np.searchsorted(EDGES, after_s, side="right")) - 1] += 1
        self._at_risk_s += np.clip(after_s - EDGES, 0.0, _WIDTHS)
        self.seen += 1

    def left(self, after_s: float) -> None:
        """One will have no end that could be seen."""
        self._at_risk_s += np.clip(after_s - EDGES, 0.0, _WIDTHS)

    def survival(self, going_on_s: Iterable[float] = ()) -> NDArray[np.float64]:
        """The share that is longer than 0, 1 ... ``LONGEST_S`` seconds, where some have been going on for so long."""
        elapsed = np.fromiter(going_on_s, float)
        at_risk_s = self._at_risk_s + np.clip(elapsed[:, None] - EDGES, 0.0, _WIDTHS).sum(axis=0)
        overall = (self._events.sum() + PRIOR_EVENTS) / (at_risk_s.sum() + PRIOR_EVENTS / self._prior_hazard)
        hazards = (self._events + CLASS_EVENTS) / (at_risk_s + CLASS_EVENTS / overall)
        cumulative = np.concatenate([[0.0], np.cumsum(hazards[_CLASS_OF_SECOND])])
        return np.asarray(np.exp(-cumulative))
