"""What may be asked of a call that stands: hold it, take it back.

A request is checked against what is known of the call, then becomes commands; what comes of them is told as events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from control.adapters.directory import Directory
from control.adapters.visit import Visit
from control.errors import Invalid, NotFound, Refused
from pbx import commands
from pbx.commands import Command


class CallHandling:
    """The verbs. Each raises NotFound for a call that is over, Invalid for an agent who does not exist, and Refused
    where the call's present state does not allow it."""

    def __init__(
        self, directory: Directory, visits: dict[str, Visit], execute: Callable[[Iterable[Command]], None]
    ) -> None:
        self._directory = directory
        self._visits = visits
        self._execute = execute

    def hold(self, call: str, agent: str | None = None) -> None:
        """Let the agent's side (whoever spoke last, where none is named) keep the other waiting with music."""
        self._execute((commands.Hold(self._side(call, agent)),))

    def resume(self, call: str, agent: str | None = None) -> None:
        """End such a hold."""
        self._execute((commands.Resume(self._side(call, agent)),))

    def _side(self, call: str, agent: str | None) -> str:
        """The leg that acts: the agent's, or the called party's where no agent takes part."""
        visit = self._visits.get(call)
        if visit is None:
            raise NotFound(f"there is no call {call} in progress")
        if agent is not None and agent not in self._directory.agents:
            raise Invalid(f"there is no agent {agent}", field="agent")
        if not visit.talking:
            raise Refused(f"nobody talks in call {call}: it is {visit.state}")
        wanted = agent or visit.agent
        for leg in reversed(visit.talking):
            if visit.agents.get(leg) == wanted:
                return leg
        if agent is not None:
            raise Refused(f"{agent} does not talk in call {call}")
        return visit.talking[1]
