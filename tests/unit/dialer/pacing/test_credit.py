"""The budget of abandonment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialer.pacing.credit import Credit
from dialer.pacing.observations import CallFailed
from dialer.pacing.predictive import Predictive
from dialer.pacing.view import View


def view(*, answered: int = 0, dropped: int = 0, idle: int = 0, talking: int = 10, ringing: int = 0, waiting: int = 0,
         now: float = 0.0) -> View:  # fmt: skip
    instants = ([now] * count for count in (idle, talking, 0, ringing, waiting))
    return View(now, *instants, answered=answered, dropped=dropped)


def test_the_risk_rises_with_the_credit() -> None:
    risks = [Credit().risk(view(answered=1000, dropped=dropped)) for dropped in range(40)]
    assert risks == sorted(risks, reverse=True)
    assert risks[0] > risks[30] > 0


def test_a_drop_weighs_less_among_many_agents() -> None:
    def fall(agents: int) -> float:
        some, more = (Credit().risk(view(answered=1000, dropped=dropped, talking=agents)) for dropped in (30, 31))
        return more / some

    assert fall(5) < fall(50) < fall(500) < 1


def test_what_the_worst_case_needs_is_kept_in_reserve() -> None:
    credit = Credit()
    before = credit.risk(view(answered=1000, dropped=20))
    for minute in range(30):
        credit.wanted(30, view(now=60.0 * minute, answered=1000, dropped=20))
    assert credit.risk(view(answered=1000, dropped=20)) < before / 5
    for hour in range(1, 24):
        credit.wanted(0, view(now=3600.0 * hour, answered=1000, dropped=20))
    assert credit.risk(view(answered=1000, dropped=20)) > before * 0.8


def test_a_want_of_some_seconds_is_no_need() -> None:
    credit = Credit()
    for second in range(5):
        credit.wanted(100, view(now=float(second), answered=1000, dropped=20))
    assert credit.risk(view(answered=1000, dropped=20)) > Credit().risk(view(answered=1000, dropped=20)) * 0.8


@given(st.integers(0, 5000), st.integers(0, 150), st.integers(0, 50), st.integers(0, 50), st.integers(0, 5))
def test_all_that_ring_may_be_answered_at_once(
    answered: int, dropped: int, idle: int, ringing: int, waiting: int
) -> None:
    answered = max(answered, waiting, dropped)
    seen = view(answered=answered, dropped=dropped, idle=idle, ringing=ringing, waiting=waiting)
    under_way = max(0, Credit().room(seen)) + ringing
    lost = under_way + waiting - idle
    if under_way > ringing and lost > 0:
        assert dropped + lost <= 0.03 * (answered + under_way) + 1e-9


@given(st.integers(0, 200), st.integers(0, 60), st.integers(0, 30), st.integers(0, 5), st.integers(0, 100))
def test_predictive_pacing_places_no_call_that_the_worst_case_forbids_but_for_idle_agents(
    answered: int, ringing: int, idle: int, waiting: int, dropped: int
) -> None:
    seen = view(answered=answered, dropped=dropped, idle=idle, ringing=ringing, waiting=waiting)
    calls = Predictive().decide(seen)
    for_idle_agents = max(0, idle - waiting - ringing)
    assert calls >= for_idle_agents
    assert calls <= max(for_idle_agents, Credit().room(seen))


def test_a_list_on_which_nobody_answers_is_not_dialled_without_bounds() -> None:
    pacing, now = Predictive(), 0.0
    for _ in range(600):
        now += 2.0
        for _ in range(5):
            pacing.observe(CallFailed(25.0), now)
        calls = pacing.decide(view(now=now, answered=10_000, idle=1, talking=4))
        assert 1 <= calls <= 200


@given(st.sampled_from([0.0, 1e-6, 0.03, 0.5, 1.0]), st.integers(0, 20), st.integers(0, 20))
def test_any_limit_is_a_limit(limit: float, idle: int, talking: int) -> None:
    seen = View(0.0, [0.0] * idle, [0.0] * talking, answered=100, limit=limit)
    assert idle <= Predictive().decide(seen) <= max(idle, 40 * (idle + talking))


def test_without_agents_nobody_is_called() -> None:
    assert Predictive().decide(View(0.0, answered=10_000)) == 0
