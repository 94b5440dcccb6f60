"""Whatever a source does, it never gets more than its bucket gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.guard.bucket import Buckets

GAPS = st.lists(st.floats(0.0, 3.0), min_size=1, max_size=120)
RATE, BURST = 4.0, 7.0


@given(GAPS)
def test_no_window_sees_more_than_the_burst_and_what_came_since(gaps: list[float]) -> None:
    buckets, now, taken = Buckets(), 0.0, []
    for gap in gaps:
        now += gap
        if buckets.take("a", RATE, BURST, now):
            taken.append(now)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= BURST + RATE * (taken[last] - taken[first]) + 1e-6


@given(GAPS)
def test_who_keeps_to_the_rate_is_never_refused(gaps: list[float]) -> None:
    buckets, now = Buckets(), 0.0
    for gap in gaps:
        now += max(gap, 1.0 / RATE)
        assert buckets.take("a", RATE, BURST, now)


@given(st.lists(st.floats(-5.0, 5.0), max_size=60))
def test_a_clock_that_steps_back_gives_nothing_away(steps: list[float]) -> None:
    buckets, now, highest, taken = Buckets(), 100.0, 100.0, 0
    for step in steps:
        now += step
        gained = max(0.0, step) * RATE
        taken += buckets.take("a", RATE, BURST, now)
        highest += gained
    assert taken <= BURST + (highest - 100.0)


@given(st.lists(st.integers(0, 50), max_size=300))
def test_memory_is_bounded_by_the_capacity(sources: list[int]) -> None:
    buckets = Buckets(capacity=10)
    for now, source in enumerate(sources):
        buckets.take(str(source), RATE, BURST, float(now))
        assert len(buckets) <= 10


def test_one_source_does_not_pay_for_another() -> None:
    buckets = Buckets()
    while buckets.take("noisy", RATE, BURST, 0.0):
        pass
    assert buckets.take("quiet", RATE, BURST, 0.0)


def test_a_refusal_takes_nothing() -> None:
    buckets = Buckets()
    assert buckets.take("a", 1.0, 5.0, 0.0, tokens=4.0)
    assert not buckets.take("a", 1.0, 5.0, 0.0, tokens=3.0)
    assert buckets.take("a", 1.0, 5.0, 0.0, tokens=1.0)


def test_a_source_that_was_forgotten_begins_anew() -> None:
    buckets = Buckets()
    assert buckets.take("a", 1.0, 1.0, 0.0)
    assert not buckets.take("a", 1.0, 1.0, 0.0)
    buckets.forget("a")
    assert buckets.take("a", 1.0, 1.0, 0.0)


@pytest.mark.parametrize("tokens", [1.0, 2.5])
def test_time_gives_back_what_was_taken(tokens: float) -> None:
    buckets = Buckets()
    assert buckets.take("a", 2.0, tokens, 0.0, tokens=tokens)
    assert not buckets.take("a", 2.0, tokens, tokens / 2.0 - 0.01, tokens=tokens)
    assert buckets.take("a", 2.0, tokens, tokens / 2.0, tokens=tokens)
