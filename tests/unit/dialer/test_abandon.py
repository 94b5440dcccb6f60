"""Abandonment as the rules measure it."""

from __future__ import annotations

import math
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from tests.unit.dialer.book import at, campaign

from dialer.abandon import Abandonment, Tally, gives_up_at, measured_as

DAY = 86_400.0
NOON = at("2026-11-26 12:00", "UTC")


def counted(*days: tuple[int, int], now: float = NOON) -> Abandonment:
    """Days back from today, each with its answered and abandoned calls; today is the last one."""
    book = Abandonment()
    book.restore(((now - back * DAY, *day) for back, day in enumerate(reversed(days))), now)
    return book


def test_the_rate_is_that_of_answered_calls() -> None:
    book = Abandonment()
    assert book.rate(NOON) == 0.0
    for call in range(100):
        book.answered(NOON + call, abandoned=call < 3)
    assert book.rate(NOON) == 0.03
    assert book.running(NOON) == Tally(100, 3)


def test_a_day_counts_for_thirty_days_with_its_own() -> None:
    book = Abandonment()
    book.answered(NOON, abandoned=True)
    assert book.running(NOON + 29 * DAY) == Tally(1, 1)
    assert book.running(NOON + 30 * DAY) == Tally(0, 0)


def test_days_are_those_of_the_centre() -> None:
    book = Abandonment(zone=ZoneInfo("Europe/Belgrade"))
    book.answered(at("2026-11-26 23:59"), abandoned=True)
    book.answered(at("2026-11-27 00:00"), abandoned=False)
    now = at("2026-11-27 00:01")
    assert book.today(now) == Tally(1, 0)
    assert book.days(now) == [(date(2026, 11, 26), Tally(1, 1)), (date(2026, 11, 27), Tally(1, 0))]


def test_credit_says_how_many_more_may_be_abandoned() -> None:
    book = counted((97, 0))
    assert book.credit(0.03, NOON) == pytest.approx(3.0)
    for _ in range(3):
        book.answered(NOON, abandoned=True)
    assert book.rate(NOON) == 0.03
    assert book.credit(0.03, NOON) == pytest.approx(0.0)


def test_credit_is_a_debt_beyond_the_limit() -> None:
    assert counted((100, 5)).credit(0.03, NOON) == pytest.approx(-2 / 0.97)


def test_where_each_day_counts_there_is_no_more_credit_than_today_has() -> None:
    book = counted((970, 0), (97, 2))
    assert book.credit(0.03, NOON) > 29
    assert book.credit(0.03, NOON, daily=True) == pytest.approx((0.03 * 97 - 2) / 0.97)


def test_who_may_abandon_everybody_has_credit_without_end() -> None:
    assert counted((10, 10)).credit(1.0, NOON) == math.inf


def test_what_was_counted_before_a_restart_counts_after_it() -> None:
    first = counted((50, 1), (70, 2))
    again = Abandonment()
    again.restore(
        [(at(f"{day.isoformat()} 00:00", "UTC"), tally.answered, tally.abandoned) for day, tally in first.days(NOON)],
        NOON,
    )
    assert again.running(NOON) == first.running(NOON) == Tally(120, 3)
    assert again.today(NOON) == Tally(70, 2)


def test_what_is_older_than_thirty_days_is_not_restored() -> None:
    book = Abandonment()
    book.restore([(NOON - 40 * DAY, 100, 50), (NOON - DAY, 10, 1)], NOON)
    assert book.running(NOON) == Tally(10, 1)


def test_campaigns_of_one_group_are_counted_under_one_name() -> None:
    assert measured_as(campaign(abandon_group="spring")) == "group:spring"
    assert measured_as(campaign()) == "spring", "a campaign is never taken for a group of its name"


@pytest.mark.parametrize(
    ("rang_after_s", "given_up_after_s"),
    [(None, 25.0), (2.0, 25.0), (10.0, 25.0), (14.0, 29.0), (24.0, 39.0)],
)
def test_no_call_is_given_up_before_it_rang_for_fifteen_seconds(
    rang_after_s: float | None, given_up_after_s: float
) -> None:
    rang_at = None if rang_after_s is None else NOON + rang_after_s
    assert gives_up_at(campaign(max_ring_s=25.0), NOON, rang_at) == NOON + given_up_after_s


def test_a_campaign_may_let_it_ring_longer_and_never_shorter() -> None:
    assert gives_up_at(campaign(min_ring_s=20.0, max_ring_s=20.0), NOON, NOON + 3.0) == NOON + 23.0
    assert gives_up_at(campaign(min_ring_s=5.0, max_ring_s=5.0), NOON, NOON + 3.0) == NOON + 18.0
