"""The share of calls that are answered: unbiased while they ring, and quick to see a jump.

Calls that fail ring longer than those that are answered, so counting what ended favours the answered ones when more is
dialled. Here each call counts from its dial on, by what share of the answers would have come by now (its *exposure*,
the answer-time distribution at the call's age); answers over exposure is right at any moment, in expectation.

A jump is looked for among the last minutes: for each of some spans up to now, how much better a rate of their own
explains its answers than the rate of before (answers as Poisson, the own rate as gamma, so that the evidence is a ratio
of two negative binomials' and a Poisson's probability; a change-point model after Adams and MacKay, Bayesian Online
Changepoint Detection, 2007). The estimate is the mean over all spans and none, weighted by their evidence. Once a jump
is as good as certain, what was before it is forgotten. How often there are jumps is learnt, too: where there are none,
a lucky minute should not be taken for one.
"""

from __future__ import annotations

from math import exp, lgamma

import numpy as np
from numpy.typing import NDArray

SPANS_S = (6, 10, 15, 22, 33, 50, 75, 110, 165, 250, 370)
"""How long ago a jump may have been that is not certain yet."""
KEPT_S = SPANS_S[-1]
JUMP_EVERY_S = 1200.0
"""How often a jump is expected at first; then as often as they were seen."""
JUMPS_MEMORY_S = 8 * 3600.0
"""How long it takes until the jumps that were seen count for a third (1/e), and those that were not, too."""
CERTAIN = 200.0
"""Odds at which what was before a jump is forgotten."""
OWN_SHAPE = 1.0
"""The gamma shape of a rate after a jump, believed to be of the order of the one before."""
MEMORY_S, MEMORY_CALLS = 3600.0, 1500.0
"""Without a jump, what is older than both of these counts for a third (1/e)."""
PRIOR_RATE, PRIOR_EXPOSURE = 0.25, 10.0
"""What is believed before the first call."""

_BETWEEN_S = np.diff((0.0, *SPANS_S))


class AnswerRate:
    """The estimate, kept by the second in which calls were dialled."""

    def __init__(self) -> None:
        self.value = PRIOR_RATE
        self._second: int | None = None
        self._answers = np.zeros(KEPT_S)
        """Of the calls dialled in each of the last seconds, the newest last."""
        self._ended = np.zeros(KEPT_S)
        """Of the same calls, how many do not ring any more."""
        self._old_answers = PRIOR_RATE * PRIOR_EXPOSURE
        self._old_exposure = PRIOR_EXPOSURE
        self._jumps, self._watched_s = 0.0, 0.0
        """How many were certain, in how long a time."""

    def ended(self, answered: bool, after_s: float, now: float) -> None:
        """A call was answered, or failed."""
        self._advance(now)
        index = self._index(now - after_s)
        self._answers[index] += answered
        self._ended[index] += 1

    def update(self, ringing: NDArray[np.float64], answered_by: NDArray[np.float64], now: float) -> float:
        """The estimate, where calls ring that were dialled at these instants, and this share (0-1) of answers has come
        by 0, 1 ... seconds."""
        self._advance(now)
        assert self._second is not None
        dialled = self._ended.copy()
        if len(ringing):
            indices = np.clip(ringing.astype(np.int64) - self._second + KEPT_S - 1, 0, KEPT_S - 1)
            dialled += np.bincount(indices, minlength=KEPT_S)
        ages = np.maximum(now - self._second + np.arange(KEPT_S - 1, -1, -1) - 0.5, 0.0)
        exposure = dialled * np.interp(ages, np.arange(len(answered_by)), answered_by)
        since = [-span_s for span_s in SPANS_S]
        answers, exposures = (np.cumsum(each[::-1])[::-1][since] for each in (self._answers, exposure))
        all_answers, all_exposure = self._old_answers + answers[-1], self._old_exposure + exposures[-1]
        before_answers, before_exposure = all_answers - answers, all_exposure - exposures
        own_exposure = OWN_SHAPE * before_exposure / before_answers
        evidence = _predicted(answers, exposures, OWN_SHAPE, own_exposure)
        evidence -= _predicted(answers, exposures, before_answers, before_exposure)
        jumps_per_s = (1 + self._jumps) / (JUMP_EVERY_S + self._watched_s)
        odds = jumps_per_s * _BETWEEN_S * np.exp(np.minimum(evidence, 50.0))
        own = (OWN_SHAPE + answers) / (own_exposure + exposures)
        self.value = float((all_answers / all_exposure + odds @ own) / (1 + odds.sum()))
        likeliest = int(np.argmax(odds))
        if odds[likeliest] > CERTAIN:
            self._forget_before(SPANS_S[likeliest], float(own_exposure[likeliest]))
        return self.value

    def _forget_before(self, span_s: int, own_exposure: float) -> None:
        self._answers[:-span_s] = 0
        self._ended[:-span_s] = 0
        self._jumps += 1
        self._old_answers, self._old_exposure = OWN_SHAPE, own_exposure

    def _index(self, dialled_at: float) -> int:
        assert self._second is not None
        return min(max(int(dialled_at) - self._second + KEPT_S - 1, 0), KEPT_S - 1)

    def _advance(self, now: float) -> None:
        """Seconds go by: what is older than all spans is put together."""
        second = int(now)
        if self._second is None:
            self._second = second
        passed = second - self._second
        if passed <= 0:
            return
        gone = min(passed, KEPT_S)
        kept = exp(-gone / JUMPS_MEMORY_S)
        self._jumps, self._watched_s = kept * self._jumps, kept * self._watched_s + gone
        answers, calls = float(self._answers[:gone].sum()), float(self._ended[:gone].sum())
        forgotten = min(passed / MEMORY_S, calls / MEMORY_CALLS, 0.5)
        self._old_answers += answers - forgotten * self._old_answers
        self._old_exposure += calls - forgotten * self._old_exposure
        for counts in (self._answers, self._ended):
            counts[:-gone] = counts[gone:]
            counts[-gone:] = 0
        self._second = second


def _predicted(
    answers: NDArray[np.float64],
    exposures: NDArray[np.float64],
    shape: NDArray[np.float64] | float,
    rate: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The logarithm of how likely so many answers are where their rate is gamma distributed, up to what is the same for
    all such distributions."""
    shapes = shape if isinstance(shape, np.ndarray) else np.full(len(answers), shape)
    gammas = [lgamma(one + count) - lgamma(one) for one, count in zip(shapes.tolist(), answers.tolist(), strict=True)]
    return np.asarray(gammas + shapes * np.log(rate) - (shapes + answers) * np.log(rate + exposures))
