"""Agents and their phones: who is reachable, who is engaged in a call of her own, who dialled a feature code."""

from __future__ import annotations

from collections.abc import Callable

from acd import events as acd
from acd.agent import AgentStatus
from control.adapters.directory import Directory
from control.adapters.lamps import status_note
from pbx import commands, events

STATUS_OF_FEATURE = {"login": AgentStatus.AVAILABLE, "break": AgentStatus.BREAK}


class FloorAdapter:
    """Translates what phones do outside of queues into what the distributor knows of agents."""

    def __init__(
        self,
        directory: Directory,
        post: Callable[[acd.Event], None],
        execute: Callable[[commands.Command], None],
    ) -> None:
        self._directory = directory
        self._post = post
        self._execute = execute
        self._engaged: dict[str, set[str]] = {}
        """Legs of calls that the distributor did not give, by agent."""
        self._agent_of_leg: dict[str, str] = {}
        self._confirming: set[str] = set()
        """Legs that hear the answer to a feature code."""

    def reachable(self, extension: str, reachable: bool) -> None:
        """A phone registered, or the last one is gone."""
        agent = self._directory.agent_by_extension.get(extension)
        if agent is not None:
            self._post(acd.AgentReachable(agent, reachable))

    def leg_started(self, event: events.LegStarted) -> None:
        """A phone calls, or is called, without the distributor."""
        agent = self._directory.agent_by_extension.get(event.extension)
        if agent is None:
            return
        legs = self._engaged.setdefault(agent, set())
        legs.add(event.leg)
        self._agent_of_leg[event.leg] = agent
        if len(legs) == 1:
            self._post(acd.AgentEngaged(agent, True))

    def leg_ended(self, leg: str) -> None:
        """Such a call is over."""
        self._confirming.discard(leg)
        agent = self._agent_of_leg.pop(leg, None)
        if agent is None:
            return
        legs = self._engaged[agent]
        legs.discard(leg)
        if not legs:
            del self._engaged[agent]
            self._post(acd.AgentEngaged(agent, False))

    def feature_dialled(self, event: events.CallOffered) -> None:
        """A feature code: only the agent herself, proven by her phone's password, sets her status."""
        agent = self._directory.agent_by_extension.get(event.account or "")
        status = STATUS_OF_FEATURE.get(event.target)
        if agent is None or status is None:
            self._execute(commands.Reject(event.leg, 403))
            return
        self._post(acd.AgentStatusSet(agent, status))
        self._execute(status_note(event.account or "", status))
        self._confirming.add(event.leg)
        self._execute(commands.Answer(event.leg))
        self._execute(commands.Play(event.leg, ("confirm",)))

    def play_ended(self, leg: str) -> None:
        """The confirmation was heard."""
        if leg in self._confirming:
            self._execute(commands.Hangup(leg))
