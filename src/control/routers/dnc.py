"""Who must not be called: numbers one by one, and lists as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from pydantic import BeforeValidator
from starlette.requests import ClientDisconnect

from control.compliance.do_not_call import NATIONAL
from control.dependencies import DryRun, ServedCentre, ServedContext
from control.errors import Invalid, NotFound
from control.numbers import to_e164
from control.paging import Cursor, Limit, cut, read_cursor
from control.routers.declaring import BODY, FOUND, PROBLEM, api_router
from control.schemas.common import Page, Slug
from control.schemas.dnc import DncDeclared, DncEntryShown, DncImportShown, DncListsShown, DncNumberShown
from control.store.dnc import DncEntry, DncList
from dialer.compliance.book import Scope

router = api_router("/dnc", "do not call")

Number = Annotated[
    str, Path(pattern=r"^\+?[0-9]{3,20}$", description="E.164, or a national number of the centre's country.")
]
OfClient = Annotated[Slug | None, Query(description="On behalf of this client only.")]
OfCampaign = Annotated[Slug | None, Query(description="For this campaign only.")]
Moment = Annotated[datetime, BeforeValidator(datetime.fromisoformat)]

_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself: one number a line.",
        "content": {"text/plain": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_IMPORTED: dict[int | str, dict[str, Any]] = {
    409: PROBLEM | {"description": "It is being imported, is newer already, or belongs to others"},
    413: PROBLEM | {"description": "The file is too large"},
}


@router.get("")
async def list_entries(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[DncEntryShown]:
    """Numbers that were put on lists one by one, in order."""
    after = read_cursor(cursor, tuple[int, str, str]) if cursor else None
    async with centre.store.read() as records:
        found = await records.dnc.entries(limit + 1, after)
    page, next_cursor = cut(found, limit, _position)
    return Page(items=[DncEntryShown.model_validate(entry) for entry in page], next_cursor=next_cursor)


@router.get("/lists")
async def get_lists(centre: ServedCentre) -> DncListsShown:
    """Imported lists, and how far imports are."""
    dnc = centre.do_not_call
    return DncListsShown.model_validate(
        {"items": dnc.lists(), "importing": dnc.progress(), "version": dnc.book.version}, from_attributes=True
    )


@router.delete("/lists/{name}", status_code=204, responses=FOUND)
async def delete_list(name: Slug, centre: ServedCentre, dry_run: DryRun = False) -> None:
    """Forget an imported list; where a region demands it, nobody there is sold anything any more."""
    if not any(kept.name == name for kept in centre.do_not_call.lists()):
        raise NotFound(f"there is no imported list {name}")
    if not dry_run:
        await centre.do_not_call.drop_list(name)


@router.post("/import", responses=_IMPORTED, openapi_extra=_FILE)
async def import_list(
    request: Request,
    centre: ServedCentre,
    context: ServedContext,
    list: Annotated[Slug, Query(description="Its name; `us` and `rs` are those that rules ask for.")],
    date: Annotated[Moment, Query(description="When its keeper gave it out; its age is counted from then.")],
    country: Annotated[
        str | None, Query(pattern="^[A-Za-z]{2}$", description="ISO 3166: of numbers without `+`; the centre's own.")
    ] = None,
    scope: Annotated[
        Literal["national", "own"],
        Query(description="`national`: the rules of a region say whom it binds; `own`: nobody calls these numbers."),
    ] = "national",
    client: OfClient = None,
    campaign: OfCampaign = None,
    dry_run: DryRun = False,
) -> DncImportShown:
    """Import a list from a file, one number a line, in place of its earlier state as a whole."""
    bound, owner = (scope, "") if client is None and campaign is None else _owner(client, campaign)
    if bound != scope and scope != NATIONAL:
        raise Invalid("expected one of scope, client and campaign", field="scope")
    taken_at = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    wanted = DncList(list, bound, owner, "", taken_at, 0.0, 0)
    done = await centre.do_not_call.import_list(wanted, country or context.region, _body(request), dry_run=dry_run)
    return DncImportShown.model_validate(done)


@router.get("/{number}")
async def get_number(number: Number, centre: ServedCentre, context: ServedContext) -> DncNumberShown:
    """Everything that is known of a number: its entries, the lists that have it, and what was done when."""
    return DncNumberShown.model_validate(await centre.do_not_call.standing(to_e164(number, context.region)))


@router.put(
    "/{number}",
    responses=BODY
    | {
        200: {"description": "Replaced, or there already"},
        201: {"model": DncEntryShown, "description": "Created"},
    },
)
async def put_number(
    number: Number,
    centre: ServedCentre,
    context: ServedContext,
    response: Response,
    body: DncDeclared | None = None,
    client: OfClient = None,
    campaign: OfCampaign = None,
    dry_run: DryRun = False,
) -> DncEntryShown:
    """Let nobody call a number, from the next call on; or nobody on behalf of a client, or for a campaign."""
    scope, owner = _owner(client, campaign)
    declared = body or DncDeclared()
    expires_at = declared.expires_at.timestamp() if declared.expires_at is not None else None
    entry, new = await centre.do_not_call.put(
        to_e164(number, context.region), scope, owner, declared.source, expires_at, dry_run=dry_run
    )
    if new:
        response.status_code = 201
    return DncEntryShown.model_validate(entry)


@router.delete("/{number}", status_code=204, responses=FOUND)
async def delete_number(
    number: Number,
    centre: ServedCentre,
    context: ServedContext,
    client: OfClient = None,
    campaign: OfCampaign = None,
    dry_run: DryRun = False,
) -> None:
    """Take a number off a list. Lists that were imported as a whole still have it."""
    scope, owner = _owner(client, campaign)
    await centre.do_not_call.remove(to_e164(number, context.region), scope, owner, "api", dry_run=dry_run)


def _owner(client: str | None, campaign: str | None) -> tuple[Scope, str]:
    if client is not None and campaign is not None:
        raise Invalid("expected a client or a campaign, not both", field="campaign")
    if client is not None:
        return Scope.CLIENT, client
    return (Scope.CAMPAIGN, campaign) if campaign is not None else (Scope.OWN, "")


def _position(entry: DncEntry) -> tuple[int, str, str]:
    return (entry.number, entry.scope.value, entry.owner)


async def _body(request: Request) -> AsyncIterator[bytes]:
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise Invalid("send the file itself as the body, not a form (curl -T FILE)", field="content-type")
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:
        raise Invalid("the file was not sent to its end", field="body") from None
