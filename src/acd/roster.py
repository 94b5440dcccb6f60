"""The roster: every agent, grouped by her seats, and the lines of the free that she stands in.

Requirements are measured when configuration changes, never when work arrives. What an agent's work changes costs by the
queues that she serves, and not by the agents or queues that there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from acd.agent import PRESENCE
from acd.idle import Entry, Mark
from acd.model import AgentProfile, Channel
from acd.records import AgentRecord
from acd.seat import Seat
from acd.waiting import AgentGroup, WaitingQueue

_Skills = tuple[frozenset[tuple[str, int]], str, tuple[str, ...]]


class Post:
    """Where the roster has an agent."""

    __slots__ = ("busy", "duty", "group", "mark")

    def __init__(self, group: AgentGroup) -> None:
        self.group = group
        self.busy = False
        """Whether she is counted among the busy."""
        self.duty = (False, False)
        """Whether she is counted among those who are logged in, and who take work."""
        self.mark: Mark | None = None
        """Where she stands among the free."""


class Roster:
    """All agents, and who of them is free."""

    def __init__(self) -> None:
        self.seed = 0
        """What draws depend on."""
        self._agents: dict[str, AgentRecord] = {}
        self.get: Callable[[str], AgentRecord | None] = self._agents.get
        self._groups: dict[frozenset[Seat], AgentGroup] = {}
        self._posts: dict[str, Post] = {}
        self.post: Callable[[str], Post] = self._posts.__getitem__
        self._queues: dict[str, WaitingQueue] = {}
        self._marked = 0
        self._measured: dict[_Skills, frozenset[Seat]] = {}
        """The seats of those who are no member by name, by what is measured of them."""

    def __iter__(self) -> Iterator[AgentRecord]:
        """All agents, in the order of their declaration."""
        return iter(self._agents.values())

    def group_of(self, agent: AgentRecord) -> AgentGroup:
        return self._posts[agent.profile.id].group

    def seat(self, agent: AgentRecord, queue: str) -> Seat | None:
        """Where an agent sits in a queue; None where she does not serve it."""
        return self._posts[agent.profile.id].group.seats.get(queue)

    # Configuration.

    def add(self, agent: AgentRecord) -> None:
        """Take in an agent whose id is not on the roster; she stands in no line yet."""
        self._agents[agent.profile.id] = agent
        self._join(agent, self._seats(agent.profile), None)

    def remove(self, agent: AgentRecord) -> None:
        """Strike an agent off."""
        self.unmark_idle(agent)
        self._leave(self._posts.pop(agent.profile.id))
        del self._agents[agent.profile.id]

    def requalify(self, agent: AgentRecord) -> bool:
        """Measure an agent whose profile changed; whether her seats did, and with them her lines, which she left."""
        return self._move(agent, self._seats(agent.profile))

    def measure_anew(self) -> None:
        """Forget what was measured: something else than profiles and queues changed."""
        self._measured.clear()

    def admit_queue(self, queue: WaitingQueue) -> list[AgentRecord]:
        """Measure everyone by a new or changed queue, whose lines are empty; the agents who no longer qualify."""
        self._queues[queue.id] = queue
        self._measured.clear()
        self._forget_lines()
        lost = []
        moves: dict[tuple[AgentGroup, Seat | None], frozenset[Seat]] = {}
        for agent in self._agents.values():
            post, seat = self._posts[agent.profile.id], queue.seat_of(agent.profile)
            group = post.group
            before = group.seats.get(queue.id)
            if before != seat:
                seats = moves.get((group, seat))
                if seats is None:
                    others = frozenset(one for one in group.seats.values() if one.queue != queue.id)
                    seats = moves[group, seat] = others | {seat} if seat is not None else others
                self._move(agent, seats, keeps_mark=True)
                if seat is None:
                    lost.append(agent)
            mark = self._posts[agent.profile.id].mark
            if mark is not None and seat is not None:
                self._stand(mark, queue, seat)
        return lost

    def dismiss_queue(self, queue: WaitingQueue) -> None:
        """Forget a queue."""
        del self._queues[queue.id]
        self._measured.clear()
        for agent in self._agents.values():
            seats = self._posts[agent.profile.id].group.seats
            if queue.id in seats:
                self._move(agent, frozenset(one for one in seats.values() if one.queue != queue.id), keeps_mark=True)

    def open_channel(self, queue: WaitingQueue, channel: Channel) -> None:
        """Let the free stand in a queue's lines for a channel that it never had work of."""
        queue.open_channel(channel)
        self._forget_lines()
        for post in self._posts.values():
            mark, seat = post.mark, post.group.seats.get(queue.id)
            if mark is not None and seat is not None and channel in mark.channels:
                for line in queue.lines_of(seat, channel):
                    line.join(mark, seat, self.seed)

    # Who is free.

    def free_for(self, agent_id: str, channel: Channel) -> Mark | None:
        """An agent's mark, if she is free for a channel."""
        post = self._posts.get(agent_id)
        mark = post.mark if post is not None else None
        return mark if mark is not None and channel in mark.channels else None

    def mark_idle(self, agent: AgentRecord, channels: tuple[Channel, ...], load: int) -> None:
        """Put a free agent in her lines; nothing happens when she stands there already."""
        free = agent.free
        if free is None:
            raise ValueError(f"agent {agent.profile.id} has no place among the free")
        post = self._posts[agent.profile.id]
        mark, group = post.mark, post.group
        if mark is None:
            group.idle += 1
        elif mark.channels == channels and mark.load == load and mark.free == free:
            return
        else:
            mark.stands = False
        self._marked += 1
        new = post.mark = Mark(agent, channels, load, free, self._marked)
        entry: Entry | None = None
        for line, seat in group.lines_of(channels):
            if not line.alike:
                line.join(new, seat, self.seed)
                continue
            if entry is None or entry[0] != seat.rank:
                entry = (seat.rank, load, 0.0, free[0], free[1], self._marked, new)
            line.push(entry)

    def unmark_idle(self, agent: AgentRecord) -> None:
        """Take an agent out of her lines, if she is in them."""
        post = self._posts[agent.profile.id]
        if post.mark is not None:
            post.mark.stands = False
            post.mark = None
            post.group.idle -= 1

    def sweep(self, agent: AgentRecord) -> None:
        """Drop a few of those who are gone from the lines in which an agent stood, when customer and agent have found
        each other and nobody waits: a call that looks for an agent has less to skip then."""
        for line, _ in self._posts[agent.profile.id].group.lines_of(agent.channels):
            line.drop_gone()

    # Counts.

    def recount_duty(self, agent: AgentRecord) -> None:
        """Bring the counts of those who are logged in, and who take work, in line with the agent's status."""
        presence, post = PRESENCE[agent.status], self._posts[agent.profile.id]
        duty, before = (presence.logged_in, presence.takes_work), post.duty
        if duty != before:
            post.duty = duty
            for queue, seat in post.group.places:
                queue.count(seat, duty[0] - before[0], duty[1] - before[1])

    # Groups.

    def _forget_lines(self) -> None:
        for group in self._groups.values():
            group.lines.clear()

    def _seats(self, profile: AgentProfile) -> frozenset[Seat]:
        if any(profile.id in queue.members for queue in self._queues.values()):
            return self._measure(profile)
        key = (frozenset(profile.skills.items()), profile.site, profile.clients)
        seats = self._measured.get(key)
        if seats is None:
            seats = self._measured[key] = self._measure(profile)
        return seats

    def _measure(self, profile: AgentProfile) -> frozenset[Seat]:
        seats = (queue.seat_of(profile) for queue in self._queues.values())
        return frozenset(seat for seat in seats if seat is not None)

    def _move(self, agent: AgentRecord, seats: frozenset[Seat], *, keeps_mark: bool = False) -> bool:
        """``keeps_mark``: but for one queue's lines, which are filled anew, she stands where she stood."""
        post = self._posts[agent.profile.id]
        if seats == post.group.key:
            return False
        if not keeps_mark:
            self.unmark_idle(agent)
        self._leave(post)
        self._join(agent, seats, post.mark)
        return True

    def _stand(self, mark: Mark, queue: WaitingQueue, seat: Seat) -> None:
        for channel in queue.rings[0]:
            if channel in mark.channels:
                for line in queue.lines_of(seat, channel):
                    line.join(mark, seat, self.seed)

    def _join(self, agent: AgentRecord, seats: frozenset[Seat], mark: Mark | None) -> None:
        group = self._groups.get(seats)
        if group is None:
            group = self._groups[seats] = AgentGroup(seats, list(self._known(seats)))
            for queue, seat in group.places:
                if seat.serves:
                    queue.groups.add(group)
        group.size += 1
        post = self._posts[agent.profile.id] = Post(group)
        if mark is not None:
            post.mark = mark
            group.idle += 1
        post.busy = agent.busy
        group.busy += post.busy
        self.recount_duty(agent)

    def _leave(self, post: Post) -> None:
        group, (logged_in, takes_work) = post.group, post.duty
        group.size -= 1
        group.busy -= post.busy
        group.idle -= post.mark is not None
        for queue, seat in group.places:
            queue.count(seat, -logged_in, -takes_work)
        if not group.size:
            del self._groups[group.key]
            for queue, _ in group.places:
                queue.groups.discard(group)

    def _known(self, seats: Iterable[Seat]) -> Iterator[tuple[WaitingQueue, Seat]]:
        """The queues of seats, in a fixed order."""
        for seat in sorted(seats, key=lambda seat: seat.queue):
            queue = self._queues.get(seat.queue)
            if queue is not None:
                yield queue, seat
