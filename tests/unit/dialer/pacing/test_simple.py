"""The ways of pacing that need no forecast, and the adaptive level that they are measured with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.adaptive import HIGHEST_LEVEL, AdaptiveLevel
from dialer.pacing.by_hand import Manual, Preview
from dialer.pacing.ratio import Progressive, Ratio
from dialer.pacing.view import View


def view(now: float = 0.0, *, idle: int = 0, talking: int = 0, ringing: int = 0, waiting: int = 0, **more: int) -> View:
    return View(now, *([now] * count for count in (idle, talking, 0, ringing, waiting)), **more)


def test_by_hand_nothing_is_dialled_by_itself() -> None:
    assert Manual().decide(view(idle=5)) == 0


def test_preview_has_a_lead_for_each_idle_agent() -> None:
    assert Preview().decide(view(idle=3, talking=2, ringing=2)) == 3
    assert Preview().decide(view(idle=1, waiting=2)) == 0


def test_progressive_dials_once_for_each_idle_agent() -> None:
    pacing = Progressive()
    assert pacing.decide(view(idle=3, talking=9)) == 3
    assert pacing.decide(view(idle=3, ringing=2)) == 1
    assert pacing.decide(view(idle=3, ringing=4)) == 0


def test_an_agent_for_whom_a_call_waits_is_not_idle() -> None:
    assert Progressive().decide(view(idle=3, waiting=2)) == 1


def test_a_ratio_may_be_a_fraction_of_all_idle_agents_together() -> None:
    pacing = Ratio(1.5)
    assert [pacing.decide(view(idle=idle)) for idle in range(5)] == [0, 1, 3, 4, 6]


@pytest.mark.parametrize("lines", [0.5, -1.0, float("nan")])
def test_a_ratio_below_one_line_is_refused(lines: float) -> None:
    with pytest.raises(ValueError, match="expected 1 or more"):
        Ratio(lines)


def test_the_adaptive_level_grows_while_agents_wait() -> None:
    pacing = AdaptiveLevel()
    assert pacing.decide(view(0.0, idle=2, talking=8)) == 2
    pacing.decide(view(10.0, idle=2, talking=8))
    assert pacing.decide(view(15.0, idle=2, talking=8)) == 4, "12 lines for ten agents, 8 of them taken"
    assert pacing.level == pytest.approx(1.2)


def test_the_adaptive_level_falls_while_calls_wait_and_when_too_many_were_dropped() -> None:
    pacing = AdaptiveLevel(level=3.0)
    pacing.decide(view(0.0, talking=10, waiting=1))
    pacing.decide(view(15.0, talking=10, waiting=1))
    assert pacing.level == pytest.approx(2.7)
    pacing.decide(view(30.0, talking=10, answered=100, dropped=4))
    assert pacing.level == 1.0


@given(st.lists(st.tuples(st.floats(0, 60), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)), max_size=20))
def test_no_pacing_ever_asks_for_less_than_nothing(steps: list[tuple[float, int, int, int]]) -> None:
    pacings = [Manual(), Preview(), Progressive(), Ratio(2.5), AdaptiveLevel()]
    now = 0.0
    for after_s, idle, ringing, waiting in steps:
        now += after_s
        for pacing in pacings:
            assert pacing.decide(view(now, idle=idle, ringing=ringing, waiting=waiting)) >= 0
    adaptive = pacings[-1]
    assert isinstance(adaptive, AdaptiveLevel)
    assert 1.0 <= adaptive.level <= HIGHEST_LEVEL
