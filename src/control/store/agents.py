"""Agents at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from control.nouns import Agent
from control.store.repository import Repository
from control.store.tables import agents


class Agents(Repository[Agent]):
    """The agents, with hashes in place of their passwords."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, agents, "id", Agent)

    async def with_extension(self, extension: str) -> str | None:
        """The id of the agent who has that extension."""
        return await self.owner_of("extension", extension)

    async def with_skill(self, skill: str) -> str | None:
        """The id of some agent who has that skill."""
        return next((agent.id for agent in await self.all() if skill in agent.skills), None)

    async def forwarding_to(self, target: str) -> str | None:
        """The id of some agent whose calls are forwarded to that target."""
        return next((agent.id for agent in await self.all() if target in agent.forward.ways.values()), None)
