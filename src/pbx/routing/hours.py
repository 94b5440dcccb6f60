"""When a business is open: weekly windows of local time, and holidays.

Local time is the wall clock of an IANA time zone, so a window keeps its hours over the change to summer time.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Clock = Annotated[str, Meta(pattern=r"^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
"""A time of day, ``00:00`` to ``24:00``."""
Holiday = Annotated[str, Meta(pattern=r"^(?:[0-9]{4}-)?(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$", max_length=10)]
"""``2026-01-02``, or ``01-02`` for the day of every year."""

Opening = Literal["open", "closed", "holiday"]


class Window(Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """Hours on some days of the week; one that ends no later than it begins lasts into the next day."""

    days: Annotated[tuple[Day, ...], Meta(min_length=1, max_length=7)]
    start: Clock
    end: Clock

    def holds(self, day: int, minute: int) -> bool:
        """Whether a minute (0 to 1439) of a day (0 is Monday) lies within; ``from`` does, ``to`` does not."""
        start, end = minutes(self.start), minutes(self.end)
        if start < end:
            return DAYS[day] in self.days and start <= minute < end
        return (DAYS[day] in self.days and minute >= start) or (DAYS[day - 1] in self.days and minute < end)


def minutes(clock: str) -> int:
    """Minutes since midnight of ``HH:MM``."""
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def opening(now: float, zone: ZoneInfo, windows: tuple[Window, ...], holidays: tuple[Holiday, ...] = ()) -> Opening:
    """What the hours say at ``now`` (seconds since the epoch). A holiday wins over the week's windows."""
    local = datetime.fromtimestamp(now, zone)
    if _is_holiday(local.date(), holidays):
        return "holiday"
    minute = local.hour * 60 + local.minute
    return "open" if any(window.holds(local.weekday(), minute) for window in windows) else "closed"


def _is_holiday(day: date, holidays: tuple[Holiday, ...]) -> bool:
    text = day.isoformat()
    return text in holidays or text[5:] in holidays
