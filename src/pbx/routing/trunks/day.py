"""The day of a trunk's spending: from midnight to midnight of its own zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def day_of(time_zone: str, now: float) -> tuple[float, float]:
    """When the day of a moment began and when it ends, in seconds since the epoch."""
    local = datetime.fromtimestamp(now, ZoneInfo(time_zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return midnight.timestamp(), (midnight + timedelta(days=1)).timestamp()
