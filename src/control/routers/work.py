"""Work without a telephone, over HTTP: brought in, offered, taken, put aside, done; and the line that calls share."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import Query, Response

from acd.model import Channel
from control.dependencies import ServedCentre
from control.errors import Invalid, NotFound, Refused
from control.leftovers import CallbackRequest
from control.paging import Cursor, Limit, cut, read_cursor
from control.ports import Centre
from control.routers.declaring import BODY, FOUND, PROBLEM, api_router
from control.schemas.call import PriorityAsked
from control.schemas.common import Page, Slug
from control.schemas.work import OfferTaken, WorkAsked, WorkDone, WorkId, WorkShown, work_shown
from control.work_order import WorkOrder

router = api_router("/work", "work")

CONFLICT: dict[int | str, dict[str, Any]] = {409: PROBLEM | {"description": "Its present state does not allow it"}}
ANSWERS = BODY | FOUND | CONFLICT


@router.get("")
async def list_work(
    centre: ServedCentre,
    queue: Slug | None = None,
    agent: Slug | None = None,
    channel: Channel | None = None,
    done: Annotated[bool, Query(description="What is done, the last first, in place of what is not.")] = False,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[WorkShown]:
    """What waits, is offered or under way, calls included, the oldest first."""
    if done:
        if queue or agent or channel:
            raise Invalid("what is done is listed as a whole", field="done")
        return await _done(centre, limit, cursor)
    after = read_cursor(cursor, tuple[float, str]) if cursor else (float("-inf"), "")
    found = [
        one
        for one in centre.work.all()
        if _position(one) > after
        and queue in (None, one.queue)
        and channel in (None, one.channel)
        and (agent is None or agent in one.agents)
    ]
    page, next_cursor = cut(found[: limit + 1], limit, _position)
    return Page(items=list(page), next_cursor=next_cursor)


@router.post("", status_code=201, responses=BODY | CONFLICT)
async def bring_in_work(body: WorkAsked, centre: ServedCentre, response: Response) -> WorkShown:
    """Let a chat, an e-mail or a task look for an agent, or a customer be called."""
    if centre.queue_live(body.queue) is None:
        raise Invalid(f"there is no queue {body.queue}", field="queue")
    for place, agent in enumerate(body.preferred):
        if centre.agent_live(agent) is None:
            raise Invalid(f"there is no agent {agent}", field=f"preferred.{place}")
    now = time.time()
    id = await (_call_back(body, centre, now) if body.channel == "callback" else _add(body, centre, now))
    response.headers["Location"] = f"{router.prefix}/{id}"
    return await _shown(centre, id)


@router.get("/{id}", responses=FOUND)
async def get_work(id: WorkId, centre: ServedCentre) -> WorkShown:
    """One piece of work."""
    return await _shown(centre, id)


@router.delete("/{id}", status_code=204, responses=FOUND | CONFLICT)
async def withdraw_work(
    id: WorkId,
    centre: ServedCentre,
    abandoned: Annotated[bool, Query(description="Whether the customer gave up, which counts as such.")] = False,
) -> None:
    """Take work out of the line: nobody is to do it any more. A caller who waits is hung up on."""
    if id in centre.callbacks.open:
        if not centre.callbacks.cancel(id, "withdrawn"):
            raise Refused(f"the customer of callback {id} is being called")
    elif id in centre.work.open or centre.call(id) is None:
        await centre.work.withdraw(id, abandoned=abandoned)
    elif not centre.turn_away(id):
        raise Refused(f"call {id} does not wait for an agent")


@router.put("/{id}/priority", responses=BODY | FOUND)
async def set_work_priority(id: WorkId, body: PriorityAsked, centre: ServedCentre) -> WorkShown:
    """Let work that waits come earlier or later; each point is worth a minute of waiting."""
    await centre.work.set_priority(id, body.priority)
    return await _shown(centre, id)


@router.post("/{id}/accept", responses=ANSWERS)
async def accept_work(id: WorkId, body: OfferTaken, centre: ServedCentre) -> WorkShown:
    """Let an agent take what she is offered."""
    await centre.work.accept(id, body.agent)
    return await _shown(centre, id)


@router.post("/{id}/decline", responses=ANSWERS)
async def decline_work(id: WorkId, body: OfferTaken, centre: ServedCentre) -> WorkShown:
    """Let an agent leave an offer to others."""
    await centre.work.decline(id, body.agent)
    return await _shown(centre, id)


@router.post("/{id}/hold", responses=FOUND | CONFLICT)
async def hold_work(id: WorkId, centre: ServedCentre) -> WorkShown:
    """Put work aside."""
    await centre.work.hold(id, held=True)
    return await _shown(centre, id)


@router.post("/{id}/resume", responses=FOUND | CONFLICT)
async def resume_work(id: WorkId, centre: ServedCentre) -> WorkShown:
    """Take it up again."""
    await centre.work.hold(id, held=False)
    return await _shown(centre, id)


@router.post("/{id}/done", responses=ANSWERS)
async def finish_work(id: WorkId, body: WorkDone, centre: ServedCentre) -> WorkShown:
    """Say that work is done; its agent's wrap-up begins."""
    return await centre.work.finish(id, body.result)


async def _add(body: WorkAsked, centre: Centre, now: float) -> str:
    order = WorkOrder(
        id=body.id or centre.work.new_id(),
        queue=body.queue,
        channel=Channel(body.channel),
        customer=body.customer,
        created_at=now,
        subject=body.subject,
        fields=dict(body.fields),
        priority=body.priority,
        due_at=body.due_at.timestamp() if body.due_at is not None else None,
        not_before=body.not_before.timestamp() if body.not_before is not None else None,
        preferred=tuple(body.preferred),
        preferred_s=body.preferred_s,
    )
    await centre.work.add(order)
    return order.id


async def _call_back(body: WorkAsked, centre: Centre, now: float) -> str:
    for name in ("id", "due_at", "preferred_s"):
        if getattr(body, name) is not None:
            raise Invalid("a callback has none", field=name)
    if not centre.leads_on(body.customer):
        raise Invalid(f"{body.customer or 'nothing'} leads nowhere", field="customer")
    at = body.not_before.timestamp() if body.not_before is not None else None
    request = CallbackRequest(centre.callbacks.new_id(), body.queue, body.customer, body.subject[:256], now, at=at)
    async with centre.store.write() as records:
        await records.callbacks.put(request)
    centre.callbacks.asked(request, came_at=max(now, at or 0.0), agents=tuple(body.preferred), priority=body.priority)
    return request.id


async def _shown(centre: Centre, id: str) -> WorkShown:
    if (shown := centre.work.shown(id)) is not None:
        return shown
    async with centre.store.read() as records:
        order = await records.work.get(id)
    if order is None:
        raise NotFound(f"there is no work {id}")
    return work_shown(order)


async def _done(centre: Centre, limit: int, cursor: str | None) -> Page[WorkShown]:
    after = read_cursor(cursor, tuple[float, str]) if cursor else (float("inf"), "")
    async with centre.store.read() as records:
        found = await records.work.done(limit + 1, after)
    orders, next_cursor = cut(found, limit, lambda one: (one.done_at, one.id))
    return Page(items=[work_shown(order) for order in orders], next_cursor=next_cursor)


def _position(work: WorkShown) -> tuple[float, str]:
    return work.created_at, work.id
