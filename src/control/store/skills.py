"""Skills at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from control.nouns import Skill
from control.store.repository import Repository
from control.store.tables import skills


class Skills(Repository[Skill]):
    """The skills that agents have and queues require."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, skills, "id", Skill)

    async def known(self) -> frozenset[str]:
        """The ids of all skills."""
        return frozenset(skill.id for skill in await self.all())
