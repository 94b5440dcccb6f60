"""The queues: who serves them, from which step on, and the work that waits in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from acd.idle import Entry, IdleLine
from acd.line import NOBODY, Line
from acd.model import AgentProfile, Channel, Queue
from acd.records import Timer, WorkRecord
from acd.requirement import EVERYONE, Requirement, parse
from acd.seat import NEVER, Seat
from acd.statistics import QueueCounters
from acd.strategies import Strategy, strategy_named

SITES = 1000
"""More than a queue lists."""

Lines: TypeAlias = dict[tuple[int, Channel, bool], Line[WorkRecord]]
"""Work that looks for an agent, by its step, its channel and whether it overflowed to a site; no line is empty."""


class AgentGroup:
    """Agents who have exactly the same seats."""

    __slots__ = ("busy", "idle", "key", "lines", "places", "queues", "seats", "served", "size")

    def __init__(self, seats: frozenset[Seat], places: list[tuple[WaitingQueue, Seat]]) -> None:
        self.key = seats
        self.places = places
        self.seats = {seat.queue: seat for seat in seats}
        self.queues = frozenset(self.seats)
        self.served = [queue for queue, _ in places]
        self.size = 0
        self.busy = 0
        self.idle = 0
        """Those who may be offered work now, of some channel."""
        self.lines: dict[tuple[Channel, ...], list[tuple[IdleLine, Seat]]] = {}
        """Where they stand, by what they are free for; forgotten when a queue's lines are made anew."""

    def lines_of(self, channels: tuple[Channel, ...]) -> list[tuple[IdleLine, Seat]]:
        """The lines in which one of them stands who is free for these channels."""
        lines = self.lines.get(channels)
        if lines is None:
            lines = self.lines[channels] = [
                (line, seat)
                for queue, seat in self.places
                for channel in queue.channels
                if channel in channels
                for line in queue.lines_of(seat, channel)
            ]
        return lines


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
        self.beyond = 0
        """Who is logged in at the site that it overflows to, and would be asked then only."""
        self.lines: Lines = {}
        self.front: tuple[Any, ...] = NOBODY
        """The first entry of all its lines, where agents look for work: most of them need no look at the lines then."""
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
        self.overflow_site = _overflow_site(config)
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
        """The lines of the free, by the step from which they are asked; behind them, by the same, those of who is asked
        sooner, or only, when work overflows to her site."""
        if self.overflow_site is not None:
            self.rings += [{} for _ in self.timeline]
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
        site, listed = profile.site, self.members.get(profile.id)
        serves, overflows = not self._sites or site in self._sites or listed is not None, site == self.overflow_site
        if site in self.closed_sites or not (serves or overflows):
            return None
        place, after_s = self._sites.get(site, (len(self._sites), 0.0))
        position, rank, weight, asked_s = -1, place, 1, self._asked_s(profile)
        if listed is not None:
            position, member = listed
            rank, weight, asked_s = member.tier * SITES + place, max(member.weight, 1), 0.0
        elif asked_s is None and overflows and not self._requirements and self._works_for_client(profile):
            serves, asked_s = False, 0.0  # only members serve, of whom no skill is asked
        if asked_s is None:
            return None
        ring = self.timeline.index(max(asked_s, after_s)) if serves else NEVER
        opened = self.timeline.index(asked_s) if overflows else ring
        measure = self.strategy.measure(profile.skills, self._requirements[0][1] if self._requirements else EVERYONE)
        return Seat(self.id, ring, opened, rank, position, measure, weight)

    def _asked_s(self, profile: AgentProfile) -> float | None:
        """From when on an agent is asked for her skills; None: never."""
        if not self._works_for_client(profile):
            return None
        return next((asked_s for asked_s, wanted in self._requirements if wanted.holds(profile.skills)), None)

    def _works_for_client(self, profile: AgentProfile) -> bool:
        return not (self.config.client and profile.clients and self.config.client not in profile.clients)

    def count(self, seat: Seat, logged_in: int, staffed: int) -> None:
        """So many more (or fewer) of those who sit so are logged in, and take work."""
        if seat.serves:
            self.logged_in += logged_in
            self.staffed += staffed
        if seat.opened < seat.ring:
            self.beyond += logged_in

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

    def lines_of(self, seat: Seat, channel: Channel) -> list[IdleLine]:
        """The lines in which those who sit so stand while they are free."""
        rings = [seat.ring] if seat.serves else []
        if seat.opened < seat.ring:
            rings.append(len(self.timeline) + seat.opened)
        return [self.rings[ring][channel] for ring in rings]

    def lines_for(self, work: WorkRecord) -> list[IdleLine]:
        """The lines of those who may be offered work now: the inner rings before the outer ones, and before a site that
        it overflowed to."""
        channel = work.item.channel
        return [ring[channel] for ring in self.rings[: work.step + 1]] + self._lines_beyond(work)

    def _lines_beyond(self, work: WorkRecord) -> list[IdleLine]:
        if work.opened is None:
            return []
        channel, steps = work.item.channel, len(self.timeline)
        return [ring[channel] for ring in self.rings[steps : steps + work.step + 1]]

    def best(self, work: WorkRecord) -> tuple[IdleLine, Entry] | None:
        """Who is asked first for work."""
        channel = work.item.channel
        for ring in self.rings[: work.step + 1]:
            line = ring[channel]
            entry = line.peek()
            if entry is not None:
                return line, entry
        for line in self._lines_beyond(work) if work.opened is not None else ():
            entry = line.peek()
            if entry is not None:
                return line, entry
        return None

    def everybody(self, work: WorkRecord, most: int) -> list[Entry]:
        """All who are asked at once: the free of the lowest rank."""
        # Who stands in two lines has the same mark in both.
        entries = sorted({entry[5]: entry for line in self.lines_for(work) for entry in line.standing()}.values())
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
            line = _stand(queue.lines, work)
            if queue.strategy.in_batches:
                self._collecting.add(queue.id)
            else:
                self._seeking.add(queue.id)
                if line.front < queue.front:
                    queue.front = line.front

    def ring_on(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Let whoever becomes free join those for whom work rings."""
        _stand(queue.ringing, work)
        self._ringing.add(queue.id)

    def stop_seeking(self, queue: WaitingQueue, work: WorkRecord) -> None:
        """Take work out of every line in which it looks for an agent."""
        lines = queue.lines
        if lines:
            if _left(lines, work):
                self._seeking.discard(queue.id)
                self._collecting.discard(queue.id)
            if queue.front[-1] is work:
                front = NOBODY
                for line in lines.values():
                    if line.front < front:
                        front = line.front
                queue.front = front
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
        if self._seeking:
            # The very first in her queues is for her as a rule: a look at each line is seldom needed.
            front = min([queue.front for queue in group.served], default=NOBODY)
            if front < first:
                work: WorkRecord = front[-1]
                seat = group.seats[work.item.queue]
                if work.item.channel in channels and work.step >= (seat.ring if work.opened is None else seat.opened):
                    return work
                first = _first_of_lines(group, channels, first)
        return None if first is NOBODY else first[-1]

    def first_ringing(self, group: AgentGroup, channels: tuple[Channel, ...]) -> WorkRecord | None:
        """The work to be served first of what rings for others, and may ring for one more."""
        first = NOBODY
        for queue, seat in group.places if self._ringing else ():
            for (step, channel, opened), line in queue.ringing.items():
                if line.front < first and seat.reached(step, opened) and channel in channels:
                    first = line.front
        return None if first is NOBODY else first[-1]

    def collecting(self, group: AgentGroup) -> list[WaitingQueue]:
        """The queues of a group with work that is assigned in batches."""
        return [self._queues[queue] for queue in sorted(self._collecting & group.queues)] if self._collecting else []


def _first_of_lines(group: AgentGroup, channels: tuple[Channel, ...], first: tuple[Any, ...]) -> tuple[Any, ...]:
    """The first entry in the lines of a group's queues that is for one of them; ``first`` where that comes before."""
    for queue, seat in group.places:
        if queue.front < first:
            for (step, channel, opened), line in queue.lines.items():
                if line.front < first and seat.reached(step, opened) and channel in channels:
                    first = line.front
    return first


def _stand(lines: Lines, work: WorkRecord) -> Line[WorkRecord]:
    key = (work.step, work.item.channel, work.opened is not None)
    line = lines.get(key)
    if line is None:
        line = lines[key] = Line()
    line.add(work, work.key)
    return line


def _left(lines: Lines, work: WorkRecord) -> bool:
    """Take work out of its line; whether no line is left."""
    key = (work.step, work.item.channel, work.opened is not None)
    line = lines.get(key)
    if line is not None:
        line.discard(work)
        if line.front is NOBODY:
            del lines[key]
    return not lines


def _terms(config: Queue) -> tuple[object, ...]:
    """What decides who serves a queue, and in which order."""
    who = config.requires, config.relax, config.members, config.sites, config.client, _overflow_site(config)
    return *who, config.strategy


def _overflow_site(config: Queue) -> str | None:
    return config.overflow.site if config.overflow is not None else None
