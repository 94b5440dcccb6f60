"""Queues at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from acd import requirement
from control.nouns import Queue
from control.store.repository import Repository
from control.store.tables import queues


class Queues(Repository[Queue]):
    """The queues."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, queues, "id", Queue)

    async def with_extension(self, extension: str) -> str | None:
        """The id of the queue that has that extension."""
        return await self.owner_of("extension", extension)

    async def requiring(self, skill: str) -> str | None:
        """The id of some queue one of whose requirements mentions that skill."""
        for queue in await self.all():
            texts = (queue.requires, *(step.requires for step in queue.relax))
            if any(skill in requirement.parse(text).skills() for text in texts):
                return queue.id
        return None

    async def with_member(self, agent: str) -> str | None:
        """The id of some queue that the agent serves by name."""
        named = (queue.id for queue in await self.all() if any(one.agent == agent for one in queue.members))
        return next(named, None)

    async def keeping(self, calendar: str) -> str | None:
        """The id of some queue that has that calendar."""
        found = (one.id for one in await self.all() if one.hours is not None and one.hours.calendar == calendar)
        return next(found, None)

    async def served_from(self, site: str) -> str | None:
        """The id of some queue that names that site, or overflows to it."""
        for queue in await self.all():
            overflows = queue.overflow is not None and queue.overflow.site == site
            if overflows or any(named.site == site for named in queue.sites):
                return queue.id
        return None

    async def leading_to(self, target: str) -> str | None:
        """The id of some queue whose overflow, or a digit of whose callers, leads to that target."""
        for queue in await self.all():
            overflow = (queue.overflow.to,) if queue.overflow is not None else ()
            if target in {*overflow, *queue.announce.interrupt.values()} - {f"callback:{queue.id}"}:
                return queue.id
        return None
