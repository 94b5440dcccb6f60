"""The forecast of spare agents, against sums over all cases and against what happens to drawn ones."""

from __future__ import annotations

from itertools import product
from math import prod
from random import Random

import numpy as np
import pytest

from dialer.pacing.durations import EDGES, Durations
from dialer.pacing.outlook import (
    AHEAD_S,
    GRACE_S,
    NORMAL_FROM,
    RINGING,
    RISEN,
    ROWS,
    TALKING,
    WRAP_UP,
    Chances,
    Outlook,
    count_agents,
    count_calls,
    since_risen,
)  # fmt: skip
from dialer.pacing.rings import Rings


@pytest.fixture(scope="module")
def chances() -> Chances:
    learnt = Chances()
    learnt.learn_agents(Durations(120.0).survival(), Durations(20.0).survival())
    rings = Rings()
    learnt.learn_calls(0.3, rings.answered_by(), rings.failed_by())
    return learnt


def counts(talking: dict[float, int], wrap_up: dict[float, int], ringing: dict[float, int]) -> np.ndarray:
    """Agents and calls by how long they have been at it."""
    counted = np.zeros(ROWS, np.int64)
    since = [
        [-elapsed for elapsed, count in each.items() for _ in range(count)] for each in (talking, wrap_up, ringing)
    ]
    counted[TALKING:WRAP_UP] = count_agents(since[0], 0.0)
    counted[WRAP_UP:RINGING] = count_agents(since[1], 0.0)
    counted[RINGING:RISEN] = count_calls(since[2], 0.0)
    return counted


def by_cases(chances: Chances, counted: np.ndarray, spare: int, calls: int, instant: int, row: int = RINGING) -> float:
    """The chance that none is spare, summed over everything that can happen."""
    coins = [(1, chances.changes[row, instant]) for row in range(RINGING) for _ in range(counted[row])]
    coins += [(-1, -chances.changes[row, instant]) for row in range(RINGING, ROWS) for _ in range(counted[row])]
    coins += [(-1, chances.dialled[row].answered[instant])] * calls
    return sum(
        prod(chance if falls else 1 - chance for falls, (_, chance) in zip(case, coins, strict=True))
        for case in product((0, 1), repeat=len(coins))
        if spare + sum(step for falls, (step, _) in zip(case, coins, strict=True) if falls) <= 0
    )


@pytest.mark.parametrize(("spare", "calls"), [(0, 0), (1, 0), (1, 2), (-1, 1), (3, 3)])
def test_the_chance_that_no_agent_is_spare_is_exact(chances: Chances, spare: int, calls: int) -> None:
    counted = counts({30.0: 2, 200.0: 1}, {15.0: 2}, {0.5: 1, 8.2: 2, 20.0: 1})
    found = Outlook(chances, counted, float(spare)).none_spare(calls)
    for instant in (0, 4, len(AHEAD_S) - 1):
        assert found[instant] == pytest.approx(by_cases(chances, counted, spare, calls, instant), abs=1e-6)


@pytest.mark.parametrize("calls", [0, 2])
def test_calls_since_a_rise_are_answered_at_the_higher_rate(chances: Chances, calls: int) -> None:
    rings = Rings()
    chances.learn_calls(0.6, rings.answered_by(), rings.failed_by(), RISEN)
    counted = since_risen(counts({30.0: 2}, {15.0: 2}, {0.5: 1, 8.2: 2, 20.0: 2}), 10)
    assert counted[[RISEN, RISEN + 8, RINGING + 20]].tolist() == [1, 2, 2]
    assert counted[RINGING:].sum() == 5
    found = Outlook(chances, counted, 1.0, RISEN).none_spare(calls)
    for instant in (0, 4, len(AHEAD_S) - 1):
        expected = by_cases(chances, counted, 1, calls, instant, RISEN)
        assert found[instant] == pytest.approx(expected, abs=1e-6)
        assert expected >= by_cases(chances, counted, 1, calls, instant)


def test_with_many_agents_the_normal_distribution_takes_over_without_a_step(chances: Chances) -> None:
    def middle(size: int) -> tuple[float, float]:
        counted = counts({30.0: 3 * size, 100.0: 3 * size}, {10.0: size}, {1.5: 2 * size, 9.5: 2 * size})
        outlook = Outlook(chances, counted, 0.0)
        variance = float((counted.astype(float) @ chances.variances).max())
        return variance, outlook.drop_chance(0)

    sizes = {size: middle(size) for size in range(1, 30)}
    below = max(size for size, (variance, _) in sizes.items() if variance < NORMAL_FROM)
    assert below + 1 in sizes
    steps = [abs(sizes[size + 1][1] - sizes[size][1]) for size in (below - 1, below, below + 1)]
    assert steps[1] < 3 * max(steps[0], steps[2]) + 0.003


def test_each_call_makes_the_next_one_riskier(chances: Chances) -> None:
    outlook = Outlook(chances, counts({60.0: 20}, {5.0: 5}, {3.0: 10}), 1.0)
    risks = [outlook.drop_chance(calls) for calls in range(12)]
    assert risks == sorted(risks)
    assert 0 <= risks[0] < risks[-1] <= 1


def test_spare_agents_may_differ_from_instant_to_instant(chances: Chances) -> None:
    counted = counts({}, {}, {3.0: 4})
    rising = np.where(AHEAD_S < 10, 0.0, 2.0)
    found = Outlook(chances, counted, rising).none_spare(0)
    none, two = (Outlook(chances, counted, spare).none_spare(0) for spare in (0.0, 2.0))
    assert found == pytest.approx(np.where(AHEAD_S < 10, none, two))


def test_an_agent_in_wrap_up_comes_free_as_her_kind_does() -> None:
    chance = Random(1)
    talk, wrap_up = Durations(120.0), Durations(20.0)
    talks, wraps = ([chance.lognormvariate(*of) for _ in range(4000)] for of in ((4.4, 0.8), (2.9, 0.47)))
    for talk_s, wrap_s in zip(talks, wraps, strict=True):
        talk.ended(talk_s)
        wrap_up.ended(wrap_s)
    learnt = Chances()
    learnt.learn_agents(talk.survival(), wrap_up.survival())
    instant = 5
    within = float(AHEAD_S[instant]) + GRACE_S
    long = [wrap_s for wrap_s in wraps if wrap_s > 15.0]
    share = sum(wrap_s < 15.0 + within for wrap_s in long) / len(long)
    row = int(np.searchsorted(EDGES, 15.0, side="right")) - 1
    assert learnt.changes[WRAP_UP + row, instant] == pytest.approx(share, abs=0.06)
    both = [(t, w) for t, w in zip(talks, wraps, strict=True) if t > 60.0]
    share = sum(t + w < 60.0 + within for t, w in both) / len(both)
    row = int(np.searchsorted(EDGES, 60.0, side="right")) - 1
    assert learnt.changes[TALKING + row, instant] == pytest.approx(share, abs=0.02)


def test_a_call_that_has_rung_for_long_is_hardly_answered(chances: Chances) -> None:
    last = -chances.changes[RINGING:RISEN, -1]
    assert last[0] == pytest.approx(0.3, abs=0.02)
    assert last[24] < 0.1


def test_answers_that_come_later_than_all_instants_count_as_of_the_last(chances: Chances) -> None:
    assert chances.answer_weights.sum() == pytest.approx(1.0)
    assert chances.answer_weights.min() >= 0
