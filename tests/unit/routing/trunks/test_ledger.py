"""A trunk's limits and its spending."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.routing.trunks.scene import NOON, trunk

from pbx.routing.hours import Window
from pbx.routing.trunks.ledger import Ledger
from pbx.routing.trunks.rates import Rate, rate_of

WORK = Window(("mon", "tue", "wed", "thu", "fri"), "09:00", "17:00")
NIGHT = Window(("tue",), "22:00", "06:00")
HOUR = 3600.0
DAY = 24 * HOUR


def rule(ledger: Ledger, now: float = NOON, **limits: Any) -> str | None:
    objection = ledger.objection(trunk(**limits), now)
    return None if objection is None else objection.rule


def test_an_unlimited_trunk_takes_everything() -> None:
    ledger = Ledger()
    for number in range(1000):
        ledger.take(f"l{number}", trunk(), 1.0, NOON)
    assert rule(ledger) is None


def test_no_more_calls_than_allowed() -> None:
    ledger = Ledger()
    ledger.take("l1", trunk(), 0.0, NOON)
    ledger.came_in("l2")
    assert rule(ledger, max_calls=2) == "max_calls"
    ledger.ended("l1", trunk(), NOON)
    assert rule(ledger, max_calls=2) is None


def test_calls_come_no_faster_than_allowed() -> None:
    ledger, fast = Ledger(), trunk(calls_per_s=2.0)
    for leg in ("l1", "l2"):
        assert ledger.objection(fast, NOON) is None
        ledger.take(leg, fast, 0.0, NOON)
    assert rule(ledger, calls_per_s=2.0) == "calls_per_s"
    assert rule(ledger, NOON + 0.4, calls_per_s=2.0) == "calls_per_s"
    assert rule(ledger, NOON + 0.5, calls_per_s=2.0) is None


def test_a_slow_trunk_takes_a_call_now_and_then() -> None:
    ledger, slow = Ledger(), trunk(calls_per_s=0.1)
    assert ledger.objection(slow, NOON) is None
    ledger.take("l1", slow, 0.0, NOON)
    assert ledger.objection(slow, NOON + 9) is not None
    assert ledger.objection(slow, NOON + 10) is None


@pytest.mark.parametrize(
    ("now", "windows", "open_"),
    [
        (NOON, (WORK,), True),
        (NOON + 4 * HOUR, (WORK,), False),  # 16:00 UTC is 17:00 in Belgrade
        (NOON + 3.9 * HOUR, (WORK,), True),
        (NOON + 3 * DAY, (WORK,), False),
        (NOON - 15 * HOUR, (NIGHT,), True),  # Tuesday 21:00 UTC is 22:00 in Belgrade
        (NOON - 8 * HOUR, (NIGHT,), True),  # Wednesday 05:00 in Belgrade belongs to Tuesday's night
        (NOON - 7 * HOUR, (NIGHT,), False),
        (NOON + 12 * HOUR, (NIGHT,), False),
    ],
)
def test_hours_are_those_of_the_trunks_zone(now: float, windows: tuple[Window, ...], open_: bool) -> None:
    found = rule(Ledger(), now, hours=windows, time_zone="Europe/Belgrade")
    assert found == (None if open_ else "hours")


def test_a_call_costs_what_it_talked() -> None:
    ledger = Ledger()
    ledger.take("l1", trunk(), 0.6, NOON)
    ledger.answered("l1", NOON + 10)
    assert ledger.spent(trunk(), NOON + 40) == pytest.approx(0.3)
    assert ledger.ended("l1", trunk(), NOON + 70) == pytest.approx(0.6)
    assert ledger.spent(trunk(), NOON + 100) == pytest.approx(0.6)


def test_a_call_that_nobody_answered_costs_nothing() -> None:
    ledger = Ledger()
    ledger.take("l1", trunk(), 5.0, NOON)
    assert ledger.ended("l1", trunk(), NOON + 60) == 0.0


def test_calls_in_progress_count_as_spent() -> None:
    ledger = Ledger()
    for leg in ("l1", "l2"):
        ledger.take(leg, trunk(), 1.0, NOON)
        ledger.answered(leg, NOON)
    assert rule(ledger, NOON + 59, spend_per_day=2.0) is None
    assert rule(ledger, NOON + 60, spend_per_day=2.0) == "spend_per_day"


def test_the_next_day_begins_with_nothing_spent() -> None:
    ledger = Ledger()
    ledger.restore(trunk(), 5.0, NOON)
    assert rule(ledger, spend_per_day=5.0) == "spend_per_day"
    assert rule(ledger, NOON + 12 * HOUR - 1, spend_per_day=5.0) == "spend_per_day"
    assert rule(ledger, NOON + 12 * HOUR, spend_per_day=5.0) is None


def test_the_longest_prefix_sets_the_rate() -> None:
    rates = {"": 1.0, "381": 0.05, "38164": 0.2}
    assert rate_of(rates, "+381641234567") == Rate("38164", 0.2)
    assert rate_of(rates, "+381112223333") == Rate("381", 0.05)
    assert rate_of(rates, "+33142278186") == Rate("", 1.0)
    assert rate_of({"381": 0.05}, "+33142278186") is None
