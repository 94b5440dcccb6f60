"""How often somebody is called: ever, in a week, in a day, and with what pause between."""

from __future__ import annotations

from collections.abc import Sequence

from dialer.compliance.case import Case
from dialer.compliance.verdict import Refusal

HOUR_S = 3_600.0
DAY_S = 24 * HOUR_S
WEEK_S = 7 * DAY_S


def attempts_ever(case: Case) -> Refusal | None:
    """The campaign called this lead as often as it ever does."""
    limit = case.campaign.attempts.ever
    if len(case.calls) >= limit:
        return Refusal("attempts_ever", f"the lead was called {limit} times, which is as often as the campaign does")
    return None


def number_ever(case: Case) -> Refusal | None:
    """The campaign called this number as often as it ever does."""
    limit = case.campaign.attempts.number_ever
    if limit is not None and len(case.calls_of_number) >= limit:
        return Refusal("number_ever", f"the number was called {limit} times, which is as often as the campaign does")
    return None


def attempts_per_week(case: Case) -> Refusal | None:
    """The lead was called as often as the campaign does in seven days."""
    return _limited(case, "attempts_per_week", "lead", case.calls, case.campaign.attempts.per_week, WEEK_S)


def attempts_per_day(case: Case) -> Refusal | None:
    """The lead was called as often as the campaign does in 24 hours."""
    return _limited(case, "attempts_per_day", "lead", case.calls, case.campaign.attempts.per_day, DAY_S)


def number_per_week(case: Case) -> Refusal | None:
    """The number was called, for any of the client's leads, as often as the campaign does in seven days."""
    limit = case.campaign.attempts.number_per_week
    return _limited(case, "number_per_week", "number", case.calls_for_client, limit, WEEK_S)


def number_per_day(case: Case) -> Refusal | None:
    """The number was called, for any of the client's leads, as often as the campaign does in 24 hours."""
    limit = case.campaign.attempts.number_per_day
    return _limited(case, "number_per_day", "number", case.calls_for_client, limit, DAY_S)


def region_attempts(case: Case) -> Refusal | None:
    """A region allows no more calls of one person within some time, whichever of its numbers they ring."""
    for demand in case.place.demands["attempts"]:
        limit = demand.row.attempts
        if limit is None:
            continue
        for calls in (case.calls, case.calls_for_client):
            until = _until(calls, limit.times, limit.within_h * HOUR_S, case.now)
            if until is not None:
                allowed = f"{limit.times} calls in {limit.within_h:g} hours"
                detail = f"{demand.region.name} allows {allowed} ({demand.row.source})"
                return Refusal("region_attempts", detail, until)
    return None


def minimum_gap(case: Case) -> Refusal | None:
    """The last call is not long enough ago."""
    demanded_h = [demand.row.minimum_gap_h or 0.0 for demand in case.place.demands["minimum_gap_h"]]
    gap_s = max(case.campaign.attempts.min_gap_s, HOUR_S * max(demanded_h, default=0.0))
    last = max((*case.calls[-1:], *case.calls_for_client[-1:]), default=None)
    if last is None or case.now >= last + gap_s:
        return None
    detail = f"the last call was {case.now - last:.0f} s ago, {gap_s:.0f} s are asked for"
    return Refusal("minimum_gap", detail, last + gap_s)


def _limited(
    case: Case, rule: str, whom: str, calls: Sequence[float], times: int | None, within_s: float
) -> Refusal | None:
    if times is None:
        return None
    until = _until(calls, times, within_s, case.now)
    if until is None:
        return None
    return Refusal(rule, f"the {whom} was called {times} times within {within_s / HOUR_S:.0f} hours", until)


def _until(calls: Sequence[float], times: int, within_s: float, now: float) -> float | None:
    """When one call more is allowed; None where it is now."""
    if times <= 0:
        return now + within_s
    if len(calls) < times or calls[-times] + within_s <= now:
        return None
    return calls[-times] + within_s
