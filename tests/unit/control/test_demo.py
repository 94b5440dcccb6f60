from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from control.demo.campaign import CUSTOMERS, QUALITY, ZONES, customers


def test_everybody_on_the_list_is_somebody_else() -> None:
    assert len({lead.numbers[0].number for lead in customers()}) == CUSTOMERS


@pytest.mark.parametrize("month", [1, 7])
def test_at_every_hour_somebody_may_be_called(month: int) -> None:
    [window] = QUALITY.windows
    for quarter in range(96):
        now = datetime(2026, month, 1, tzinfo=UTC) + timedelta(minutes=15 * quarter)
        clocks = [now.astimezone(ZoneInfo(zone)) for zone in ZONES]
        minutes = [60 * clock.hour + clock.minute for clock in clocks]
        assert any(window.start_minute <= minute < window.end_minute for minute in minutes), now
