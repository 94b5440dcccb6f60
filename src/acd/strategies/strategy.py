"""What a routing strategy is: the choice of one free agent among those who qualify."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from acd.records import AgentRecord
from acd.roster import AgentGroup


class Strategy(Protocol):
    """Stateless, and blind to everything but its arguments: a replay must choose alike."""

    name: str

    def choose(self, groups: Iterable[AgentGroup]) -> AgentRecord | None:
        """One of the groups' free agents (``AgentGroup.idle``); None when there is none.

        The groups come in no particular order, so the choice rests on the agents' own figures.
        """
