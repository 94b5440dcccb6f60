"""Opening hours: local time, over midnight, over the change to summer time, and holidays."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pbx.routing.hours import Window, opening

BELGRADE = ZoneInfo("Europe/Belgrade")
WORKDAYS = (Window(days=("mon", "tue", "wed", "thu", "fri"), start="09:00", end="17:00"),)
NIGHT = (Window(days=("fri",), start="22:00", end="06:00"),)


def at(text: str, zone: ZoneInfo = BELGRADE) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T08:59:59", "closed"),
        ("2026-03-02T09:00:00", "open"),
        ("2026-03-02T16:59:59", "open"),
        ("2026-03-02T17:00:00", "closed"),
        ("2026-03-01T12:00:00", "closed"),  # a Sunday
    ],
)
def test_a_window_holds_from_its_beginning_until_before_its_end(moment: str, expected: str) -> None:
    assert opening(at(moment), BELGRADE, WORKDAYS) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-06T21:59:00", "closed"),
        ("2026-03-06T22:00:00", "open"),
        ("2026-03-07T05:59:00", "open"),
        ("2026-03-07T06:00:00", "closed"),
        ("2026-03-06T05:00:00", "closed"),  # Friday morning belongs to no Thursday night
    ],
)
def test_a_window_that_ends_before_it_begins_lasts_into_the_next_day(moment: str, expected: str) -> None:
    assert opening(at(moment), BELGRADE, NIGHT) == expected


def test_the_hours_are_those_on_the_wall_before_and_after_the_change_to_summer_time() -> None:
    friday, monday = at("2026-03-27T09:00:00"), at("2026-03-30T09:00:00")
    assert monday - friday == 3 * 86_400 - 3600
    for opens in (friday, monday):
        assert opening(opens - 1, BELGRADE, WORKDAYS) == "closed"
        assert opening(opens, BELGRADE, WORKDAYS) == "open"


def test_the_hour_that_comes_twice_in_autumn_is_open_twice() -> None:
    night = (Window(days=("sun",), start="02:00", end="03:00"),)
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BELGRADE).timestamp()
    assert opening(first, BELGRADE, night) == "open"
    assert opening(first + 3600, BELGRADE, night) == "open"
    assert opening(first + 7200, BELGRADE, night) == "closed"


@pytest.mark.parametrize("holiday", ["2026-01-01", "01-01"])
def test_a_holiday_wins_over_the_weeks_windows(holiday: str) -> None:
    assert opening(at("2026-01-01T10:00:00"), BELGRADE, WORKDAYS, (holiday,)) == "holiday"
    assert opening(at("2026-01-02T10:00:00"), BELGRADE, WORKDAYS, (holiday,)) == "open"


def test_a_holiday_of_one_year_is_a_working_day_in_the_next() -> None:
    assert opening(at("2027-01-01T10:00:00"), BELGRADE, WORKDAYS, ("2026-01-01",)) == "open"


def test_a_holiday_begins_at_local_midnight() -> None:
    midnight = at("2026-01-01T00:00:00")
    assert opening(midnight - 1, BELGRADE, WORKDAYS, ("01-01",)) == "closed"
    assert opening(midnight, BELGRADE, WORKDAYS, ("01-01",)) == "holiday"


def test_a_day_may_be_open_until_midnight() -> None:
    evening = (Window(days=("sat",), start="18:00", end="24:00"),)
    assert opening(at("2026-03-07T23:59:59"), BELGRADE, evening) == "open"
    assert opening(at("2026-03-08T00:00:00"), BELGRADE, evening) == "closed"
