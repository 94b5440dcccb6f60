"""Music classes: what the callers of a queue hear while they wait. A queue that names none has the house's music."""

from __future__ import annotations

from fastapi import Response

from control.dependencies import DryRun, ServedCentre, ServedConfiguration
from control.nouns import Music
from control.paging import Cursor, Limit
from control.routers.declaring import DELETED, FOUND, api_router, declare, get_one, get_page, to_value, written
from control.schemas.common import Page, Slug
from control.schemas.music import MusicDeclared, MusicShown

router = api_router("/music", "music")


@router.get("")
async def list_music(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[MusicShown]:
    """All music classes, by id."""
    async with centre.store.read() as records:
        return await get_page(records.music, limit, cursor, MusicShown)


@router.get("/{id}", responses=FOUND)
async def get_music(id: Slug, centre: ServedCentre) -> MusicShown:
    """One music class."""
    async with centre.store.read() as records:
        return await get_one(records.music, id, MusicShown, "music class")


@router.put("/{id}", responses=written(MusicShown))
async def put_music(
    id: Slug, body: MusicDeclared, configuration: ServedConfiguration, response: Response, dry_run: DryRun = False
) -> MusicShown:
    """Declare a music class. Callers who wait go on with what they hear."""
    music = to_value(Music, body, id=id, name=body.name or id)
    await declare(configuration, music, response, dry_run=dry_run)
    return MusicShown.model_validate(music)


@router.delete("/{id}", status_code=204, responses=DELETED)
async def delete_music(id: Slug, configuration: ServedConfiguration, dry_run: DryRun = False) -> None:
    """Forget a music class that no queue names."""
    async with configuration.edit(dry_run=dry_run) as edit:
        await edit.delete("music", id)
