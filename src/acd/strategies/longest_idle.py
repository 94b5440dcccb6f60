"""Longest idle: the agent who has been free for the longest time takes the next work."""

from __future__ import annotations

from collections.abc import Iterable

from acd.records import AgentRecord
from acd.roster import AgentGroup


class LongestIdle:
    """Each group's line is kept in this very order, so only its first agent is looked at."""

    name = "longest_idle"

    def choose(self, groups: Iterable[AgentGroup]) -> AgentRecord | None:
        longest: AgentRecord | None = None
        for group in groups:
            first = group.idle.first()
            if first is None or first.free is None:
                continue
            if longest is None or longest.free is None or first.free < longest.free:
                longest = first
        return longest
