"""Lists that come in: uploads, how far they are, and what was refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Query, Request, Response
from fastapi.responses import FileResponse
from starlette.requests import ClientDisconnect

from control.campaigns.importing.columns import ROLES, check_map
from control.dependencies import DryRun, ServedCentre, ServedContext
from control.errors import Invalid, NotFound
from control.lead_import import Duplicates, ImportOptions, Shape
from control.paging import Cursor, Limit, cut, read_cursor
from control.routers.cdrs import CSV_RESPONSE
from control.routers.declaring import BODY, FOUND, PROBLEM, api_router
from control.schemas.campaign import ListName
from control.schemas.common import Page, Slug
from control.schemas.lead_import import ImportShown, import_shown

router = api_router("/campaigns/{id}", "campaigns")

_FILE = {"schema": {"type": "string", "format": "binary"}}
_LIST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The list itself: CSV with a head line (separated by comma, semicolon, tab or |), a JSON array "
        "of objects, or an object a line.",
        "content": {"text/csv": _FILE, "application/json": _FILE, "application/x-ndjson": _FILE},
    }
}
_SHAPES: dict[str, Shape] = {
    **dict.fromkeys(("text/csv", "text/tab-separated-values"), "csv"),
    **dict.fromkeys(("application/json", "application/x-ndjson", "application/jsonl"), "json"),
}
MAP = (
    "What columns are, as a JSON object, where their names do not tell: "
    f'`{{"Cell": "number:mobile", "Zip": "postcode", "Notes": "skip"}}`. Known: {", ".join(ROLES)}, `number:mobile`, '
    "`number:fixed`; any other word makes the column a field of that name."
)


@router.post("/leads", status_code=202, responses=BODY | FOUND, openapi_extra=_LIST)
async def import_leads(
    id: Slug,
    request: Request,
    context: ServedContext,
    response: Response,
    list: Annotated[ListName, Query(description="The name of the list that these leads are of.")] = "",
    map: Annotated[str | None, Query(max_length=20_000, description=MAP)] = None,
    region: Annotated[
        str | None, Query(pattern="^[A-Z]{2}$", description="Country of numbers without `+`; else the campaign's.")
    ] = None,
    priority: Annotated[int, Query(ge=-1_000_000, le=1_000_000, description="Of rows without one.")] = 0,
    duplicates: Annotated[
        Duplicates, Query(description="What becomes of a row one of whose numbers is known already.")
    ] = "refuse",
    within: Annotated[Literal["campaign", "list"], Query(description="Where it has to be known.")] = "campaign",
    dry_run: DryRun = False,
) -> ImportShown:
    """Upload a list. It is imported by and by: the answer's `Location` tells how far it is."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        raise Invalid("send the list itself as the body, not a form (curl -T FILE)", field="content-type")
    async with context.centre.store.read() as records:
        campaign = await records.campaigns.get(id)
    if campaign is None:
        raise NotFound(f"there is no campaign {id}")
    options = ImportOptions(
        list=list,
        region=region or campaign.region or context.region,
        columns=_read_map(map),
        duplicates=duplicates,
        within=within,
        priority=priority,
        dry_run=dry_run,
    )
    job = await context.centre.imports.add(id, options, _body(request), shape=_SHAPES.get(kind))
    response.headers["Location"] = f"/api/v1/campaigns/{id}/imports/{job.id}"
    return import_shown(job)


@router.get("/imports", responses=FOUND)
async def list_imports(id: Slug, centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[ImportShown]:
    """The imports of a campaign, the newest first."""
    async with centre.store.read() as records:
        if await records.campaigns.get(id) is None:
            raise NotFound(f"there is no campaign {id}")
        found = await records.imports.of_campaign(id, limit + 1, read_cursor(cursor, str) if cursor else "~")
    page, next_cursor = cut(found, limit, lambda job: job.id)
    return Page(items=[import_shown(job) for job in page], next_cursor=next_cursor)


@router.get("/imports/{job}", responses=FOUND)
async def get_import(id: Slug, job: str, centre: ServedCentre) -> ImportShown:
    """One import, as far as it is."""
    return import_shown(await centre.imports.get(id, job))


@router.post(
    "/imports/{job}/cancel", responses=FOUND | {409: PROBLEM | {"description": "It has ended"}}
)  # fmt: skip
async def cancel_import(id: Slug, job: str, centre: ServedCentre) -> ImportShown:
    """End it; the leads that it has brought stay."""
    return import_shown(await centre.imports.cancel(id, job))


@router.get("/imports/{job}/refused", response_class=FileResponse, responses=CSV_RESPONSE | FOUND)
async def get_refused(id: Slug, job: str, centre: ServedCentre) -> FileResponse:
    """Every row that was refused, and every number that was left out of one that was taken, as CSV.

    The head line of a CSV list is row 1, as spreadsheets count.
    """
    path = centre.imports.report(await centre.imports.get(id, job))
    if path is None:
        raise NotFound(f"import {job} has not begun")
    return FileResponse(path, media_type="text/csv", filename=f"{id}-{job}-refused.csv")


def _read_map(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    try:
        columns = msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise Invalid('expected a JSON object such as {"Cell": "number:mobile"}', field="map") from None
    check_map(columns)
    return columns


async def _body(request: Request) -> AsyncIterator[bytes]:
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:
        raise Invalid("the list was not sent to its end", field="body") from None
