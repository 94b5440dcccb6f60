"""The queues, each with the work that waits in it."""

from __future__ import annotations

from collections.abc import Iterator

from acd.line import Line
from acd.model import Queue
from acd.records import WorkRecord
from acd.requirement import Requirement, parse
from acd.roster import AgentGroup
from acd.statistics import QueueCounters
from acd.strategies import Strategy, strategy_named


class WaitingQueue:
    """A queue at work."""

    __slots__ = ("config", "counters", "groups", "id", "line", "present", "requirement", "strategy")

    def __init__(self, config: Queue, counters: QueueCounters) -> None:
        """Raises RequirementError, UnknownStrategy."""
        self.id = config.id
        self.counters = counters
        self.groups: set[AgentGroup] = set()
        """Who qualifies; kept by the roster."""
        self.line: Line[WorkRecord] = Line()
        """Work that looks for an agent, in the order of service."""
        self.present: Line[WorkRecord] = Line()
        """All work not yet connected, in the order of arrival."""
        self.configure(config)

    def configure(self, config: Queue) -> None:
        """Take over new terms, all or none. Raises RequirementError, UnknownStrategy."""
        requirement, strategy = parse(config.requires), strategy_named(config.strategy)
        self.config: Queue = config
        self.requirement: Requirement = requirement
        self.strategy: Strategy = strategy

    def service_key(self, work: WorkRecord) -> tuple[float, float, int]:
        """The order of service, comparable across queues: urgency first, then the time of arrival."""
        return (-(self.config.priority + work.item.priority), work.item.arrived_at, work.serial)


class WaitingQueues:
    """All queues, and which of them have work that looks for an agent."""

    def __init__(self) -> None:
        self._queues: dict[str, WaitingQueue] = {}
        self._seeking: set[str] = set()

    def get(self, queue: str) -> WaitingQueue | None:
        return self._queues.get(queue)

    def __iter__(self) -> Iterator[WaitingQueue]:
        return iter(self._queues.values())

    def add(self, queue: WaitingQueue) -> None:
        self._queues[queue.id] = queue

    def remove(self, queue: WaitingQueue) -> None:
        del self._queues[queue.id]
        self._seeking.discard(queue.id)

    def enter(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Work joined the queue."""
        queue.present.add(work, (work.item.arrived_at, work.serial))

    def leave(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Work was connected, or is gone."""
        queue.present.discard(work)
        self.stop_seeking(queue, work)

    def seek(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Put work in line for an agent, at its own place."""
        queue.line.add(work, queue.service_key(work))
        self._seeking.add(queue.id)

    def stop_seeking(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Take work out of that line, if it is in it."""
        queue.line.discard(work)
        if not queue.line:
            self._seeking.discard(queue.id)

    def first_for(self, queues: frozenset[str]) -> WorkRecord | None:
        """The work to be served first in any of these queues."""
        first: WorkRecord | None = None
        first_key: tuple[float, float, int] | None = None
        for queue_id in self._seeking & queues:
            queue = self._queues[queue_id]
            work = queue.line.first()
            if work is None:
                continue
            key = queue.service_key(work)
            if first_key is None or key < first_key:
                first, first_key = work, key
        return first
