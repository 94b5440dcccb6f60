"""Imports of lists at rest: what is wanted of them, and how far they are."""

from __future__ import annotations

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from control.lead_import import ENDED, LeadImport, Progress
from control.store.lead_tables import lead_imports
from control.store.repository import Repository


class Imports(Repository[LeadImport]):
    """Imports, by id: in the order in which they were asked for."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, lead_imports, "id", LeadImport)

    async def of_campaign(self, campaign: str, limit: int, before: str = "~") -> list[LeadImport]:
        """The newest first, beginning before an id."""
        query = (
            select(lead_imports)
            .where(lead_imports.c.campaign == campaign, lead_imports.c.id < before)
            .order_by(lead_imports.c.id.desc())
            .limit(limit)
        )
        return [self._read(row) for row in await self._connection.execute(query)]

    async def open(self) -> list[LeadImport]:
        """Those that have not ended, in order."""
        query = select(lead_imports).where(lead_imports.c.state.not_in([str(state) for state in ENDED]))
        return [self._read(row) for row in await self._connection.execute(query.order_by(lead_imports.c.id))]

    async def progressed(self, id: str, progress: Progress) -> None:
        """Write how far an import is."""
        row = {"progress": msgspec.to_builtins(progress)}
        await self._connection.execute(update(lead_imports).where(lead_imports.c.id == id).values(row))
