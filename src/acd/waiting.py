"""The queues: who serves them, from which step on, and the work that waits in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from acd.idle import Entry, IdleLine
from acd.line import NOBODY, Line
from acd.model import AgentProfile, Channel, Queue
from acd.records import Timer, WorkRecord
from acd.requirement import EVERYONE, Requirement, parse
from acd.seat import Seat
from acd.statistics import QueueCounters
from acd.strategies import Strategy, strategy_named

SITES = 1000
"""More than a queue lists."""

Lines: TypeAlias = dict[tuple[int, Channel], Line[WorkRecord]]
"""Work that looks for an agent, by its step and its channel; no line is empty."""


class AgentGroup:
    """Agents who have exactly the same seats."""

    __slots__ = ("busy", "idle", "key", "places", "queues", "seats", "size")

    def __init__(self, seats: frozenset[Seat], places: list[tuple[WaitingQueue, Seat]]) -> None:
        self.key = seats
        self.places = places
        self.seats = {seat.queue: seat for seat in seats}
        self.queues = frozenset(self.seats)
        self.size = 0
        self.busy = 0
        self.idle = 0
        """Those who may be offered work now, of some channel."""


class WaitingQueue:
    """A queue at work."""

    def __init__(self, config: Queue, counters: QueueCounters) -> None:
        """Raises RequirementError, UnknownStrategy."""
        self.id = config.id
        self.counters = counters
        self.open = True
        """Whether it is within its hours."""
        self.groups: set[AgentGroup] = set()
        """Who qualifies; the roster keeps it, and the two counts after it."""
        self.logged_in = 0
        self.staffed = 0
        """Those of them whose status takes work."""
        self.lines: Lines = {}
        self.ringing: Lines = {}
        """Work that rings for some, and may ring for more."""
        self.present: Line[WorkRecord] = Line()
        """All work not yet connected, in the order of arrival."""
        self.dormant: set[str] = set()
        """Those of them whose time has not come."""
        self.timer: Timer | None = None
        """When what was collected is assigned."""
        self.closed_sites: frozenset[str] = frozenset()
        self._channels = {Channel.VOICE}
        self.configure(config)

    def configure(self, config: Queue) -> bool:
        """Take over new terms, all or none; whether they change who serves it, and in which order: its lines of the
        free are empty then. Raises RequirementError, UnknownStrategy."""
        texts = [(0.0, config.requires)] if config.requires or not config.members else []
        texts += [(step.after_s, step.requires) for step in config.relax]
        requirements = [(after_s, parse(text)) for after_s, text in texts]
        self.strategy: Strategy = strategy_named(config.strategy)
        before = getattr(self, "config", None)
        self.config: Queue = config
        if before is not None and _terms(before) == _terms(config):
            self.patient = self._is_patient()
            return False
        self._requirements = sorted(requirements, key=lambda pair: pair[0])
        self.members = {member.agent: (place, member) for place, member in enumerate(config.members)}
        ranked = [(place if one.rank is None else one.rank, one) for place, one in enumerate(config.sites)]
        self._sites = {one.site: (rank, one.after_s) for rank, one in ranked}
        steps = {0.0} | {after_s for after_s, _ in requirements} | {one.after_s for one in config.sites}
        self.timeline = tuple(sorted(steps))
        """After how many seconds of waiting each step is taken."""
        self.patient = self._is_patient()
        """Whether nothing changes for its work by waiting."""
        self.renew_lines()
        return True

    def _is_patient(self) -> bool:
        return self.config.max_wait_s is None and len(self.timeline) == 1

    def renew_lines(self) -> None:
        """Empty the lines of the free, and forget whose turn it was."""
        self.rings: list[dict[Channel, IdleLine]] = [{} for _ in self.timeline]
        """The lines of the free, by the step from which they are asked."""
        for channel in self._channels:
            self._make_lines(channel)

    @property
    def length(self) -> int:
        """How many wait now."""
        return len(self.present) - len(self.dormant)

    # Who serves.

    @property
    def requirement(self) -> Requirement | None:
        """What is asked for at first; None where only members serve."""
        return self._requirements[0][1] if self._requirements and self._requirements[0][0] == 0.0 else None

    def requirement_at(self, step: int) -> list[Requirement]:
        """What is asked for at a step of the timeline: one of these."""
        reached = self.timeline[min(step, len(self.timeline) - 1)]
        return [requirement for after_s, requirement in self._requirements if after_s <= reached]

    def seat_of(self, profile: AgentProfile) -> Seat | None:
        """How an agent stands in this queue; None where she does not serve it."""
        listed = self.members.get(profile.id)
        if profile.site in self.closed_sites or (self._sites and profile.site not in self._sites and listed is None):
            return None
        place, after_s = self._sites.get(profile.site, (len(self._sites), 0.0))
        measured = self._requirements[0][1] if self._requirements else EVERYONE
        if listed is not None:
            position, member = listed
            measure = self.strategy.measure(profile.skills, measured)
            ring, rank = self._ring(after_s), member.tier * SITES + place
            return Seat(self.id, ring, rank, position, measure, max(member.weight, 1))
        if self.config.client and profile.clients and self.config.client not in profile.clients:
            return None
        for asked_s, requirement in self._requirements:
            if requirement.holds(profile.skills):
                measure = self.strategy.measure(profile.skills, measured)
                return Seat(self.id, self._ring(max(asked_s, after_s)), place, -1, measure)
        return None

    def _ring(self, after_s: float) -> int:
        return self.timeline.index(after_s)

    # The lines of the free.

    def open_channel(self, channel: Channel) -> None:
        """Make lines for a channel, which are empty yet."""
        self._channels.add(channel)
        self._make_lines(channel)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Those it ever had work of."""
        return tuple(sorted(self._channels))

    def _make_lines(self, channel: Channel) -> None:
        for ring, lines in enumerate(self.rings):
            lines[channel] = IdleLine(f"{self.id} {ring} {channel}", self.strategy)

    def best(self, step: int, channel: Channel) -> tuple[IdleLine, Entry] | None:
        """Who is asked first for work that has come to a step: the inner rings before the outer ones."""
        for lines in self.rings[: step + 1]:
            line = lines[channel]
            entry = line.peek()
            if entry is not None:
                return line, entry
        return None

    def everybody(self, step: int, channel: Channel, most: int) -> list[Entry]:
        """All who are asked at once: the free of the lowest rank."""
        entries = sorted(entry for lines in self.rings[: step + 1] for entry in lines[channel].everyone())
        return [entry for entry in entries if entry[0] == entries[0][0]][:most]


class WaitingQueues:
    """All queues, and which of them have work that looks for an agent."""

    def __init__(self) -> None:
        self._queues: dict[str, WaitingQueue] = {}
        self.get: Callable[[str], WaitingQueue | None] = self._queues.get
        self._seeking: set[str] = set()
        self._collecting: set[str] = set()
        """Those whose work is assigned in batches."""
        self._ringing: set[str] = set()
        self._personal: dict[str, Line[WorkRecord]] = {}
        """Work that waits for an agent by name."""

    def __iter__(self) -> Iterator[WaitingQueue]:
        return iter(self._queues.values())

    def add(self, queue: WaitingQueue) -> None:
        self._queues[queue.id] = queue

    def remove(self, queue: WaitingQueue) -> None:
        del self._queues[queue.id]
        self._seeking.discard(queue.id)
        self._collecting.discard(queue.id)
        self._ringing.discard(queue.id)

    def enter(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Work joined the queue."""
        queue.present.add(work, (work.item.arrived_at, work.serial))

    def leave(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Work was connected, or is gone."""
        queue.present.discard(work)
        queue.dormant.discard(work.item.id)
        self.stop_seeking(queue, work)

    def seek(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Put work in line for an agent, at its own place."""
        if work.reserved_until is not None:
            for agent in work.preferred:
                self._personal.setdefault(agent, Line()).add(work, work.key)
        else:
            seeking = self._collecting if queue.strategy.in_batches else self._seeking
            self._stand(queue.lines, seeking, queue, work)

    def ring_on(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Let whoever becomes free join those for whom work rings."""
        self._stand(queue.ringing, self._ringing, queue, work)

    def stop_seeking(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Take work out of every line in which it looks for an agent."""
        if queue.lines and _left(queue.lines, work):
            self._seeking.discard(queue.id)
            self._collecting.discard(queue.id)
        if queue.ringing and _left(queue.ringing, work):
            self._ringing.discard(queue.id)
        for agent in work.preferred:
            personal = self._personal.get(agent)
            if personal is not None:
                personal.discard(work)
                if not personal:
                    del self._personal[agent]

    def first_for(self, agent: str, group: AgentGroup, channels: tuple[Channel, ...]) -> WorkRecord | None:
        """The work to be served first by an agent, of those that wait for her or in her queues."""
        first = NOBODY
        if self._personal and (personal := self._personal.get(agent)) is not None:
            first = next(((*work.key, work) for work in personal if work.item.channel in channels), NOBODY)
        for queue, seat in group.places if self._seeking else ():
            for (step, channel), line in queue.lines.items():
                front = line.front
                if front < first and step >= seat.ring and channel in channels and not queue.strategy.in_batches:
                    first = front
        return None if first is NOBODY else first[-1]

    def first_ringing(self, group: AgentGroup, channels: tuple[Channel, ...]) -> WorkRecord | None:
        """The work to be served first of what rings for others, and may ring for one more."""
        first = NOBODY
        for queue, seat in group.places if self._ringing else ():
            for (step, channel), line in queue.ringing.items():
                if line.front < first and step >= seat.ring and channel in channels:
                    first = line.front
        return None if first is NOBODY else first[-1]

    def collecting(self, group: AgentGroup) -> list[WaitingQueue]:
        """The queues of a group with work that is assigned in batches."""
        return [self._queues[queue] for queue in sorted(self._collecting & group.queues)] if self._collecting else []

    @staticmethod
    def _stand(lines: Lines, queues: set[str], queue: WaitingQueue, work: WorkRecord) -> None:
        key = (work.step, work.item.channel)
        line = lines.get(key)
        if line is None:
            line = lines[key] = Line()
        queues.add(queue.id)
        line.add(work, work.key)


def _left(lines: Lines, work: WorkRecord) -> bool:
    """Take work out of its line; whether no line is left."""
    key = (work.step, work.item.channel)
    line = lines.get(key)
    if line is not None:
        line.discard(work)
        if not line:
            del lines[key]
    return not lines


def _terms(config: Queue) -> tuple[object, ...]:
    """What decides who serves a queue, and in which order."""
    return config.requires, config.relax, config.members, config.sites, config.client, config.strategy
