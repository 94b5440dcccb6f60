"""Bans: who is not listened to, imposed by the guard or by an operator."""

from __future__ import annotations

from fastapi import Response

from control.dependencies import DryRun, ServedCentre
from control.errors import NotFound
from control.paging import Cursor, Limit, cut, read_cursor
from control.routers.declaring import BODY, FOUND, PROBLEM, api_router
from control.schemas.ban import BanDeclared, BanShown, SourceText
from control.schemas.common import Page

router = api_router("/bans", "bans")

# An IPv6 source has a slash in it, which is a slash of the path however it is escaped.
_ONE = "/{source:path}"


@router.get("")
async def list_bans(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[BanShown]:
    """The bans in force, by source."""
    after = read_cursor(cursor, str) if cursor else ""
    bans = [ban for ban in centre.bans.all() if ban.source > after]
    page, next_cursor = cut(bans[: limit + 1], limit, lambda ban: ban.source)
    return Page(items=list(page), next_cursor=next_cursor)


@router.get(_ONE, responses=FOUND)
async def get_ban(source: SourceText, centre: ServedCentre) -> BanShown:
    """One ban in force."""
    ban = centre.bans.get(source)
    if ban is None:
        raise NotFound(f"{source} is not banned")
    return ban


@router.put(
    _ONE,
    responses=BODY
    | {
        200: {"description": "Replaced, or there already"},
        201: {"model": BanShown, "description": "Created"},
        404: PROBLEM | {"description": "The path holds no source at all"},
        409: PROBLEM | {"description": "The source lies in a trusted network"},
    },
)
async def put_ban(
    source: SourceText, body: BanDeclared, centre: ServedCentre, response: Response, dry_run: DryRun = False
) -> BanShown:
    """Ban a source until a time."""
    ban, new = centre.bans.declare(source, body.reason, body.until.timestamp(), dry_run=dry_run)
    if new:
        response.status_code = 201
    return ban


@router.delete(_ONE, status_code=204, responses=FOUND)
async def delete_ban(source: SourceText, centre: ServedCentre, dry_run: DryRun = False) -> None:
    """Lift a ban; the source is a stranger again."""
    if (centre.bans.get(source) is None) if dry_run else not centre.bans.lift(source):
        raise NotFound(f"{source} is not banned")
