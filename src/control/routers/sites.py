"""Sites: where agents sit, when they work there, and whether that is now.

Agents and queues may name a site that is not declared: it has no kind and is always open.
"""

from __future__ import annotations

import time

from fastapi import Response

from control.dependencies import DryRun, ServedCentre, ServedConfiguration
from control.errors import NotFound
from control.opening import Calendar, Site
from control.paging import Cursor, Limit, cut, read_cursor
from control.routers.declaring import DELETED, FOUND, api_router, to_value, written
from control.schemas.common import Page, Slug
from control.schemas.site import SiteDeclared, SiteShown, site_shown
from control.store.store import Records

router = api_router("/sites", "sites")


@router.get("")
async def list_sites(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[SiteShown]:
    """All sites, by id."""
    async with centre.store.read() as records:
        found = await records.sites.page(limit + 1, read_cursor(cursor, str) if cursor else "")
        sites, next_cursor = cut(found, limit, lambda site: site.id)
        return Page(items=[await _shown(records, site) for site in sites], next_cursor=next_cursor)


@router.get("/{id}", responses=FOUND)
async def get_site(id: Slug, centre: ServedCentre) -> SiteShown:
    """One site, and whether it is open now."""
    async with centre.store.read() as records:
        site = await records.sites.get(id)
        if site is None:
            raise NotFound(f"there is no site {id}")
        return await _shown(records, site)


@router.put("/{id}", responses=written(SiteShown))
async def put_site(
    id: Slug, body: SiteDeclared, configuration: ServedConfiguration, response: Response, dry_run: DryRun = False
) -> SiteShown:
    """Declare a site. It opens and closes by the new hours at once."""
    site = to_value(Site, body, id=id, name=body.name or id)
    async with configuration.edit(dry_run=dry_run) as edit:
        if await edit.put(site):
            response.status_code = 201
        return await _shown(edit.records, site)


@router.delete("/{id}", status_code=204, responses=DELETED)
async def delete_site(id: Slug, configuration: ServedConfiguration, dry_run: DryRun = False) -> None:
    """Forget a site at which no agent is, and which no queue names."""
    async with configuration.edit(dry_run=dry_run) as edit:
        await edit.delete("site", id)


async def _shown(records: Records, site: Site) -> SiteShown:
    return site_shown(site, await _calendar(records, site), time.time())


async def _calendar(records: Records, site: Site) -> Calendar | None:
    named = site.hours.calendar if site.hours is not None else None
    return await records.calendars.get(named) if named is not None else None
