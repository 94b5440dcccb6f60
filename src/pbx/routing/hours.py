"""When something is open: weekly windows of local time, holidays, and days with hours of their own.

Local time is the wall clock of an IANA time zone, so a window keeps its hours over the change to summer time: an hour
that comes twice in autumn is open twice, and one that spring leaves out is not made up for. A day is its date, from one
midnight to the next: its own hours go before a holiday, and a holiday before the week's windows. What lasts over
midnight belongs to the day on which it began, and ends at midnight where the next day is not like any of its week.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Clock = Annotated[str, Meta(pattern=r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
"""A time of day, ``00:00`` to ``24:00``."""
Holiday = Annotated[str, Meta(pattern=r"^(?:[0-9]{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$", max_length=10)]
"""``2026-01-02``, or ``01-02`` for the day of every year."""

Opening: TypeAlias = Literal["open", "closed", "holiday"]

MIDNIGHT = 24 * 60
LOOK_AHEAD_DAYS = 366
"""How far ahead a change is looked for."""
_WEEKS_DAYS = 15
"""Days after which weekly windows have shown all that they do, a day with a change of the clock left aside."""


class Window(Struct, frozen=True):
    """Hours on some days of the week; one that ends no later than it begins lasts into the next day."""

    days: tuple[Day, ...]
    start: str
    """``HH:MM``, the first minute in it."""
    end: str
    """``HH:MM``, the first minute after it; ``24:00`` is midnight."""


class OwnHours(Struct, frozen=True):
    """Hours of one date, in place of all others; a date may have several."""

    date: str
    """As a ``Holiday``."""
    start: str
    end: str


class OpeningHours(Struct, frozen=True):
    """Hours, as a whole."""

    time_zone: str
    windows: tuple[Window, ...]
    holidays: tuple[str, ...] = ()
    exceptions: tuple[OwnHours, ...] = ()

    def opening(self, now: float) -> Opening:
        """What they say at ``now`` (seconds since the epoch)."""
        local = datetime.fromtimestamp(now, _zone(self.time_zone))
        day, minute = local.date(), local.hour * 60 + local.minute
        if any(start <= minute < end for start, end in self._parts(day)):
            return "open"
        return "holiday" if self._rule(day) == "holiday" else "closed"

    def is_open(self, now: float) -> bool:
        """Whether they say ``open``."""
        return self.opening(now) == "open"

    def next_change(self, now: float) -> float | None:
        """The first instant after ``now`` at which they open or close; None where that is more than a year ahead."""
        present = self.is_open(now)
        return next((at for at in self._edges(now) if at > now and self.is_open(at) is not present), None)

    def _rule(self, day: date) -> str:
        """Which hours a date has: ``own``, none (``holiday``) or the ``week``'s."""
        text = day.isoformat()
        names = (text, text[5:])
        if any(own.date in names for own in self.exceptions):
            return "own"
        return "holiday" if any(name in self.holidays for name in names) else "week"

    def _spans(self, day: date) -> list[tuple[int, int]]:
        """The hours that begin on a date, in minutes since its midnight; one that lasts beyond it ends after 1440."""
        rule = self._rule(day)
        hours: list[tuple[str, str]] = []
        if rule == "own":
            names = (day.isoformat(), day.isoformat()[5:])
            hours = [(own.start, own.end) for own in self.exceptions if own.date in names]
        elif rule == "week":
            weekday = DAYS[day.weekday()]
            hours = [(window.start, window.end) for window in self.windows if weekday in window.days]
        return [_span(start, end) for start, end in hours]

    def _parts(self, day: date) -> list[tuple[int, int]]:
        """When a date is open, what began the day before included."""
        spans = self._spans(day)
        if self._rule(day) == "week":
            spans += [(0, end - MIDNIGHT) for _, end in self._spans(day - timedelta(days=1)) if end > MIDNIGHT]
        return spans

    def _edges(self, now: float) -> Iterator[float]:
        """Instants, in their order, among which every change is. Between two of them the wall clock runs on evenly
        and passes neither a beginning nor an end."""
        zone = _zone(self.time_zone)
        for day in self._days(datetime.fromtimestamp(now, zone).date()):
            minutes = {0, *(minute for part in self._parts(day) for minute in part if minute < MIDNIGHT)}
            # A time that the clock passes twice has two instants, fold 0 and 1 (PEP 495).
            walls = [_wall(day, minute, zone, fold) for minute in minutes for fold in (0, 1)]
            begin, end = _wall(day, 0, zone, 0), _wall(day + timedelta(days=1), 0, zone, 0)
            yield from sorted({*walls, *_clock_change(zone, begin, end)})

    def _days(self, today: date) -> Iterator[date]:
        """The days to look at: those in which the week shows itself, and those around dates that differ."""
        yield from (today + timedelta(days=ahead) for ahead in range(_WEEKS_DAYS))
        seen, last = today + timedelta(days=_WEEKS_DAYS - 1), today + timedelta(days=LOOK_AHEAD_DAYS)
        days: set[date] = set()
        for name in {*self.holidays, *(own.date for own in self.exceptions)}:
            for special in _dates(name, today, last):
                days |= {special + timedelta(days=ahead) for ahead in range(1 + len(DAYS))}
        yield from sorted(day for day in days if day > seen)


def opening(now: float, time_zone: str, windows: tuple[Window, ...], holidays: tuple[str, ...] = ()) -> Opening:
    """What hours without exceptions say at ``now`` (seconds since the epoch)."""
    return OpeningHours(time_zone, windows, holidays).opening(now)


def is_date(text: str) -> bool:
    """Whether a ``Holiday`` is a day that there is; 29 February is, of every year."""
    try:
        date.fromisoformat(text if len(text) > len("01-02") else f"2000-{text}")
    except ValueError:
        return False
    return True


def _span(start: str, end: str) -> tuple[int, int]:
    begins, ends = _minutes(start), _minutes(end)
    return begins, ends if begins < ends else ends + MIDNIGHT


def _minutes(clock: str) -> int:
    """Minutes since midnight of ``HH:MM``."""
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def _wall(day: date, minute: int, zone: ZoneInfo, fold: int) -> float:
    return datetime.combine(day, time(minute // 60, minute % 60, fold=fold), zone).timestamp()


def _clock_change(zone: ZoneInfo, begin: float, end: float) -> list[float]:
    """When the zone's offset changes between two instants; to the second, none or one."""

    def offset(at: float) -> timedelta | None:
        return datetime.fromtimestamp(at, zone).utcoffset()

    before = offset(begin)
    if offset(end) == before:
        return []
    while end - begin > 1:
        middle = float(int((begin + end) / 2))
        begin, end = (middle, end) if offset(middle) == before else (begin, middle)
    return [end]


def _dates(name: str, first: date, last: date) -> list[date]:
    """The dates that a holiday names within a time; 29 February is there in leap years only."""
    years = [name[:4]] if len(name) > len("01-02") else [str(year) for year in range(first.year, last.year + 1)]
    found = []
    for year in years:
        try:
            day = date.fromisoformat(f"{year}-{name[-5:]}")
        except ValueError:
            continue
        if first <= day <= last:
            found.append(day)
    return found


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
