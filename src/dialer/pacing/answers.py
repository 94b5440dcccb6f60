"""The share of calls that are answered: unbiased while they ring, and quick to see a jump.

Calls that fail ring longer than those that are answered, so counting what ended favours the answered ones when more is
dialled. Here each call counts from its dial on, by what share of the answers would have come by now (its *exposure*,
the answer-time distribution at the call's age), whether it rings yet or has failed: the chance that it has been
answered is the rate times its exposure at any moment.

The rate is believed to stay as it is, but for a slow drift, and to jump now and then: a hidden Markov model whose
states are the rates of a grid (Rabiner, A Tutorial on Hidden Markov Models, 1989). Where it jumps to is learnt: it is
a new rate, or one of those before, by how long each of them held. So a list whose hours come and go finds the rate of
the last good hour at once, and a steady one does not take a lucky minute for a jump.

That the rate has just risen, and nobody has answered yet who would tell, is estimated apart: all calls since then would
be answered more often together, which no mean of the rate can say.
"""

from __future__ import annotations

from math import exp, inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RATES = np.geomspace(0.01, 0.99, 128)
"""A list on which hardly anybody answers is not dialled as if nobody did."""
SPANS_S = (370, 250, 165, 110, 75, 50, 33, 22, 15, 10, 6)
"""What is dialled is looked at in spans that begin so long ago: at each of these instants the rate may have jumped."""
KEPT_S = SPANS_S[0]
RECENT = 5
"""From the span of this number on, a rate that jumps has *just* jumped."""
RISE = 1.3
"""And has risen, where it is beyond the one before by this factor."""
JUMP_EVERY_S = 1200.0
"""How often a jump is expected."""
DRIFT = 0.02
"""By what share the rate is expected to wander in ten minutes, as a standard deviation."""
NEW_S = 1200.0
"""How long rates must have been seen for one of them to be as likely, after a jump, as a new one."""
SHARPER = 2.0
"""The power by which the likely ones of those before count: what is believed is wider than the rates themselves are."""
MEMORY_S = 24 * 3600.0
"""How long it takes until what a rate was counts for a third (1/e)."""
NOTHING = 1e-6
"""What is less likely than this is not thought of."""
PRIOR_RATE, PRIOR_CALLS = 0.25, 10.0
"""What is believed before the first call, and of a new rate: as if so many calls had been seen."""

_LOGARITHMS = np.log(RATES)
_STEP = float(_LOGARITHMS[1] - _LOGARITHMS[0])
_BETWEEN_S = -np.diff((*SPANS_S, 0))
_STAYS = np.exp(-_BETWEEN_S / JUMP_EVERY_S)
_STARTS = [KEPT_S - span_s for span_s in SPANS_S]
_SPAN_OF_SECOND = np.repeat(np.arange(len(SPANS_S)), _BETWEEN_S)
LEVELS = 65
"""Of exposure, from 0 to 1, that are told apart."""
_MISSED = np.log1p(-np.multiply.outer(np.linspace(0.0, 1.0, LEVELS), RATES))
"""The logarithm of how likely a call has not been answered, by its exposure and its rate."""


def _normed(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum())


_NEW = _normed(np.exp(PRIOR_RATE * PRIOR_CALLS * _LOGARITHMS - PRIOR_CALLS * RATES))
"""How likely a rate is of which nothing is known: gamma."""


class Estimate(NamedTuple):
    """What is believed of the calls that are dialled now."""

    steady: float = PRIOR_RATE
    """The share (0-1) of them that will be answered, if the rate has not just risen."""
    risen: float = PRIOR_RATE
    """And if it has."""
    risen_for_s: float = 0.0
    """Since when it has, then."""
    doubt: float = 0.0
    """How likely it has (0-1)."""

    @property
    def rate(self) -> float:
        """All in all."""
        return (1 - self.doubt) * self.steady + self.doubt * self.risen

    @property
    def doubt_if_answered(self) -> float:
        """How likely it has, should a call that is dialled now be answered."""
        return self.doubt * self.risen / self.rate


class AnswerRate:
    """The estimate, kept by the second in which calls were dialled."""

    def __init__(self) -> None:
        self._second: int | None = None
        self._answers = np.zeros(KEPT_S)
        """Of the calls dialled in each of the last seconds, the newest last."""
        self._ended = np.zeros(KEPT_S)
        """Of the same calls, how many do not ring any more."""
        self._before = _NEW
        """How likely each rate was when the oldest of these seconds began."""
        self._held_s = NEW_S * _NEW
        """How long each rate held so far."""

    def ended(self, answered: bool, after_s: float, now: float) -> None:
        """A call was answered, or failed."""
        self._advance(now)
        index = self._index(now - after_s)
        self._answers[index] += answered
        self._ended[index] += 1

    def update(self, ringing: Floats, answered_by: Floats, now: float) -> Estimate:
        """The estimate, where calls ring that were dialled at these instants, and this share (0-1) of answers has come
        by 0, 1 ... seconds."""
        self._advance(now)
        assert self._second is not None
        dialled = self._ended.copy()
        if len(ringing):
            indices = np.clip(ringing.astype(np.int64) - self._second + KEPT_S - 1, 0, KEPT_S - 1)
            dialled += np.bincount(indices, minlength=KEPT_S)
        ages = np.maximum(now - self._second + np.arange(KEPT_S - 1, -1, -1) - 0.5, 0.0)
        exposure = np.interp(ages, np.arange(len(answered_by)), answered_by)
        return self._estimate(_likelihoods(self._answers, dialled, exposure))

    def _estimate(self, likelihoods: Floats) -> Estimate:
        jumped = np.multiply.outer(1 - _STAYS, _normed(self._held_s))
        # Of each rate: how likely it is and has not just jumped, has, and that times how long ago.
        likely = np.zeros((3, len(RATES)))
        likely[0] = self._before
        for span, stays in enumerate(_STAYS.tolist()):
            likely *= stays
            if span < RECENT:
                likely[0] += jumped[span]
            else:
                likely[1] += jumped[span]
                likely[2] += SPANS_S[span] * jumped[span]
            likely *= likelihoods[span]
            likely /= likely[:2].sum()
        before, rates = float(likely[0].sum()), likely[:2] @ RATES
        higher = RISE * float(rates[0]) / before if before > NOTHING else inf
        risen = np.greater(RATES, higher)
        doubt = float(likely[1, risen].sum())
        if doubt < NOTHING:
            return Estimate(steady=float(rates.sum()))
        rate = float(likely[1, risen] @ RATES[risen])
        return Estimate(
            steady=(float(rates.sum()) - rate) / (1 - doubt),
            risen=rate / doubt,
            risen_for_s=float(likely[2, risen].sum()) / doubt,
            doubt=doubt,
        )

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
        answers, calls = float(self._answers[:gone].sum()), float(self._ended[:gone].sum())
        stays = exp(-passed / JUMP_EVERY_S)
        self._before = stays * _drifted(self._before, passed) + (1 - stays) * _normed(self._held_s)
        if calls:
            logarithm = answers * _LOGARITHMS + (calls - answers) * _MISSED[-1]
            self._before = _normed(self._before * np.exp(logarithm - logarithm.max()))
            kept = exp(-gone / MEMORY_S)
            self._held_s = kept * self._held_s + (1 - kept) * NEW_S * _NEW + gone * _normed(self._before**SHARPER)
        for counts in (self._answers, self._ended):
            counts[:-gone] = counts[gone:]
            counts[-gone:] = 0
        self._second = second


def _likelihoods(answers: Floats, dialled: Floats, exposure: Floats) -> Floats:
    """Of each rate, by span: that so many were answered of those dialled in each second, with these exposures."""
    cells = _SPAN_OF_SECOND * LEVELS + np.rint(exposure * (LEVELS - 1)).astype(np.int64)
    missed = np.bincount(cells, dialled - answers, len(SPANS_S) * LEVELS).reshape(len(SPANS_S), LEVELS)
    logarithms = np.add.reduceat(answers, _STARTS)[:, None] * _LOGARITHMS + missed @ _MISSED
    return np.asarray(np.exp(logarithms - logarithms.max(axis=1)[:, None]))


def _drifted(likely: Floats, seconds: float) -> Floats:
    spread = min(seconds / 600 * (DRIFT / _STEP) ** 2 / 2, 0.25)
    drifted = (1 - 2 * spread) * likely
    drifted[1:] += spread * likely[:-1]
    drifted[:-1] += spread * likely[1:]
    return drifted
