"""Trunks: how carriers are reached, what they may carry, and how they do."""

from __future__ import annotations

from fastapi import Response

from control.dependencies import DryRun, ServedCentre, ServedConfiguration
from control.errors import NotFound
from control.nouns import Trunk
from control.paging import Cursor, Limit
from control.routers.declaring import DELETED, FOUND, api_router, get_one, get_page, to_value, written
from control.schemas.common import Page, Slug
from control.schemas.trunk import TrunkDeclared, TrunkLive, TrunkShown

router = api_router("/trunks", "trunks")


@router.get("")
async def list_trunks(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[TrunkShown]:
    """All trunks, by id."""
    async with centre.store.read() as records:
        return await get_page(records.trunks, limit, cursor, TrunkShown)


@router.get("/{id}", responses=FOUND)
async def get_trunk(id: Slug, centre: ServedCentre) -> TrunkShown:
    """One trunk."""
    async with centre.store.read() as records:
        return await get_one(records.trunks, id, TrunkShown, "trunk")


@router.put("/{id}", responses=written(TrunkShown))
async def put_trunk(
    id: Slug, body: TrunkDeclared, configuration: ServedConfiguration, response: Response, dry_run: DryRun = False
) -> TrunkShown:
    """Declare a trunk. Without a password the present one is kept, as long as the username stays."""
    async with configuration.edit(dry_run=dry_run) as edit:
        password = _password(body, await edit.records.trunks.get(id))
        trunk = to_value(Trunk, body, id=id, password=password)
        if await edit.put(trunk):
            response.status_code = 201
    return TrunkShown.model_validate(trunk)


@router.delete("/{id}", status_code=204, responses=DELETED)
async def delete_trunk(id: Slug, configuration: ServedConfiguration, dry_run: DryRun = False) -> None:
    """Forget a trunk to which nothing leads."""
    async with configuration.edit(dry_run=dry_run) as edit:
        await edit.delete("trunk", id)


@router.get("/{id}/live", responses=FOUND)
async def get_trunk_live(id: Slug, centre: ServedCentre) -> TrunkLive:
    """Whether a trunk is up, what it carries, and what was spent on it today."""
    live = centre.trunk_live(id)
    if live is None:
        raise NotFound(f"there is no trunk {id}")
    return live


def _password(body: TrunkDeclared, before: Trunk | None) -> str:
    if body.password is not None:
        return body.password.get_secret_value()
    return before.password if before is not None and before.username == body.username else ""
