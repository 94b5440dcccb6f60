"""Call detail records: searched newest first, as JSON by pages or as one CSV."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BeforeValidator
from starlette.responses import Response

from control.cdr import Cdr
from control.cdr_csv import csv_of_cdrs
from control.dependencies import ServedCentre, ServedContext
from control.numbers import spellings
from control.paging import Cursor, Limit, cut, read_cursor
from control.routers.declaring import api_router
from control.schemas.cdr import CdrShown
from control.schemas.common import Page
from control.schemas.quality import Trouble
from control.store.cdrs import CdrFilter, CdrPosition

router = api_router("/cdrs", "cdrs")

Moment = Annotated[datetime, BeforeValidator(datetime.fromisoformat)]
Name = Annotated[str | None, Query(max_length=128)]
CSV_RESPONSE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


def _wanted(
    context: ServedContext,
    queue: Name = None,
    agent: Name = None,
    client: Name = None,
    trunk: Name = None,
    since: Annotated[Moment | None, Query(description="Started then or later; UTC where no offset is given.")] = None,
    until: Annotated[Moment | None, Query(description="Started before then.")] = None,
    mos_below: Annotated[
        float | None, Query(ge=1, le=5, description="The mean MOS of one of its legs was lower.")
    ] = None,
    trouble: Annotated[Trouble | None, Query(description="Its audio had that trouble.")] = None,
    number: Annotated[
        str | None, Query(max_length=64, description="The caller's or the dialled number, E.164 or national.")
    ] = None,
) -> CdrFilter:
    return CdrFilter(
        queue=queue,
        agent=agent,
        client=client,
        trunk=trunk,
        mos_below=mos_below,
        trouble=trouble,
        since=seconds_of(since),
        until=seconds_of(until),
        numbers=spellings(number, context.region) if number else None,
    )


@router.get("", response_model=Page[CdrShown], responses=CSV_RESPONSE)
async def list_cdrs(
    request: Request,
    centre: ServedCentre,
    wanted: Annotated[CdrFilter, Depends(_wanted)],
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response | Page[CdrShown]:
    """Finished calls, newest first. With `Accept: text/csv` all that match, in one file; `limit` does not apply."""
    after = read_cursor(cursor, CdrPosition) if cursor else None
    if "text/csv" in request.headers.get("accept", ""):
        rows = csv_of_cdrs(centre.store, wanted, after)
        headers = {"Content-Disposition": 'attachment; filename="cdrs.csv"'}
        return StreamingResponse(rows, media_type="text/csv", headers=headers)
    async with centre.store.read() as records:
        found = await records.cdrs.page(wanted, limit + 1, after)
    page, next_cursor = cut(found, limit, _position)
    return Page(items=[CdrShown.model_validate(record) for record in page], next_cursor=next_cursor)


def _position(record: Cdr) -> CdrPosition:
    return CdrPosition(record.started_at, record.id)


def seconds_of(moment: datetime | None) -> float | None:
    """A moment in seconds since the epoch."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
