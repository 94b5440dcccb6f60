"""Attempts of campaigns, as the ledger has them: read by pages, as CSV, and exported with their chain."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from control.attempt_csv import csv_of_attempts
from control.compliance.export import export
from control.dependencies import ServedCentre, ServedContext
from control.numbers import to_e164
from control.paging import Cursor, Limit, cut, read_cursor
from control.routers.cdrs import CSV_RESPONSE, Moment, seconds_of
from control.routers.declaring import api_router
from control.schemas.attempt import AttemptShown, LedgerHeadShown
from control.schemas.common import Page, Slug
from control.store.attempts import AttemptFilter, AttemptPosition
from dialer.ledger import Entry
from dialer.outcome import Outcome

router = api_router("", "ledger")

_LINES: dict[int | str, dict[str, Any]] = {200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}}}


def _wanted(
    id: Slug,
    centre: ServedCentre,
    context: ServedContext,
    lead: Annotated[int | None, Query(ge=1, le=2**62, description="Of one lead.")] = None,
    number: Annotated[
        str | None, Query(pattern=r"^\+?[0-9]{3,20}$", description="Of one number, also where it was forgotten.")
    ] = None,
    verdict: Annotated[str | None, Query(max_length=64, description="`permitted`, or the rule that refused.")] = None,
    outcome: Outcome | None = None,
    refused: Annotated[bool | None, Query(description="Refusals only, or dialled ones only.")] = None,
    since: Annotated[Moment | None, Query(description="Decided then or later; UTC where no offset is given.")] = None,
    until: Annotated[Moment | None, Query(description="Decided before then.")] = None,
) -> AttemptFilter:
    return AttemptFilter(
        campaign=id,
        lead=lead,
        number_key=centre.seal.hide(to_e164(number, context.region)) if number is not None else None,
        verdict=verdict,
        outcome=outcome,
        refused=refused,
        since=seconds_of(since),
        until=seconds_of(until),
    )


@router.get("/campaigns/{id}/attempts", response_model=Page[AttemptShown], responses=CSV_RESPONSE)
async def list_attempts(
    request: Request,
    centre: ServedCentre,
    wanted: Annotated[AttemptFilter, Depends(_wanted)],
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response | Page[AttemptShown]:
    """Attempts and refusals, newest first. With `Accept: text/csv` all that match, in one file; no `limit` applies."""
    after = read_cursor(cursor, AttemptPosition) if cursor else None
    if "text/csv" in request.headers.get("accept", ""):
        rows = csv_of_attempts(centre.store, wanted, after)
        headers = {"Content-Disposition": 'attachment; filename="attempts.csv"'}
        return StreamingResponse(rows, media_type="text/csv", headers=headers)
    async with centre.store.read() as records:
        found = await records.attempts.page(wanted, limit + 1, after)
    page, next_cursor = cut(found, limit, _position)
    return Page(items=[AttemptShown.model_validate(entry) for entry in page], next_cursor=next_cursor)


@router.get("/ledger/head")
async def get_head(centre: ServedCentre) -> LedgerHeadShown:
    """Where the chain ends now, signed; `centrala ledger verify --head` checks later that it still passes here."""
    async with centre.store.read() as records:
        head = await records.attempts.head()
    return LedgerHeadShown.model_validate(centre.seal.sign(head, time.time()))


@router.get("/ledger/export", response_class=StreamingResponse, responses=_LINES)
async def get_export(centre: ServedCentre) -> StreamingResponse:
    """The whole chain, one record a line, and last its signed end; no number is in it but its last digits."""
    async with centre.store.read() as records:
        head = await records.attempts.head()
    lines = export(centre.store, centre.seal.sign(head, time.time()))
    headers = {"Content-Disposition": 'attachment; filename="ledger.jsonl"'}
    return StreamingResponse(lines, media_type="application/jsonl", headers=headers)


def _position(entry: Entry) -> AttemptPosition:
    return AttemptPosition(entry.decided_at, entry.id)
