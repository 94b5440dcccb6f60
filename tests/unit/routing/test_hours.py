"""Opening hours: local time, over midnight, over the change to summer time, holidays, and what comes next."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pbx.routing.hours import OpeningHours, OwnHours, Window, opening

BELGRADE = "Europe/Belgrade"
WORKDAYS = (Window(days=("mon", "tue", "wed", "thu", "fri"), start="09:00", end="17:00"),)
NIGHT = (Window(days=("fri",), start="22:00", end="06:00"),)


def at(text: str, zone: str = BELGRADE) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


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
    first = at("2026-10-25T02:30:00")
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


def test_a_night_that_began_on_a_holiday_is_closed_and_one_before_it_ends_at_midnight() -> None:
    assert opening(at("2026-03-07T03:00:00"), BELGRADE, NIGHT, ("2026-03-06",)) == "closed"
    assert opening(at("2026-03-07T03:00:00"), BELGRADE, NIGHT, ("2026-03-07",)) == "holiday"


EVE = OpeningHours(
    BELGRADE,
    WORKDAYS,
    holidays=("12-24", "12-25"),
    exceptions=(OwnHours("2026-12-24", "09:00", "12:00"), OwnHours("2026-12-26", "10:00", "11:00")),
)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-12-23T16:00:00", "open"),
        ("2026-12-24T11:59:00", "open"),  # a Thursday
        ("2026-12-24T12:00:00", "closed"),
        ("2026-12-25T10:00:00", "holiday"),
        ("2026-12-26T10:30:00", "open"),  # a Saturday
        ("2027-12-24T10:00:00", "holiday"),
    ],
)
def test_a_days_own_hours_go_before_holidays_and_the_week(moment: str, expected: str) -> None:
    assert EVE.opening(at(moment)) == expected


@pytest.mark.parametrize(
    ("moment", "change"),
    [
        ("2026-12-23T16:00:00", "2026-12-23T17:00:00"),
        ("2026-12-23T17:00:00", "2026-12-24T09:00:00"),
        ("2026-12-24T09:00:00", "2026-12-24T12:00:00"),
        ("2026-12-24T12:00:00", "2026-12-26T10:00:00"),
        ("2026-12-26T11:00:00", "2026-12-28T09:00:00"),
        ("2026-03-27T17:00:00", "2026-03-30T09:00:00"),
    ],
)
def test_what_comes_next_is_the_next_opening_or_closing(moment: str, change: str) -> None:
    assert EVE.next_change(at(moment)) == at(change)


def test_what_is_open_around_the_clock_closes_on_the_next_holiday() -> None:
    always = Window(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00", "24:00")
    assert OpeningHours(BELGRADE, (always,)).next_change(at("2026-03-02T10:00:00")) is None
    closes = OpeningHours(BELGRADE, (always,), ("01-01", "02-29")).next_change(at("2026-03-02T10:00:00"))
    assert closes == at("2027-01-01T00:00:00")


def test_what_never_opens_has_no_next_change() -> None:
    assert OpeningHours(BELGRADE, ()).next_change(at("2026-03-02T10:00:00")) is None


def test_holidays_without_end_hide_no_opening_behind_them() -> None:
    off = tuple(f"2026-03-{day:02}" for day in range(1, 32))
    assert OpeningHours(BELGRADE, WORKDAYS, off).next_change(at("2026-03-01T10:00:00")) == at("2026-04-01T09:00:00")


def test_the_clock_that_is_set_back_closes_what_it_opens_again_later() -> None:
    """02:00 to 03:00 comes twice: a window from 02:30 on holds in the second half of each."""
    early = OpeningHours(BELGRADE, (Window(("sun",), "02:30", "09:00"),))
    first, set_back = at("2026-10-25T02:30:00"), at("2026-10-25T02:30:00") + 1800
    assert early.next_change(first) == set_back
    assert early.next_change(set_back) == set_back + 1800
    assert early.next_change(set_back + 1800) == at("2026-10-25T09:00:00")
