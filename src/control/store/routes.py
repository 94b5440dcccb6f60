"""Routes at rest."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from control.nouns import Route
from control.store.repository import Repository
from control.store.tables import routes
from pbx.routing.numbering import NumberingPlan, Target
from pbx.routing.numbering import Route as PlannedRoute


class Routes(Repository[Route]):
    """Numbers and patterns, and where they lead."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, routes, "number", Route)

    async def leading_to(self, target: str) -> str | None:
        """Some number that leads to that target, if only as a backup, or for which that agent is preferred."""
        found = await self.owner_of("target", target) or await self.owner_of("backup", target)
        if found is None and target.startswith("agent:"):
            agent = target.removeprefix("agent:")
            return next((route.number for route in await self.all() if agent in route.preferred), None)
        return found

    async def leading_on(self, number: str) -> str | None:
        """The rule that leads a number on, itself or a pattern."""
        found = await self._route(number)
        return None if found is None else found.rule

    async def target_of(self, number: str) -> Target | None:
        """Where a number leads by routes alone."""
        found = await self._route(number)
        return None if found is None else found.target

    async def _route(self, number: str) -> PlannedRoute | None:
        plan = NumberingPlan()
        plan.declare({route.number: Target.parse(route.target) for route in await self.all()})
        return plan.route(number)

    async def over_trunk(self, trunk: str) -> str | None:
        """Some number that leads to that trunk, alone or among others (``trunk:a,b``)."""
        for route in await self.all():
            kind, _, names = route.target.partition(":")
            if kind == "trunk" and trunk in names.split(","):
                return route.number
        return None
