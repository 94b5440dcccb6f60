"""How many agents will be spare a moment from now, as a distribution, and what one more call would do to it.

At each of some instants ahead, the spare agents are those idle now, less the calls that wait, plus the agents who have
come free by then, less the calls that have been answered by then. Each agent and each call is a coin of its own, so the
transform of the sum is the product of theirs, which are kept in a table with a row for each class of elapsed time. The
distribution function follows by the discrete inverse (Hong, On Computing the Distribution Function for the Poisson
Binomial Distribution, 2013). Where many coins are uncertain, the normal distribution with the same mean and variance is
as good, and takes less.

Who is answered waits a little before she is dropped, so agents count who come free ``GRACE_S`` after the instant.
"""

from __future__ import annotations

from collections.abc import Collection
from math import erfc
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialer.pacing.durations import EDGES, LONGEST_S

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Counts = NDArray[np.int64]

AHEAD_S = np.arange(1.0, 27.0, 2.0)
"""The instants that are looked at, in seconds from now; answers that come later count as of the last."""
GRACE_S = 2.0
"""How long a call may wait for an agent: 2 s after the greeting's end (47 CFR 64.1200(a)(7), 16 CFR 310.4(b)(4))."""
AGES = 60
"""Calls are told apart by how many whole seconds they have rung, up to this."""
TALKING, WRAP_UP, RINGING, RISEN = 0, len(EDGES), 2 * len(EDGES), 2 * len(EDGES) + AGES
"""Where the rows of each kind begin; the last are calls that ring, dialled since the answer rate rose."""
ROWS = RISEN + AGES
_ROW_NUMBERS = np.arange(ROWS)
POINTS = 32
"""Numbers of spare agents that the transform tells apart; they are centred on the mean."""
NORMAL_FROM = 12.0
"""A variance from which on the normal distribution is taken: POINTS are more than nine standard deviations then."""

_FREQUENCIES = np.arange(POINTS // 2 + 1)
_TURN = np.exp(2j * np.pi * _FREQUENCIES / POINTS)
_TURNS = 2j * np.pi / POINTS * _FREQUENCIES
_TWICE = np.where(_FREQUENCIES % (POINTS // 2) == 0, 1.0, 2.0) / POINTS
"""The transform of real numbers has every frequency twice, but for the first and the last."""
_MIDDLES = (EDGES + np.append(EDGES[1:], EDGES[-1] + 60)) / 2
_CLASS_OF_SECOND = np.searchsorted(EDGES, np.arange(LONGEST_S + 1.0), side="right") - 1


def _at_most_none() -> Complexes:
    """For 0, 1 ... numbers from the lowest that is told apart to none: what sums their probabilities up."""
    numbers = -np.arange(POINTS)
    terms = np.exp(-2j * np.pi * np.outer(numbers, _FREQUENCIES) / POINTS) * _TWICE
    return np.concatenate([np.zeros((1, len(_FREQUENCIES))), np.cumsum(terms, axis=0)])


_AT_MOST_NONE = _at_most_none()


class Dialled(NamedTuple):
    """A call that is dialled now."""

    answered: Floats
    """The chance that it has been answered by each instant ahead."""
    logarithm: Complexes
    """That of its coins' transforms."""


class Chances:
    """What each class of agents and calls will have done by each instant ahead, as chances (0-1)."""

    def __init__(self) -> None:
        self.changes = np.zeros((ROWS, len(AHEAD_S)))
        """Of the number of spare agents, in expectation."""
        self.variances = np.zeros((ROWS, len(AHEAD_S)))
        self.transforms = np.ones((ROWS, len(AHEAD_S), len(_FREQUENCIES)), np.complex128)
        self.answer_weights = np.zeros(len(AHEAD_S))
        """Of a call that is dialled now: of which instant its answer counts, if it comes."""
        self.dialled: dict[int, Dialled] = {}
        """Calls that are dialled now, by the rows that they will be in."""

    def learn_agents(self, talk: Floats, wrap_up: Floats) -> None:
        """From the shares of talks and wrap-ups that are longer than 0, 1 ... seconds."""
        seconds = np.arange(len(talk), dtype=float)
        within = AHEAD_S + GRACE_S
        left = np.maximum(np.interp(_MIDDLES, seconds, wrap_up), 1e-12)
        later = np.interp(_MIDDLES[:, None] + within, seconds, wrap_up)
        self._put(WRAP_UP, 1 - later / left[:, None], 1)
        steps = np.arange(int(within[-1]) + 1)
        ends = -np.diff(np.interp(_MIDDLES[:, None] + np.append(steps, steps[-1] + 1), seconds, talk), axis=1)
        rest = within - steps[:, None] - 0.5
        wrapped_up = np.where(rest > 0, 1 - np.interp(rest, seconds, wrap_up), 0.0)
        left = np.maximum(np.interp(_MIDDLES, seconds, talk), 1e-12)
        self._put(TALKING, ends @ wrapped_up / left[:, None], 1)

    def learn_calls(self, rate: float, answered_by: Floats, failed_by: Floats, row: int = RINGING) -> None:
        """From the share of calls that are answered, and the shares of these and of the others that have been, or have
        failed, by 0, 1 ... seconds."""
        seconds = np.arange(len(answered_by), dtype=float)
        ages = np.arange(AGES) + 0.5
        by_now, failed = np.interp(ages, seconds, answered_by), np.interp(ages, seconds, failed_by)
        rings = np.maximum(rate * (1 - by_now) + (1 - rate) * (1 - failed), 1e-9)
        by_then = np.interp(ages[:, None] + AHEAD_S, seconds, answered_by)
        self._put(row, rate * (by_then - by_now[:, None]) / rings[:, None], -1)
        answered = rate * np.interp(AHEAD_S, seconds, answered_by)
        self.dialled[row] = Dialled(answered, np.log(_coins(answered, -1)))
        cells = np.interp(AHEAD_S[:-1] + 1, seconds, answered_by)
        self.answer_weights = np.diff(cells, prepend=0.0, append=1.0)

    def _put(self, row: int, chances: Floats, sign: int) -> None:
        chances = np.clip(chances, 0.0, 1.0)
        rows = slice(row, row + len(chances))
        self.changes[rows] = sign * chances
        self.variances[rows] = chances * (1 - chances)
        self.transforms[rows] = _coins(chances, sign)


def _coins(chances: Floats, sign: int) -> Complexes:
    """The transforms of coins that add one, or take one."""
    # None is certain: a certain one's transform has a zero.
    turn = _TURN if sign > 0 else _TURN.conj()
    return np.asarray(1 + np.multiply.outer(np.minimum(chances, 1 - 1e-9), turn - 1))


def count_agents(since: Collection[float], now: float) -> Counts:
    """How many have been at it in each class of elapsed time."""
    elapsed = now - np.fromiter(since, float, len(since))
    return np.bincount(
        _CLASS_OF_SECOND[np.minimum(np.maximum(elapsed, 0), LONGEST_S).astype(np.int64)], minlength=len(EDGES)
    )


def count_calls(dialled: Collection[float], now: float) -> Counts:
    """How many have rung for each number of seconds."""
    ages = now - np.fromiter(dialled, float, len(dialled))
    return np.bincount(np.minimum(np.maximum(ages, 0), AGES - 1).astype(np.int64), minlength=AGES)


def since_risen(counts: Counts, seconds: int) -> Counts:
    """The same agents and calls, where those were answered at a higher rate which were dialled within these seconds."""
    moved = counts.copy()
    moved[RISEN : RISEN + seconds] = counts[RINGING : RINGING + seconds]
    moved[RINGING : RINGING + seconds] = 0
    return moved


class Outlook:
    """From one instant: ``counts`` agents and calls in each row, and the spare agents who are certain, at all instants
    ahead or at each. Calls that are dialled now are of the rows that begin with ``row``."""

    def __init__(self, chances: Chances, counts: Counts, spare: Floats | float, row: int = RINGING) -> None:
        self._weights, self._dialled = chances.answer_weights, chances.dialled[row]
        counted = counts.astype(float)
        self._mean = spare + counted @ chances.changes
        self._variance = counted @ chances.variances
        self._is_normal = self._variance.max() >= NORMAL_FROM
        if not self._is_normal:
            coins = chances.transforms[np.repeat(_ROW_NUMBERS, counts)]
            turned = np.exp(np.asarray(spare)[..., None] * _TURNS)
            self._transform = np.multiply.reduce(coins, axis=0) * turned

    def none_spare(self, calls: int) -> Floats:
        """The chance that no agent is spare at each instant, were so many calls more dialled now."""
        answered = self._dialled.answered
        mean = self._mean - calls * answered
        if self._is_normal:
            variance = self._variance + calls * answered * (1 - answered)
            deviations = (mean - 0.5) / np.sqrt(2 * np.maximum(variance, 1e-9))
            return 0.5 * np.array([erfc(deviation) for deviation in deviations.tolist()])
        transform = self._transform
        if calls:
            transform = transform * np.exp(calls * self._dialled.logarithm)
        lowest = np.rint(mean).astype(np.int64) - POINTS // 2
        sums = _AT_MOST_NONE[np.minimum(np.maximum(1 - lowest, 0), POINTS)]
        return np.asarray(np.einsum("tf,tf->t", transform, sums).real)

    def drop_chance(self, calls: int) -> float:
        """That a call which is dialled now, after so many others, finds no agent if it is answered."""
        return float(self._weights @ self.none_spare(calls))
