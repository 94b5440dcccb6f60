"""Reports of a campaign, day by day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from control.nouns import Campaign
from control.store.attempts import Counted
from control.store.campaign_figures import AgentTime, AttemptCounts
from control.store.store import Store
from dialer.abandon import Tally, measured_as

MOST_DAYS = 366


class DayReport(Struct, frozen=True):
    """One day of a campaign."""

    day: date
    attempts: AttemptCounts
    right_party: int
    """Conversations with the person asked for, as agents say."""
    conversions: int
    time: AgentTime
    running: Tally
    """Abandonment over the campaign's days that end with this one, its group's where it has one."""


async def report_of(store: Store, campaign: Campaign, days: list[date], zone: ZoneInfo) -> list[DayReport]:
    """The report of some days, one after the other, as a clock of that zone has them."""
    found: list[DayReport] = []
    async with store.read() as records:
        together = {one.id for one in await records.campaigns.all() if measured_as(one) == measured_as(campaign)}
        first = _begin(days[0] - timedelta(days=campaign.abandon_days - 1), zone)
        counted = [one for one in await records.attempts.counted(first) if one.campaign in together]
        for day in days:
            since, until = _begin(day, zone), _begin(day + timedelta(days=1), zone)
            said = await records.dispositions.counts(campaign.id, since, until)
            running_since = _begin(day - timedelta(days=campaign.abandon_days - 1), zone)
            found.append(
                DayReport(
                    day,
                    await records.campaign_figures.attempts(campaign.id, since, until),
                    sum(one.right_party for one in said),
                    sum(one.conversions for one in said),
                    await records.campaign_figures.agent_time(campaign.id, since, until),
                    _tally(counted, running_since, until),
                )
            )
    return found


def days_between(first: date, last: date) -> list[date]:
    """All days from the first to the last, both included."""
    return list(_days(first, last))


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _begin(day: date, zone: ZoneInfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def _tally(counted: Collection[Counted], since: float, until: float) -> Tally:
    within = [one for one in counted if since <= one.at < until]
    return Tally(sum(one.answered for one in within), sum(one.abandoned for one in within))
