"""Hours of a week in which calls are allowed, by the called party's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from dialer.campaign import CallingWindow

Span: TypeAlias = tuple[int, int]
"""Minutes after midnight: the first one, and the one after the last."""
Week: TypeAlias = tuple[tuple[Span, ...], ...]
"""The spans of Monday, Tuesday ... in order, none touching the next."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 24 * 60
HORIZON_DAYS = 40
"""How far ahead an opening is looked for."""

Closed: TypeAlias = Callable[[date], object]
"""Whether nobody may be called on a date, holidays for example."""


@lru_cache(maxsize=4096)
def week_of(windows: tuple[CallingWindow, ...]) -> Week:
    """The union of a campaign's windows."""
    return tuple(
        _joined((window.start_minute, window.end_minute) for window in windows if day in window.days)
        for day in range(7)
    )


@lru_cache(maxsize=4096)
def both(one: Week, other: Week) -> Week:
    """The hours that are in both."""
    return tuple(
        tuple(
            (max(first[0], second[0]), min(first[1], second[1]))
            for first in mine
            for second in others
            if max(first[0], second[0]) < min(first[1], second[1])
        )
        for mine, others in zip(one, other, strict=True)
    )


def parse_week(hours: str | Mapping[str, str]) -> Week:
    """Read ``08:00-21:00`` (every day), or days and theirs: ``{mon-fri: "10:00-13:00 14:00-20:00", sat: ...}``.

    Days that are not named are closed. Raises ValueError.
    """
    if isinstance(hours, str):
        return (_parse_spans(hours),) * 7
    week: list[tuple[Span, ...]] = [()] * 7
    for days, text in hours.items():
        first, _, last = days.partition("-")
        for day in range(DAYS.index(first), DAYS.index(last or first) + 1):
            week[day] = _parse_spans(text)
    return tuple(week)


def is_open(week: Week, closed: Closed, zone: ZoneInfo, now: float) -> bool:
    """Whether a call is allowed at that moment where the clocks show ``zone``."""
    local = datetime.fromtimestamp(now, zone)
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in week[local.weekday()]) and not closed(local.date())


def opens(week: Week, closed: Closed, zones: Iterable[ZoneInfo], now: float) -> float | None:
    """The first moment from ``now`` on at which every zone allows a call; None where none comes soon."""
    at, end = now, now + HORIZON_DAYS * 86_400.0
    while at < end:
        latest = at
        for zone in zones:
            moment = _opens_in(week, closed, zone, at)
            if moment is None:
                return None
            latest = max(latest, moment)
        if latest == at:
            return at
        at = latest
    return None


def _opens_in(week: Week, closed: Closed, zone: ZoneInfo, now: float) -> float | None:
    """The first moment from ``now`` on at which one zone may allow a call. Whoever asks asks again for that moment:
    a clock that is put forward may skip it.
    """
    if is_open(week, closed, zone, now):
        return now
    today = datetime.fromtimestamp(now, zone).date()
    for ahead in range(HORIZON_DAYS):
        day = today + timedelta(days=ahead)
        if closed(day):
            continue
        for start, _ in week[day.weekday()]:
            hour, minute = divmod(start, 60)
            wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
            for moment in (wall.timestamp(), wall.replace(fold=1).timestamp()):
                if moment > now:
                    return moment
    return None


def _parse_spans(text: str) -> tuple[Span, ...]:
    spans = []
    for word in text.split():
        start, dash, end = word.partition("-")
        if not dash:
            raise ValueError(f"expected hours such as 08:00-21:00, not {word!r}")
        spans.append((_parse_minute(start), _parse_minute(end)))
    return _joined(spans)


def _parse_minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    value = int(hour) * 60 + int(minute)
    if not 0 <= value <= MINUTES_A_DAY:
        raise ValueError(f"expected a time of the day such as 08:00, not {text!r}")
    return value


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return tuple(joined)
