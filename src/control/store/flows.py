"""Flows at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from control.nouns import Flow
from control.store.repository import Repository
from control.store.tables import flows
from pbx.routing.flow.steps import leads_to


class Flows(Repository[Flow]):
    """The flows."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, flows, "id", Flow)

    async def leading_to(self, target: str) -> str | None:
        """The id of some flow that leads to that target, not counting the target itself."""
        for flow in await self.all():
            leads = (leads_to(step) for step in flow.steps)
            if f"flow:{flow.id}" != target and any(one is not None and one[1] == target for one in leads):
                return flow.id
        return None
