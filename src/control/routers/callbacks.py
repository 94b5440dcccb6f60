"""Callbacks: who is to be called, when, and what came of it."""

from __future__ import annotations

import time
from typing import Any

from fastapi import Response
from msgspec.structs import replace

from control.dependencies import ServedCentre
from control.errors import Invalid, NotFound, Refused
from control.leftovers import CallbackRequest
from control.paging import Cursor, Limit, cut, read_cursor
from control.ports import Centre
from control.routers.declaring import BODY, DELETED, FOUND, PROBLEM, api_router
from control.schemas.callback import CallbackAsked, CallbackChanged, CallbackShown, callback_shown
from control.schemas.common import Page

router = api_router("/callbacks", "callbacks")

CALLED: dict[int | str, dict[str, Any]] = {409: PROBLEM | {"description": "The customer is being called"}}


@router.get("")
async def list_callbacks(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[CallbackShown]:
    """All callbacks, by id: in the order in which they were asked for."""
    async with centre.store.read() as records:
        found = await records.callbacks.page(limit + 1, read_cursor(cursor, str) if cursor else "")
    requests, next_cursor = cut(found, limit, lambda one: one.id)
    return Page(items=[_shown(centre, request) for request in requests], next_cursor=next_cursor)


@router.post("", status_code=201, responses=BODY)
async def ask_for_callback(body: CallbackAsked, centre: ServedCentre, response: Response) -> CallbackShown:
    """Let a customer be called: at the place of one who calls now, or from a time on."""
    if centre.queue_live(body.queue) is None:
        raise Invalid(f"there is no queue {body.queue}", field="queue")
    if body.agent is not None and centre.agent_live(body.agent) is None:
        raise Invalid(f"there is no agent {body.agent}", field="agent")
    if not centre.leads_on(body.number):
        raise Invalid(f"{body.number} leads nowhere", field="number")
    now = time.time()
    at = body.at.timestamp() if body.at is not None else None
    agents = (body.agent,) if body.agent is not None else ()
    request = CallbackRequest(centre.callbacks.new_id(), body.queue, body.number, body.name, now, at=at)
    async with centre.store.write() as records:
        await records.callbacks.put(request)
    centre.callbacks.asked(request, came_at=now if at is None else max(now, at), agents=agents, priority=body.priority)
    response.headers["Location"] = f"/api/v1/callbacks/{request.id}"
    return _shown(centre, request)


@router.get("/{id}", responses=FOUND)
async def get_callback(id: str, centre: ServedCentre) -> CallbackShown:
    """One callback."""
    return _shown(centre, await _request(centre, id))


@router.put("/{id}", responses=BODY | FOUND | CALLED)
async def put_callback(id: str, body: CallbackChanged, centre: ServedCentre) -> CallbackShown:
    """Mark it as done, so that nobody is called, or open it again, at its old place."""
    request = await _request(centre, id)
    if body.done and not request.done:
        if not centre.callbacks.cancel(id, "marked"):
            raise Refused(f"the customer of callback {id} is being called")
        request = replace(request, done=True, result="marked")
    elif request.done and not body.done:
        request = replace(request, done=False, attempts=0, result="", at=None)
        centre.callbacks.asked(request, came_at=request.asked_at)
    async with centre.store.write() as records:
        await records.callbacks.put(request)
    return _shown(centre, request)


@router.delete("/{id}", status_code=204, responses=DELETED | CALLED)
async def delete_callback(id: str, centre: ServedCentre) -> None:
    """Call it off, and forget it."""
    await _request(centre, id)
    if not centre.callbacks.forget(id):
        raise Refused(f"the customer of callback {id} is being called")
    async with centre.store.write() as records:
        await records.callbacks.delete(id)


async def _request(centre: Centre, id: str) -> CallbackRequest:
    """The newest word: what is open is known here before the store has it."""
    if (request := centre.callbacks.open.get(id)) is not None:
        return request
    async with centre.store.read() as records:
        found = await records.callbacks.get(id)
    if found is None:
        raise NotFound(f"there is no callback request {id}")
    return found


def _shown(centre: Centre, request: CallbackRequest) -> CallbackShown:
    request = centre.callbacks.open.get(request.id, request)
    return callback_shown(request, centre.callbacks.state(request))
