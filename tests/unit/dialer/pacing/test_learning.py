"""What is learnt while much of it is still going on."""

from __future__ import annotations

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
def test_a_jump_is_seen_within_a_minute(before: float, after: float) -> None:
    calls = Calls(2.0, seed=1)
    assert calls.dial(before, 900) == pytest.approx(before, rel=0.15)
    assert calls.dial(after, 60) == pytest.approx(after, rel=0.35)
    assert calls.dial(after, 300) == pytest.approx(after, rel=0.15)


def test_without_a_jump_the_rate_is_steady() -> None:
    calls = Calls(1.0, seed=3)
    calls.dial(0.3, 1200)
    values = [calls.dial(0.3, 10) for _ in range(60)]
    assert np.mean(values) == pytest.approx(0.3, abs=0.03)
    assert np.std(values) < 0.02


def test_a_jump_is_believed_sooner_where_there_were_many() -> None:
    falls = []
    for seed in range(1, 4):
        steady, jumpy = Calls(1.0, seed), Calls(1.0, seed)
        for _ in range(3):
            steady.dial(0.4, 400)
            jumpy.dial(0.1, 200)
            jumpy.dial(0.4, 200)
        before = steady.dial(0.4, 300), jumpy.dial(0.4, 300)
        falls.append([1 - calls.dial(0.1, 35) / old for calls, old in zip((steady, jumpy), before, strict=True)])
    late, soon = np.mean(falls, axis=0)
    assert soon > late + 0.05


def test_a_pause_of_hours_does_no_harm() -> None:
    calls = Calls(1.0, seed=2)
    calls.dial(0.3, 600)
    calls.now += 20_000.0
    assert calls.dial(0.3, 300) == pytest.approx(0.3, abs=0.08)
