"""Sites at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from control.opening import Site
from control.store.repository import Repository
from control.store.tables import sites


class Sites(Repository[Site]):
    """The sites."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, sites, "id", Site)

    async def keeping(self, calendar: str) -> str | None:
        """The id of some site that has that calendar."""
        found = (site.id for site in await self.all() if site.hours is not None and site.hours.calendar == calendar)
        return next(found, None)
