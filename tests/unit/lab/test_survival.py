"""Patience that is only partly seen, and what several runs say together."""

from __future__ import annotations

from math import inf, log
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.chance import Spread, draw
from lab.intervals import interval
from lab.survival import Observation, Patience

# Kaplan and Meier's own example (1958, section 1): deaths at 0.8, 3.1, 5.4, 9.2, losses at 1.0, 2.7, 7.0, 12.1.
PUBLISHED = [
    Observation(time, died)
    for time, died in (
        (0.8, True), (1.0, False), (2.7, False), (3.1, True), (5.4, True), (7.0, False), (9.2, True), (12.1, False),
    )
]  # fmt: skip


def test_the_estimate_is_that_of_the_paper() -> None:
    patience = Patience(PUBLISHED)
    assert [round(patience.longer_than(time), 4) for time in (0.5, 0.8, 3.1, 5.4, 9.2, 50)] == [
        1.0, 0.875, 0.7, 0.525, 0.2625, 0.2625,
    ]  # fmt: skip


def test_where_everybody_gave_up_it_is_the_share_of_those_who_waited_longer() -> None:
    patience = Patience([Observation(float(wait), True) for wait in (1, 2, 2, 5)])
    assert [patience.longer_than(wait) for wait in (0.0, 1.0, 2.0, 5.0)] == pytest.approx([1.0, 0.75, 0.25, 0.0])


def test_who_was_answered_as_another_gave_up_was_still_there() -> None:
    patience = Patience([Observation(3.0, False), Observation(3.0, True)])
    assert patience.longer_than(3.0) == 0.5


def test_without_anybody_who_gave_up_patience_has_no_end() -> None:
    assert Patience([Observation(9.0, False)]).draw(0.99) == inf
    assert Patience([]).draw(0.5) == inf


def test_a_draw_is_beyond_what_the_caller_is_known_to_have_waited() -> None:
    patience = Patience(PUBLISHED)
    assert patience.draw(0.0001, beyond_s=3.1) == 5.4
    assert patience.draw(0.4, beyond_s=3.1) == 9.2
    assert patience.draw(0.9, beyond_s=3.1) == inf


def test_censored_patience_is_found_again() -> None:
    """Patience with a mean of 100 s, seen only where service took longer to come."""
    seen = []
    for number in range(4_000):
        patience_s = Spread(100.0).at(draw(1, f"{number} patience"))
        served_s = Spread(60.0).at(draw(1, f"{number} served"))
        seen.append(Observation(min(patience_s, served_s), patience_s < served_s))
    estimate = Patience(seen)
    naive = Patience([one for one in seen if one.gave_up])
    assert estimate.longer_than(100.0) == pytest.approx(0.368, abs=0.04)
    assert naive.longer_than(100.0) < 0.15
    median = sorted(estimate.draw(draw(2, str(number))) for number in range(1_000))[500]
    assert median == pytest.approx(100 * log(2), rel=0.12)


@given(
    st.lists(st.builds(Observation, st.floats(0, 100), st.booleans()), max_size=30),
    st.floats(0.001, 0.999),
    st.floats(0, 100),
)
def test_a_draw_is_a_time_at_which_somebody_gave_up(seen: list[Observation], chance: float, beyond_s: float) -> None:
    patience = Patience(seen)
    drawn = patience.draw(chance, beyond_s)
    assert drawn == inf or (drawn > beyond_s and Observation(drawn, True) in seen)
    assert patience.shares == sorted(patience.shares, reverse=True)


def test_lognormal_handling_times_have_the_mean_and_deviation_that_was_asked_for() -> None:
    drawn = [Spread(240.0, 120.0).at((number + 0.5) / 20_000) for number in range(20_000)]
    assert mean(drawn) == pytest.approx(240.0, rel=0.01)
    assert mean((value - 240.0) ** 2 for value in drawn) ** 0.5 == pytest.approx(120.0, rel=0.03)
    assert (Spread(7.0, 0.0).at(0.3), Spread(0.0).at(0.3)) == (7.0, 0.0)


def test_an_interval_is_student_s() -> None:
    """For 1, 2, 3, 4, 5: the mean 3, the standard error the root of 0.5, and t of 2.776 for four degrees."""
    result = interval([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (result.mean, result.error) == (3.0, pytest.approx(0.5**0.5))
    assert result.margin == pytest.approx(2.776 * 0.5**0.5, rel=1e-3)
    assert interval([2.0, 2.0]).margin == 0.0
    assert interval([2.0]).margin == 0.0
    with pytest.raises(ValueError, match="no run"):
        interval([])
