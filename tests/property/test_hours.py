"""Opening hours against a plain reading of them, quarter by quarter, in zones whose clocks change in every way."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from pbx.routing.hours import DAYS, OpeningHours, OwnHours, Window

QUARTER_S = 900.0
"""All hours here, and all changes of the clock, are multiples of it."""
SCAN = 5 * 24 * 4
CHANGES = (
    ("Europe/Belgrade", "2026-03-29T01:00:00"),
    ("Europe/Belgrade", "2026-10-25T01:00:00"),
    ("America/Bogota", "2026-03-08T07:00:00"),  # which has no summer time
    ("America/New_York", "2026-11-01T06:00:00"),
    ("America/Havana", "2026-11-01T05:00:00"),  # midnight comes twice
    ("America/Santiago", "2026-09-06T04:00:00"),  # and is left out here
    ("Asia/Beirut", "2026-10-24T21:00:00"),  # the last hour of a day comes twice
    ("Australia/Lord_Howe", "2026-04-04T15:00:00"),  # by half an hour
)
"""A zone, and an instant (UTC) at which its clock is set."""

CLOCKS = st.builds("{:02}:{:02}".format, st.sampled_from((0, 1, 1, 2, 2, 3, 9, 23)), st.sampled_from((0, 15, 45)))
ENDS = CLOCKS | st.just("24:00")
DATES = st.sampled_from(("2026-03-29", "03-28", "10-25", "2026-10-24", "2026-11-01", "10-31", "2026-04-05", "09-06"))
WINDOWS = st.builds(
    Window, st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True).map(tuple), CLOCKS, ENDS
)


@st.composite
def hours(draw: st.DrawFn, zone: str) -> OpeningHours:
    return OpeningHours(
        zone,
        tuple(draw(st.lists(WINDOWS, max_size=3))),
        tuple(draw(st.lists(DATES, max_size=2))),
        tuple(draw(st.lists(st.builds(OwnHours, DATES, CLOCKS, ENDS), max_size=2))),
    )


def reads_open(hours: OpeningHours, at: float) -> bool:
    """Whether the clock on the wall shows a time within some hours that began today or yesterday."""
    wall = datetime.fromtimestamp(at, ZoneInfo(hours.time_zone)).replace(tzinfo=None)
    today = wall.replace(hour=0, minute=0)
    begun = [(today, one) for one in hours_of(hours, today)]
    if not is_special(hours, today):
        begun += [(today - timedelta(days=1), one) for one in hours_of(hours, today - timedelta(days=1))]
    for day, (start, end) in begun:
        first, last = day + clock(start), day + clock(end)
        if first <= wall < (last if last > first else last + timedelta(days=1)):
            return True
    return False


def hours_of(hours: OpeningHours, day: datetime) -> list[tuple[str, str]]:
    own = [(one.start, one.end) for one in hours.exceptions if names(one.date, day)]
    if own or is_special(hours, day):
        return own
    return [(one.start, one.end) for one in hours.windows if DAYS[day.weekday()] in one.days]


def is_special(hours: OpeningHours, day: datetime) -> bool:
    return any(names(date, day) for date in (*hours.holidays, *(one.date for one in hours.exceptions)))


def names(date: str, day: datetime) -> bool:
    return date in (f"{day:%Y-%m-%d}", f"{day:%m-%d}")


def clock(text: str) -> timedelta:
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(CHANGES), st.integers(-4 * 4, 4) | st.integers(-36 * 4, 36 * 4))
def test_the_next_change_is_the_first_at_which_the_wall_says_otherwise(
    data: st.DataObject, change: tuple[str, str], quarters: int
) -> None:
    zone, instant = change
    drawn = data.draw(hours(zone))
    now = datetime.fromisoformat(instant + "+00:00").timestamp() + quarters * QUARTER_S
    present = reads_open(drawn, now)
    assert drawn.is_open(now) is present
    later = (now + step * QUARTER_S for step in range(1, SCAN))
    expected = next((at for at in later if reads_open(drawn, at) is not present), None)
    found = drawn.next_change(now)
    if expected is not None:
        assert found == expected
    else:
        assert found is None or found >= now + SCAN * QUARTER_S
    if found is not None:
        assert drawn.is_open(found) is not present
        assert drawn.is_open(found - 1) is present
