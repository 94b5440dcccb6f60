"""Live calls: seen, made, ended, explained."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from control.dependencies import ServedCentre
from control.errors import Invalid, NotFound
from control.paging import Cursor, Limit, cut, read_cursor
from control.ports import Centre
from control.routers.declaring import BODY, FOUND, PROBLEM, api_router
from control.schemas.call import CallAsked, CallMade, LiveCall, PriorityAsked
from control.schemas.common import Page

router = api_router("/calls", "calls")


@router.get("")
async def list_calls(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[LiveCall]:
    """The calls in progress, oldest first."""
    after = read_cursor(cursor, tuple[float, str]) if cursor else (float("-inf"), "")
    calls = sorted((call for call in centre.calls() if _position(call) > after), key=_position)
    page, next_cursor = cut(calls[: limit + 1], limit, _position)
    return Page(items=list(page), next_cursor=next_cursor)


@router.get("/{id}", responses=FOUND)
async def get_call(id: str, centre: ServedCentre) -> LiveCall:
    """One call in progress; a finished one is in `/cdrs`."""
    return _live(centre, id)


@router.post(
    "",
    status_code=201,
    responses=BODY
    | {
        409: PROBLEM | {"description": "The agent's phone is not there, or busy"},
        503: PROBLEM | {"description": "The centre is draining"},
    },
)
async def make_call(body: CallAsked, centre: ServedCentre, response: Response) -> CallMade:
    """Ring an agent's phone and, when it answers, the number."""
    if centre.agent_live(body.from_) is None:
        raise Invalid(f"there is no agent {body.from_}", field="from")
    call = await centre.originate(body.from_, body.to)
    response.headers["Location"] = f"/api/v1/calls/{call}"
    return CallMade(id=call)


@router.post("/{id}/hangup", status_code=204, responses=FOUND)
async def hang_up(id: str, centre: ServedCentre) -> None:
    """End a call, all its legs."""
    _live(centre, id)
    centre.hangup(id)


@router.put("/{id}/priority", responses=BODY | FOUND)
async def set_priority(id: str, body: PriorityAsked, centre: ServedCentre) -> LiveCall:
    """Let a call that waits come earlier or later; each point is worth a minute of waiting."""
    _live(centre, id)
    await centre.set_priority(id, body.priority)
    return _live(centre, id)


@router.get("/{id}/why", responses=FOUND)
async def explain_call(id: str, centre: ServedCentre) -> dict[str, Any]:
    """How the router decided: every candidate, and the rule that excluded it."""
    why = centre.why(id)
    if why is None:
        raise NotFound(f"no decision is known for a call {id}")
    return why


def _live(centre: Centre, id: str) -> LiveCall:
    call = centre.call(id)
    if call is None:
        raise NotFound(f"there is no call {id} in progress")
    return call


def _position(call: LiveCall) -> tuple[float, str]:
    return call.started_at, call.id
