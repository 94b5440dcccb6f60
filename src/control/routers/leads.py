"""Leads: whom a campaign calls, what came of it, and when somebody is called back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.responses import Response as AnyResponse

from control.campaigns.lead_csv import csv_of_leads
from control.dependencies import ServedCentre, ServedContext
from control.errors import NotFound
from control.numbers import spellings
from control.paging import Cursor, Limit, cut, read_cursor
from control.ports import Centre
from control.routers.cdrs import CSV_RESPONSE
from control.routers.declaring import BODY, DELETED, FOUND, PROBLEM, api_router
from control.schemas.campaign import ListName
from control.schemas.common import Page, Slug
from control.schemas.lead import DispositionSaid, LeadCallback, LeadChanged, LeadShown, ListCounts, lead_shown
from control.store.leads import LeadFilter, LeadPosition
from dialer.lead import OVER, LeadState

router = api_router("/campaigns/{id}", "campaigns")

CALLED: dict[int | str, dict[str, Any]] = {409: PROBLEM | {"description": "Its present state does not allow it"}}
LeadId = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/leads", response_model=Page[LeadShown], responses=CSV_RESPONSE | FOUND)
async def list_leads(
    id: Slug,
    request: Request,
    context: ServedContext,
    state: Annotated[LeadState | None, Query()] = None,
    list: Annotated[ListName | None, Query()] = None,
    owner: Annotated[str | None, Query(max_length=64)] = None,
    number: Annotated[str | None, Query(max_length=64, description="E.164 or national.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> AnyResponse | Page[LeadShown]:
    """Leads in the order of import, with a `state` list by list. With `Accept: text/csv` all of them."""
    await _known(context.centre, id)
    numbers = spellings(number, context.region) if number else None
    wanted = LeadFilter(campaign=id, state=state, list=list, owner=owner, numbers=numbers)
    after = read_cursor(cursor, LeadPosition) if cursor else None
    if "text/csv" in request.headers.get("accept", ""):
        rows: AsyncIterator[str] = csv_of_leads(context.centre.store, wanted, after)
        headers = {"Content-Disposition": f'attachment; filename="{id}-leads.csv"'}
        return StreamingResponse(rows, media_type="text/csv", headers=headers)
    async with context.centre.store.read() as records:
        found = await records.leads.page(wanted, limit + 1, after)
    page, next_cursor = cut(found, limit, lambda lead: LeadPosition(lead.list, lead.id))
    return Page(items=[lead_shown(lead) for lead in page], next_cursor=next_cursor)


@router.get("/lists", responses=FOUND)
async def get_lists(id: Slug, centre: ServedCentre) -> list[ListCounts]:
    """How far each list of a campaign is: its leads by state."""
    await _known(centre, id)
    async with centre.store.read() as records:
        counts = await records.leads.counts(id)
    lists: dict[str, dict[LeadState, int]] = {}
    for one in counts:
        lists.setdefault(one.list, {})[one.state] = one.count
    return [
        ListCounts(
            list=name,
            total=(total := sum(states.values())),
            states=states,
            penetration=round(sum(states.get(state, 0) for state in OVER) / total, 4),
        )
        for name, states in sorted(lists.items())
    ]


@router.delete("/lists/{name}", status_code=204, responses=FOUND)
async def delete_list(id: Slug, name: ListName, centre: ServedCentre) -> None:
    """Forget the leads of a list, but those that are being called."""
    await _known(centre, id)
    if not await centre.leads.forget_list(id, name):
        raise NotFound(f"campaign {id} has no list {name}")


@router.get("/leads/{lead}", responses=FOUND)
async def get_lead(id: Slug, lead: LeadId, centre: ServedCentre) -> LeadShown:
    """One lead."""
    return lead_shown(await centre.leads.get(id, lead))


@router.patch("/leads/{lead}", responses=BODY | FOUND | CALLED)
async def change_lead(id: Slug, lead: LeadId, body: LeadChanged, centre: ServedCentre) -> LeadShown:
    """Change what is present in the body."""
    changes = body.model_dump(exclude_none=True)
    if body.due_at is not None:
        changes["due_at"] = body.due_at.timestamp()
    if body.state is not None:
        changes["state"] = LeadState(body.state)
        changes.setdefault("due_at", 0.0)
    return lead_shown(await centre.leads.change(id, lead, changes))


@router.delete("/leads/{lead}", status_code=204, responses=DELETED)
async def delete_lead(id: Slug, lead: LeadId, centre: ServedCentre) -> Response:
    """Forget a lead. The ledger keeps what was written of its attempts, without its numbers."""
    await centre.leads.delete(id, lead)
    return Response(status_code=204)


@router.put("/leads/{lead}/disposition", responses=BODY | FOUND | CALLED)
async def put_disposition(id: Slug, lead: LeadId, body: DispositionSaid, centre: ServedCentre) -> LeadShown:
    """Say what came of the last conversation; what the campaign has for that follows, once the call is over."""
    said = await centre.leads.dispose(id, lead, body.disposition, agent=body.agent, note=body.note)
    return lead_shown(said)


@router.post("/leads/{lead}/callback", responses=BODY | FOUND | CALLED)
async def call_lead_back(id: Slug, lead: LeadId, body: LeadCallback, centre: ServedCentre) -> LeadShown:
    """Let a lead be called at a time, by the agent who promised it or by anyone, within what the rules allow."""
    return lead_shown(await centre.leads.call_back(id, lead, body.at.timestamp(), body.owner))


async def _known(centre: Centre, id: str) -> None:
    async with centre.store.read() as records:
        if await records.campaigns.get(id) is None:
            raise NotFound(f"there is no campaign {id}")
