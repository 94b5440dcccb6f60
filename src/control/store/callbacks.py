"""Requests to be called back, at rest."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from control.leftovers import CallbackRequest
from control.store.repository import Repository
from control.store.tables import callbacks


class Callbacks(Repository[CallbackRequest]):
    """What callers asked for; ids are those of their calls, which grow with time."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, callbacks, "id", CallbackRequest)

    async def open(self) -> list[CallbackRequest]:
        """Those that are not done."""
        rows = await self._connection.execute(select(callbacks).where(callbacks.c.done.is_(False)))
        return [self._read(row) for row in rows]
