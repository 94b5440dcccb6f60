"""Agents and their phones: who is reachable, and who is engaged in a call of her own."""

from __future__ import annotations

from collections.abc import Callable

from acd import events as acd
from control.adapters.declaring import needs_phone
from control.adapters.directory import Directory
from pbx import events


class FloorAdapter:
    """Translates what phones do outside of queues into what the distributor knows of agents."""

    def __init__(
        self,
        directory: Directory,
        post: Callable[[acd.Event], None],
        registered: Callable[[str], bool],
    ) -> None:
        self._directory = directory
        self._post = post
        self._registered = registered
        self._engaged: dict[str, set[str]] = {}
        """Legs of calls that the distributor did not give, by agent."""
        self._agent_of_leg: dict[str, str] = {}

    def phone_changed(self, event: events.PhoneRegistered | events.PhoneUnregistered) -> None:
        """A phone registered, or the last one is gone."""
        agent = self._directory.agent_by_extension.get(event.extension)
        if agent is not None:
            self.look_at(agent)

    def look_at(self, agent: str) -> None:
        """Tell whether an agent can be reached now."""
        configured = self._directory.agents[agent]
        reachable = not needs_phone(configured) or self._registered(configured.extension)
        self._post(acd.AgentReachable(agent, reachable))

    def leg_started(self, event: events.LegStarted) -> None:
        """A phone calls, or is called, without the distributor."""
        agent = self._directory.agent_behind(event.extension)
        if agent is None:
            return
        legs = self._engaged.setdefault(agent, set())
        legs.add(event.leg)
        self._agent_of_leg[event.leg] = agent
        if len(legs) == 1:
            self._post(acd.AgentEngaged(agent, True))

    def leg_ended(self, leg: str) -> None:
        """Such a call is over."""
        agent = self._agent_of_leg.pop(leg, None)
        if agent is None:
            return
        legs = self._engaged[agent]
        legs.discard(leg)
        if not legs:
            del self._engaged[agent]
            self._post(acd.AgentEngaged(agent, False))
