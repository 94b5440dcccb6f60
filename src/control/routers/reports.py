"""Reports of campaigns, by day."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Query, Request
from pydantic import AfterValidator
from starlette.responses import Response

from control.csv_text import lines
from control.dependencies import ServedCentre
from control.errors import Invalid, NotFound
from control.reporting import MOST_DAYS, days_between, report_of
from control.routers.cdrs import CSV_RESPONSE
from control.routers.declaring import FOUND, api_router
from control.schemas.common import Slug
from control.schemas.lead import known_zone
from control.schemas.report import CampaignDay, CampaignReport, day_shown
from dialer.lead import OVER, LeadState
from dialer.outcome import Outcome

router = api_router("/campaigns/{id}", "campaigns")

PLAIN = tuple(name for name in CampaignDay.model_fields if name != "outcomes")


@router.get("/report", response_model=CampaignReport, responses=CSV_RESPONSE | FOUND)
async def get_report(
    id: Slug,
    request: Request,
    centre: ServedCentre,
    since: Annotated[date | None, Query(description="The first day; else today.")] = None,
    until: Annotated[date | None, Query(description="The last day; else today.")] = None,
    zone: Annotated[
        str, Query(max_length=64, description="Whose days: an IANA time zone."), AfterValidator(known_zone)
    ] = "UTC",
) -> Response | CampaignReport:
    """Attempts, contacts, right parties, conversions, abandonment and agents' time, a row a day; today's so far. With
    `Accept: text/csv` as CSV."""
    async with centre.store.read() as records:
        campaign = await records.campaigns.get(id)
        counts = await records.leads.counts(id)
    if campaign is None:
        raise NotFound(f"there is no campaign {id}")
    clock = ZoneInfo(zone or "UTC")
    today = datetime.fromtimestamp(time.time(), clock).date()
    last = min(until or today, today)
    first = since or last
    if not date(2000, 1, 1) <= first <= last or (last - first).days >= MOST_DAYS:
        raise Invalid(f"expected up to {MOST_DAYS} days that have begun", field="since")
    days = [day_shown(day) for day in await report_of(centre.store, campaign, days_between(first, last), clock)]
    if "text/csv" in request.headers.get("accept", ""):
        headers = {"Content-Disposition": f'attachment; filename="{id}-report.csv"'}
        rows = [_cells(day) for day in days]
        return Response(lines([(*PLAIN, *map(str, Outcome)), *rows]), media_type="text/csv", headers=headers)
    states: dict[LeadState, int] = {}
    for one in counts:
        states[one.state] = states.get(one.state, 0) + one.count
    total = sum(states.values())
    over = sum(states.get(state, 0) for state in OVER)
    return CampaignReport(
        campaign=id, zone=zone, days=days, leads=states, penetration=round(over / total, 4) if total else None
    )


def _cells(day: CampaignDay) -> tuple[str, ...]:
    plain: list[Any] = [getattr(day, name) for name in PLAIN]
    values = [*plain, *(day.outcomes.get(outcome, 0) for outcome in Outcome)]
    return tuple("" if value is None else str(value) for value in values)
