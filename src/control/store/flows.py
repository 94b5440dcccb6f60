"""Flows at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from control.nouns import Flow
from control.store.repository import Repository
from control.store.tables import flows
from pbx.routing.flow.steps import leads_to, prefers


class Flows(Repository[Flow]):
    """The flows."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, flows, "id", Flow)

    async def leading_to(self, target: str) -> str | None:
        """The id of some flow that leads to that target or prefers that agent, not counting the target itself."""
        for flow in await self.all():
            targets = {leads[1] for step in flow.steps if (leads := leads_to(step)) is not None}
            targets |= {f"agent:{agent}" for step in flow.steps for _, agent in prefers(step)}
            if f"flow:{flow.id}" != target and target in targets:
                return flow.id
        return None
