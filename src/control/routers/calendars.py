"""Calendars: holidays that several queues and sites share."""

from __future__ import annotations

from fastapi import Response

from control.dependencies import DryRun, ServedCentre, ServedConfiguration
from control.opening import Calendar
from control.paging import Cursor, Limit
from control.routers.declaring import DELETED, FOUND, api_router, declare, get_one, get_page, to_value, written
from control.schemas.calendar import CalendarDeclared, CalendarShown
from control.schemas.common import Page, Slug

router = api_router("/calendars", "calendars")


@router.get("")
async def list_calendars(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[CalendarShown]:
    """All calendars, by id."""
    async with centre.store.read() as records:
        return await get_page(records.calendars, limit, cursor, CalendarShown)


@router.get("/{id}", responses=FOUND)
async def get_calendar(id: Slug, centre: ServedCentre) -> CalendarShown:
    """One calendar."""
    async with centre.store.read() as records:
        return await get_one(records.calendars, id, CalendarShown, "calendar")


@router.put("/{id}", responses=written(CalendarShown))
async def put_calendar(
    id: Slug, body: CalendarDeclared, configuration: ServedConfiguration, response: Response, dry_run: DryRun = False
) -> CalendarShown:
    """Declare a calendar. Queues and sites that have it open and close by it at once."""
    calendar = to_value(Calendar, body, id=id, name=body.name or id)
    await declare(configuration, calendar, response, dry_run=dry_run)
    return CalendarShown.model_validate(calendar)


@router.delete("/{id}", status_code=204, responses=DELETED)
async def delete_calendar(id: Slug, configuration: ServedConfiguration, dry_run: DryRun = False) -> None:
    """Forget a calendar that no queue and no site has."""
    async with configuration.edit(dry_run=dry_run) as edit:
        await edit.delete("calendar", id)
