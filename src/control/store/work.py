"""Work without a telephone, at rest."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from control.store.repository import Repository
from control.store.tables import work
from control.work_order import WorkOrder


class Work(Repository[WorkOrder]):
    """What was, and is, to be done."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, work, "id", WorkOrder)

    async def open(self) -> list[WorkOrder]:
        """What is not done."""
        rows = await self._connection.execute(select(work).where(work.c.done_at.is_(None)))
        return [self._read(row) for row in rows]

    async def done(self, limit: int, after: tuple[float, str]) -> list[WorkOrder]:
        """At most ``limit`` that are done, the last first, from those behind the instant and id ``after``."""
        at, id = after
        behind = (work.c.done_at < at) | ((work.c.done_at == at) & (work.c.id > id))
        rows = await self._connection.execute(
            select(work)
            .where(work.c.done_at.is_not(None), behind)
            .order_by(work.c.done_at.desc(), work.c.id)
            .limit(limit)
        )
        return [self._read(row) for row in rows]
