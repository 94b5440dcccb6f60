"""Queues: how they are set up, and how they do."""

from __future__ import annotations

from fastapi import Response

from control.dependencies import DryRun, ServedCentre, ServedConfiguration
from control.errors import NotFound
from control.nouns import Queue
from control.paging import Cursor, Limit
from control.routers.declaring import DELETED, FOUND, api_router, declare, get_one, get_page, to_value, written
from control.schemas.common import Page, Slug
from control.schemas.live import QueueLive
from control.schemas.queue import QueueDeclared, QueueShown

router = api_router("/queues", "queues")


@router.get("")
async def list_queues(centre: ServedCentre, limit: Limit = 100, cursor: Cursor = None) -> Page[QueueShown]:
    """All queues, by id."""
    async with centre.store.read() as records:
        return await get_page(records.queues, limit, cursor, QueueShown)


@router.get("/{id}", responses=FOUND)
async def get_queue(id: Slug, centre: ServedCentre) -> QueueShown:
    """One queue."""
    async with centre.store.read() as records:
        return await get_one(records.queues, id, QueueShown, "queue")


@router.put("/{id}", responses=written(QueueShown))
async def put_queue(
    id: Slug, body: QueueDeclared, configuration: ServedConfiguration, response: Response, dry_run: DryRun = False
) -> QueueShown:
    """Declare a queue. Calls that wait in it are served by the new rules at once."""
    queue = to_value(Queue, body, id=id, name=body.name or id)
    await declare(configuration, queue, response, dry_run=dry_run)
    return QueueShown.model_validate(queue)


@router.delete("/{id}", status_code=204, responses=DELETED)
async def delete_queue(id: Slug, configuration: ServedConfiguration, dry_run: DryRun = False) -> None:
    """Forget a queue to which nothing leads."""
    async with configuration.edit(dry_run=dry_run) as edit:
        await edit.delete("queue", id)


@router.get("/{id}/live", responses=FOUND)
async def get_queue_live(id: Slug, centre: ServedCentre) -> QueueLive:
    """A queue's figures now."""
    live = centre.queue_live(id)
    if live is None:
        raise NotFound(f"there is no queue {id}")
    return live
