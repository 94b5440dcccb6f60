"""The floor: agents, queues and work as they stand, and what keeps their indexes, timers and figures in step.

What an event means is said elsewhere, one room a matter: ``matching`` (who finds whom), ``offers``, ``conversations``,
``arrivals``, ``departures``, ``callbacks``, ``duty`` (what agents want), ``configuration``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from acd.agent import MEANING, AgentState, Step, next_state
from acd.channels import PRESENT
from acd.decisions import Decision
from acd.estimate import Expected, expected_wait
from acd.model import OverflowCause
from acd.places import Memory
from acd.records import AgentRecord, Assignment, Unserved, WorkRecord, WorkState
from acd.roster import Roster
from acd.statistics import FEWEST
from acd.strategies.least_occupied import note_occupancy
from acd.timers import Timed, Timers
from acd.waiting import AgentGroup, WaitingQueue, WaitingQueues

ENDED_KEPT = 1000
"""Pieces of work that can still be explained after they left."""
UNSERVED_KEPT = 10
"""Queues that are remembered of work that goes from one to the next."""

# Members of enums that are asked for at each event: by their class they cost five times as much (Python 3.11).
_IDLE = AgentState.IDLE
_SCHEDULED = WorkState.SCHEDULED


class Floor:
    """What the router knows, and how it moves."""

    def __init__(self) -> None:
        self.roster = Roster()
        self.queues = WaitingQueues()
        self.works: dict[str, WorkRecord] = {}
        self.ended: OrderedDict[str, WorkRecord] = OrderedDict()
        self.unserved: OrderedDict[str, tuple[Unserved, ...]] = OrderedDict()
        """Of work that still can be explained: the queues that it left for another target."""
        self.timers = Timers()
        self.left_places = Memory()
        """Where those stood who gave up."""
        self.served_by = Memory()
        """The agent who last served a customer."""
        self.closed_sites: set[str] = set()
        self.decisions: list[Decision] = []
        self.version = 0
        """How often the configuration changed."""
        self.changed_agents: set[str] = set()
        self.changed_queues: set[str] = set()
        self.changed_groups: set[AgentGroup] = set()
        self.serial = 0

    # Work.

    def queue_of(self, work: WorkRecord) -> WaitingQueue:
        """The queue of work that is not connected yet; it exists, since removing a queue refuses its work."""
        queue = self.queues.get(work.item.queue)
        if queue is None:
            raise LookupError(f"work {work.item.id} waits in no queue")
        return queue

    def enter(self, work: WorkRecord, queue: WaitingQueue) -> None:
        """Let work into its queue; it seeks nobody yet."""
        self.open_channel(work, queue)
        self.queues.enter(queue, work)
        self.changed_queues.add(queue.id)

    def open_channel(self, work: WorkRecord, queue: WaitingQueue) -> None:
        """Let the free stand in line for work of a channel that its queue never had."""
        if work.item.channel not in queue.rings[0]:
            self.roster.open_channel(queue, work.item.channel)

    def limit(self, work: WorkRecord, queue: WaitingQueue) -> None:
        """Set when something changes for waiting work by itself, by its queue's present terms: the end of its longest
        wait, of the preferred agents' time, or the queue's next step. Where nobody is on the line, work waits for ever.
        """
        if queue.patient and work.reserved_until is None and work.state is not _SCHEDULED:
            queue.dormant.discard(work.item.id)
            due = None
        elif work.state is _SCHEDULED:
            queue.dormant.add(work.item.id)
            due = work.item.not_before
        else:
            queue.dormant.discard(work.item.id)
            timeline, step, due = queue.timeline, work.step + 1, work.reserved_until
            if (ends := self.wait_ends(work, queue)) is not None:
                due = ends if due is None else min(due, ends)
            if step < len(timeline):
                due = work.entered_at + timeline[step] if due is None else min(due, work.entered_at + timeline[step])
        if due is not None:
            self.set_timer(work, due)
        else:
            work.timer = None

    def wait_ends(self, work: WorkRecord, queue: WaitingQueue) -> float | None:
        """When the longest wait of work is over; None where it may wait for as long as it takes: nobody is on the line,
        or the end of the wait is to open a site that is open to it."""
        longest_s, overflow = queue.config.max_wait_s, queue.config.overflow
        if longest_s is None or work.item.channel not in PRESENT:
            return None
        if work.opened is not None and overflow is not None and OverflowCause.MAX_WAIT in overflow.when:
            return None
        return work.entered_at + longest_s

    def dismiss(self, work: WorkRecord, outcome: WorkState) -> None:
        """Work is over; it stays explainable for a while."""
        del self.works[work.item.id]
        self.clear_timer(work)
        queue = self.queues.get(work.item.queue)
        if queue is not None and work.state is not WorkState.CONNECTED:
            self.queues.leave(queue, work)
            self.changed_queues.add(queue.id)
        work.state = outcome
        self.ended[work.item.id] = work
        self.ended.move_to_end(work.item.id)
        if len(self.ended) > ENDED_KEPT:
            self.ended.popitem(last=False)

    def note_unserved(self, work: WorkRecord, cause: str, to: str, now: float) -> None:
        """Work left its queue for another target, for its explanation."""
        noted = Unserved(work.item.queue, work.entered_at, now, cause, to)
        self.unserved[work.item.id] = (*self.unserved.pop(work.item.id, ()), noted)[-UNSERVED_KEPT:]
        if len(self.unserved) > ENDED_KEPT:
            self.unserved.popitem(last=False)

    def expected(self, queue: WaitingQueue, ahead: int) -> Expected | None:
        """The wait of one who finds so many ahead; None where too little is known."""
        counters = queue.counters
        if counters.handled < FEWEST:
            return None
        return expected_wait(
            ahead, queue.staffed, counters.handle_s, counters.giving_up_rate, max(counters.shared, 0.05)
        )

    # Agents.

    def offers_to(self, agent: AgentRecord) -> list[WorkRecord]:
        """The work that is offered to an agent now."""
        return [self.works[one.work] for one in agent.assignments.values() if one.offered]

    def holders(self, work: WorkRecord) -> list[AgentRecord]:
        """The agents whom work is offered to, or who have it."""
        return [agent for one in work.agents if (agent := self.roster.get(one)) is not None]

    def step(self, agent: AgentRecord, assignment: Assignment, step: Step, now: float) -> None:
        """Change the state of an agent's work by the table."""
        assignment.state = next_state(assignment.state, step)
        self.settle(agent, now)

    def settle(self, agent: AgentRecord, now: float) -> None:
        """Bring an agent's state and figures in line with her assignments."""
        assignments, state = agent.assignments, _IDLE
        if len(assignments) == 1:
            (only,) = assignments.values()
            state = only.state
        elif assignments:
            state = max((one.state for one in assignments.values()), key=MEANING.__getitem__)
        if state is not agent.state:
            agent.state, agent.state_since = state, now
        self.mark(agent, now)

    def mark(self, agent: AgentRecord, now: float) -> None:
        """The agent's live figures changed, and with them those of her queues."""
        agent_id = agent.profile.id
        post, busy = self.roster.post(agent_id), agent.engaged or bool(agent.assignments)
        if busy is not post.busy:
            post.busy = busy
            post.group.busy += 1 if busy else -1
            note_occupancy(agent, not busy, now)
        self.changed_agents.add(agent_id)
        self.changed_groups.add(post.group)

    # Timers and serial numbers.

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial

    def set_timer(self, record: Timed, due: float) -> None:
        self.serial += 1
        timer = record.timer = (due, self.serial)
        self.timers.push((timer, record))

    def clear_timer(self, record: Timed | None) -> None:
        if record is not None:
            record.timer = None


def in_turn(agents: Iterable[AgentRecord], now: float) -> list[AgentRecord]:
    """Agents whose offers were withdrawn, the longest free first."""
    return sorted(agents, key=lambda agent: agent.free or (now, 0))
