"""When a trunk may be used, and when its day began: wall time of its own zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pbx.routing.trunks.trunk import DAYS, Window


def open_at(windows: tuple[Window, ...], time_zone: str, now: float) -> bool:
    """Whether a moment (seconds since the epoch) lies in one of the windows; there being none, it does."""
    if not windows:
        return True
    local = datetime.fromtimestamp(now, ZoneInfo(time_zone))
    minute = local.hour * 60 + local.minute
    today, yesterday = DAYS[local.weekday()], DAYS[local.weekday() - 1]
    return any(_within(window, minute, today in window.days, yesterday in window.days) for window in windows)


def _within(window: Window, minute: int, today: bool, yesterday: bool) -> bool:
    start, end = minutes(window.start), minutes(window.end)
    if start < end:
        return today and start <= minute < end
    return (today and minute >= start) or (yesterday and minute < end)


def minutes(text: str) -> int:
    """``HH:MM`` as minutes since midnight."""
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def day_of(time_zone: str, now: float) -> tuple[float, float]:
    """When the day of a moment began and when it ends, in seconds since the epoch."""
    local = datetime.fromtimestamp(now, ZoneInfo(time_zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return midnight.timestamp(), (midnight + timedelta(days=1)).timestamp()
