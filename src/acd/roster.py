"""The roster: every agent, grouped by the set of queues she qualifies for.

Requirements are measured when configuration changes, never when work arrives: a decision meets groups, not agents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from acd.line import Line
from acd.records import AgentRecord
from acd.requirement import Requirement


class QueueTerms(Protocol):
    """What the roster needs to know of a queue."""

    id: str
    requirement: Requirement
    groups: set[AgentGroup]
    """The groups that qualify; the roster keeps it."""


class AgentGroup:
    """Agents who qualify for exactly the same queues."""

    __slots__ = ("busy", "idle", "queues", "size")

    def __init__(self, queues: frozenset[str]) -> None:
        self.queues = queues
        self.idle: Line[AgentRecord] = Line()
        """Those who may be offered work now, longest free first."""
        self.size = 0
        self.busy = 0


class Roster:
    """All agents, and who of them is free."""

    def __init__(self) -> None:
        self._agents: dict[str, AgentRecord] = {}
        self._groups: dict[frozenset[str], AgentGroup] = {}
        self._group_of: dict[str, AgentGroup] = {}
        self._busy: set[str] = set()
        self._queues: dict[str, QueueTerms] = {}
        self.idle_groups: set[AgentGroup] = set()
        """The groups with somebody free."""

    def get(self, agent: str) -> AgentRecord | None:
        return self._agents.get(agent)

    def __iter__(self) -> Iterator[AgentRecord]:
        """All agents, in the order of their declaration."""
        return iter(self._agents.values())

    def group_of(self, agent: AgentRecord) -> AgentGroup:
        return self._group_of[agent.profile.id]

    def add(self, agent: AgentRecord) -> None:
        """Take in an agent, free or not, whose id is not on the roster."""
        self._agents[agent.profile.id] = agent
        self._join(agent, self._qualifications(agent))

    def remove(self, agent: AgentRecord) -> None:
        """Strike an agent off."""
        self._leave(agent)
        del self._agents[agent.profile.id]

    def requalify(self, agent: AgentRecord) -> bool:
        """Measure an agent whose skills changed; she keeps her place among the free. Whether her queues changed."""
        return self._move(agent, self._qualifications(agent))

    def admit_queue(self, queue: QueueTerms) -> list[AgentRecord]:
        """Measure everyone by a new or changed requirement; the agents who no longer qualify."""
        self._queues[queue.id] = queue
        lost = []
        for agent in self._agents.values():
            before = self._group_of[agent.profile.id].queues
            if queue.requirement.holds(agent.profile.skills):
                self._move(agent, before | {queue.id})
            elif self._move(agent, before - {queue.id}):
                lost.append(agent)
        return lost

    def dismiss_queue(self, queue: QueueTerms) -> None:
        """Forget a queue."""
        del self._queues[queue.id]
        for agent in self._agents.values():
            self._move(agent, self._group_of[agent.profile.id].queues - {queue.id})

    def mark_idle(self, agent: AgentRecord) -> None:
        """Put a free agent in line."""
        if agent.free is None:
            raise ValueError(f"agent {agent.profile.id} has no place among the free")
        group = self._group_of[agent.profile.id]
        group.idle.add(agent, agent.free)
        self.idle_groups.add(group)

    def unmark_idle(self, agent: AgentRecord) -> None:
        """Take an agent out of line, if she is in it."""
        group = self._group_of[agent.profile.id]
        group.idle.discard(agent)
        if not group.idle:
            self.idle_groups.discard(group)

    def recount(self, agent: AgentRecord) -> None:
        """Bring the group's count of busy agents in line with the agent."""
        agent_id = agent.profile.id
        if agent.busy is (agent_id in self._busy):
            return
        if agent.busy:
            self._busy.add(agent_id)
            self._group_of[agent_id].busy += 1
        else:
            self._busy.discard(agent_id)
            self._group_of[agent_id].busy -= 1

    def _qualifications(self, agent: AgentRecord) -> frozenset[str]:
        levels = agent.profile.skills
        return frozenset(queue.id for queue in self._queues.values() if queue.requirement.holds(levels))

    def _move(self, agent: AgentRecord, queues: frozenset[str]) -> bool:
        group = self._group_of[agent.profile.id]
        if queues == group.queues:
            return False
        was_idle = agent in group.idle
        self._leave(agent)
        self._join(agent, queues)
        if was_idle:
            self.mark_idle(agent)
        return True

    def _join(self, agent: AgentRecord, queues: frozenset[str]) -> None:
        group = self._groups.get(queues)
        if group is None:
            group = self._groups[queues] = AgentGroup(queues)
            for queue in self._known(queues):
                queue.groups.add(group)
        group.size += 1
        self._group_of[agent.profile.id] = group
        self.recount(agent)

    def _leave(self, agent: AgentRecord) -> None:
        self.unmark_idle(agent)
        agent_id = agent.profile.id
        group = self._group_of.pop(agent_id)
        if agent_id in self._busy:
            self._busy.discard(agent_id)
            group.busy -= 1
        group.size -= 1
        if not group.size:
            del self._groups[group.queues]
            for queue in self._known(group.queues):
                queue.groups.discard(group)

    def _known(self, queues: Iterable[str]) -> Iterator[QueueTerms]:
        return (self._queues[queue] for queue in queues if queue in self._queues)
