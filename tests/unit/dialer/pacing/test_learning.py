"""What is learnt while much of it is still going on."""

from __future__ import annotations

from copy import deepcopy
from random import Random

import numpy as np
import pytest

from dialer.pacing.answers import AnswerRate
from dialer.pacing.durations import LONGEST_S, Durations
from dialer.pacing.rings import Rings


def test_before_anything_was_seen_durations_are_what_was_believed() -> None:
    survival = Durations(100.0).survival()
    assert len(survival) == LONGEST_S + 1
    assert survival[[0, 100, 300]] == pytest.approx(np.exp([0.0, -1.0, -3.0]), rel=1e-6)


def test_durations_that_are_cut_short_do_not_look_short() -> None:
    """Talks of 100 s on average, of which those longer than 60 s are never seen to end."""
    chance = Random(1)
    learnt = Durations(300.0)
    for _ in range(3000):
        talk_s = chance.expovariate(1 / 100)
        if talk_s < 60:
            learnt.ended(talk_s)
        else:
            learnt.left(60.0)
    assert learnt.survival()[[30, 60]] == pytest.approx(np.exp([-0.3, -0.6]), abs=0.03)


def test_those_that_are_going_on_count_too() -> None:
    learnt = Durations(100.0)
    for _ in range(10):
        learnt.ended(10.0)
    alone, beside = learnt.survival(), learnt.survival([200.0] * 40)
    assert alone[60] < 0.5 < beside[60]


def test_the_shape_of_durations_is_found() -> None:
    """Wrap-ups that take 20 to 30 s: nobody is free before, everybody after."""
    chance = Random(1)
    learnt = Durations(100.0)
    for _ in range(2000):
        learnt.ended(chance.uniform(20.0, 30.0))
    survival = learnt.survival()
    assert survival[15] > 0.97
    assert survival[25] == pytest.approx(0.5, abs=0.15)
    assert survival[36] < 0.05


def test_rings_follow_what_was_seen() -> None:
    rings = Rings()
    assert rings.answered_by()[[0, -1]] == pytest.approx([0.0, 1.0])
    for _ in range(500):
        rings.answered(5.5)
        rings.failed(25.0)
    assert rings.answered_by()[5] < 0.05
    assert rings.answered_by()[6] > 0.95
    assert rings.failed_by()[25] < 0.05
    assert rings.failed_by()[26] > 0.9


class Calls:
    """Calls dialled at a steady pace, answered after 5 to 15 s or failed after 25 s, and the estimate of their rate."""

    def __init__(self, per_s: float, seed: int) -> None:
        self.rate = AnswerRate()
        self.now = 0.0
        self._per_s, self._chance = per_s, Random(seed)
        self._ringing: list[tuple[float, float, bool]] = []
        self._answered_by = np.clip((np.arange(61) - 5) / 10, 0.0, 1.0)

    def copy(self, seed: int) -> Calls:
        """The same up to now, with other luck from now on."""
        other = deepcopy(self)
        other._chance.seed(seed)
        return other

    def dial(self, answer_rate: float, seconds: int, per_s: float | None = None) -> float:
        for _ in range(seconds):
            self.now += 1.0
            for _ in range(round((per_s or self._per_s) + self._chance.random() - 0.5)):
                answered = self._chance.random() < answer_rate
                self._ringing.append(
                    (self.now, self.now + (self._chance.uniform(5, 15) if answered else 25.0), answered)
                )
            for call in [call for call in self._ringing if call[1] <= self.now]:
                self._ringing.remove(call)
                self.rate.ended(call[2], call[1] - call[0], self.now)
            self.estimate = self.rate.update(np.array([call[0] for call in self._ringing]), self._answered_by, self.now)
        return self.estimate.rate


def test_calls_that_ring_do_not_bias_the_answer_rate() -> None:
    """When ten times as much is dialled, many answers have come of the new calls and no failure yet."""
    values = []
    for seed in range(12):
        calls = Calls(0.3, seed)
        calls.dial(0.3, 600)
        values.append(calls.dial(0.3, 15, per_s=3.0))
    assert np.mean(values) == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize(("before", "after"), [(0.1, 0.4), (0.4, 0.1)])
def test_three_quarters_of_a_jump_are_seen_within_a_minute(before: float, after: float) -> None:
    soon, later = [], []
    for seed in range(8):
        calls = Calls(2.0, seed)
        assert calls.dial(before, 900) == pytest.approx(before, rel=0.25)
        soon.append(calls.dial(after, 60))
        later.append(calls.dial(after, 300))
    assert abs(np.mean(soon) - after) < abs(after - before) / 4
    assert later == pytest.approx([after] * 8, rel=0.25)


def test_without_a_jump_the_rate_is_steady() -> None:
    calls = Calls(1.0, seed=3)
    calls.dial(0.3, 1200)
    values = [calls.dial(0.3, 10) for _ in range(60)]
    assert np.mean(values) == pytest.approx(0.3, abs=0.03)
    assert np.std(values) < 0.02


def once(*rates: float) -> Calls:
    """Calls whose rate has been each of these for a quarter of an hour."""
    calls = Calls(1.0, seed=1)
    for rate in rates:
        calls.dial(rate, 900)
    return calls


def goes_to(calls: Calls, rate: float, seconds: int) -> float:
    """The estimate, so long after the rate became this: the mean of many ways that it could go."""
    return float(np.mean([calls.copy(seed).dial(rate, seconds) for seed in range(40)]))


def test_a_rate_of_before_is_found_again_sooner_than_a_new_one() -> None:
    low, once_high = once(*[0.1] * 4), once(0.4, 0.1, 0.4, 0.1)
    assert goes_to(once_high, 0.4, 20) - 0.1 > 1.3 * (goes_to(low, 0.4, 20) - 0.1)
    high, once_low = once(*[0.4] * 4), once(0.1, 0.4, 0.1, 0.4)
    assert 0.4 - goes_to(once_low, 0.1, 35) > 1.3 * (0.4 - goes_to(high, 0.1, 35))


def test_that_the_rate_has_just_risen_is_likelier_where_it_was_higher_before() -> None:
    once_high, high = once(0.4, 0.1, 0.4, 0.1).estimate, once(0.1, 0.4, 0.1, 0.4).estimate
    assert once_high.steady == pytest.approx(0.1, rel=0.25)
    assert high.steady == pytest.approx(0.4, rel=0.15)
    assert 0.05 > once_high.doubt > 5 * high.doubt > 0
    assert once_high.risen > 2 * once_high.steady
    assert 0 < once_high.risen_for_s < 50
    assert once_high.doubt_if_answered > 2 * once_high.doubt
    assert once_high.steady < once_high.rate < once_high.risen


def test_a_pause_of_hours_does_no_harm() -> None:
    calls = Calls(1.0, seed=2)
    calls.dial(0.3, 600)
    calls.now += 20_000.0
    assert calls.dial(0.3, 300) == pytest.approx(0.3, abs=0.08)
