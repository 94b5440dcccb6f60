"""When a called party's clock and calendar allow a call, in every zone in which it may be."""

from __future__ import annotations

from datetime import date, datetime

from dialer.compliance.case import Case
from dialer.compliance.verdict import Refusal
from dialer.compliance.week import Week, both, is_open, opens, week_of


def zone_unknown(case: Case) -> Refusal | None:
    """Nobody knows what time it is there."""
    if case.place.zones:
        return None
    return Refusal("zone_unknown", "no time zone is known for the lead, its region or the number")


def holiday(case: Case) -> Refusal | None:
    """It is a day there on which the campaign, or the region, calls nobody."""
    if not (case.campaign.holidays or case.place.demands["holidays"]):
        return None
    for zone in case.place.zones:
        day = datetime.fromtimestamp(case.now, zone).date()
        if _closed(case, day):
            return Refusal("holiday", f"nobody is called on {day.isoformat()} in {zone.key}", _opens(case))
    return None


def calling_window(case: Case) -> Refusal | None:
    """The hours of the campaign, or of a region, do not allow a call now in a zone in which the number may be."""
    week = _week(case)
    for zone in case.place.zones:
        if not is_open(week, lambda _: False, zone, case.now):
            local = datetime.fromtimestamp(case.now, zone)
            sources = "; ".join(demand.row.source for demand in case.place.demands["hours"])
            detail = f"it is {local:%a %H:%M} in {zone.key}, outside the hours of the campaign and of its regions"
            return Refusal("calling_window", f"{detail} ({sources})" if sources else detail, _opens(case))
    return None


def _week(case: Case) -> Week:
    return both(week_of(case.campaign.windows), case.place.week)


def _opens(case: Case) -> float | None:
    return opens(_week(case), lambda day: _closed(case, day), case.place.zones, case.now)


def _closed(case: Case, day: date) -> bool:
    if day.isoformat() in case.campaign.holidays:
        return True
    return any(demand.is_holiday(day) for demand in case.place.demands["holidays"])
