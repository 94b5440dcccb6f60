"""The floor: agents, queues and work as they stand, and the moves between them.

The router says which move an event calls for; each move here keeps the indexes, the timers and the decisions in step.
A move that frees work or an agent is followed by ``seek_agent`` or ``seek_work``: this pair is the whole matching.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from acd.agent import Step, next_state
from acd.decisions import Connect, Decision, Offer, RefusalCause, WithdrawalCause, WithdrawOffer
from acd.line import Line
from acd.records import AgentRecord, OfferTrace, QueueState, RouterState, Search, WorkRecord, WorkState
from acd.roster import AgentGroup, Roster
from acd.waiting import WaitingQueue, WaitingQueues

ENDED_KEPT = 1000
"""Pieces of work that can still be explained after they left."""


class Floor:
    """What the router knows, and how it moves."""

    def __init__(self) -> None:
        self.roster = Roster()
        self.queues = WaitingQueues()
        self.works: dict[str, WorkRecord] = {}
        self.ended: OrderedDict[str, WorkRecord] = OrderedDict()
        self.timers: Line[AgentRecord | WorkRecord] = Line()
        self.decisions: list[Decision] = []
        self.changed_agents: set[str] = set()
        self.changed_queues: set[str] = set()
        self.changed_groups: set[AgentGroup] = set()
        self._serial = 0

    # Matching.

    def seek_agent(self, work: WorkRecord, now: float) -> bool:
        """Offer waiting work to the agent whom its queue's strategy chooses, or put it in line; True when offered."""
        queue = self.queue_of(work)
        groups = self.roster.idle_groups & queue.groups
        agent = queue.strategy.choose(groups) if groups else None
        if agent is None:
            self.queues.seek(queue, work)
            return False
        self._offer(work, queue, agent, Search.WORK_SOUGHT_AGENT, now)
        return True

    def seek_work(self, agent: AgentRecord, now: float) -> None:
        """Give an agent who may be free the work to be served first, or put her in line; take her out if she is not."""
        self.mark(agent)
        if not agent.offerable:
            self.roster.unmark_idle(agent)
            if agent.work is None:
                agent.free = None
            return
        if agent.free is None:
            agent.free = (now, self.next_serial())
        work = self.queues.first_for(self.roster.group_of(agent).queues)
        if work is None:
            self.roster.mark_idle(agent)
        else:
            self._offer(work, self.queue_of(work), agent, Search.AGENT_SOUGHT_WORK, now)

    def seek_work_in_turn(self, agents: Iterable[AgentRecord], now: float) -> None:
        """Let agents whose offers were withdrawn look for work, the longest free first."""
        for agent in sorted(agents, key=lambda agent: agent.free or (now, 0)):
            self.seek_work(agent, now)

    def match(self, queue: WaitingQueue, now: float) -> None:
        """Serve a queue's line in its order, as long as somebody is free for it."""
        while (work := queue.line.first()) is not None and self.seek_agent(work, now):
            pass

    # Offers.

    def standing(self, work_id: str, agent_id: str) -> tuple[WorkRecord, AgentRecord] | None:
        """The two sides of an offer that still stands."""
        work, agent = self.works.get(work_id), self.roster.get(agent_id)
        if work is None or agent is None or work.state is not WorkState.OFFERED or work.agent != agent_id:
            return None
        return work, agent

    def offer_to(self, agent: AgentRecord) -> WorkRecord | None:
        """The work that is offered to an agent now."""
        work = self.works.get(agent.work) if agent.work is not None else None
        return work if work is not None and work.state is WorkState.OFFERED else None

    def withdraw(self, work: WorkRecord, agent: AgentRecord, cause: WithdrawalCause, now: float) -> None:
        """Take an offer back. What becomes of the two is the caller's next move."""
        self.decisions.append(WithdrawOffer(work.item.id, agent.profile.id, cause))
        self.close_offer(work, agent, cause, now)

    def interrupt(self, work: WorkRecord, cause: WithdrawalCause, now: float) -> AgentRecord | None:
        """Take back the offer of unconnected work, if there is one; the agent who held it, to seek other work."""
        agent = self.roster.get(work.agent) if work.agent is not None else None
        if agent is not None:
            self.withdraw(work, agent, cause, now)
        return agent

    def close_offer(self, work: WorkRecord, agent: AgentRecord, outcome: str, now: float) -> None:
        """An offer is over without a connection; the agent is idle, the work waits, neither is in line."""
        self._trace_end(work, outcome, now)
        work.state, work.agent = WorkState.WAITING, None
        agent.work = None
        self.clear_timer(agent)
        self.step(agent, Step.LET_GO, now)

    def rest(self, agent: AgentRecord, queue: WaitingQueue, cause: RefusalCause, now: float) -> None:
        """Leave an agent alone for a while: others first, and a lone agent is not rung without pause."""
        agent.resting, agent.free = cause, None
        self.set_timer(agent, now + queue.config.retry_delay_s)

    def connect(self, work: WorkRecord, agent: AgentRecord, now: float) -> None:
        """The agent took the offer."""
        queue = self.queue_of(work)
        self.decisions.append(Connect(work.item.id, agent.profile.id))
        self._trace_end(work, WorkState.CONNECTED, now)
        work.state = WorkState.CONNECTED
        agent.free = None
        self.clear_timer(agent)
        self.clear_timer(work)
        self.step(agent, Step.CONNECTED, now)
        self.queues.leave(queue, work)
        queue.counters.answer(now - work.item.arrived_at, queue.config.service_level.threshold_s)
        self.changed_queues.add(queue.id)

    def _offer(self, work: WorkRecord, queue: WaitingQueue, agent: AgentRecord, search: Search, now: float) -> None:
        free_since = agent.free[0] if agent.free is not None else now
        work.offers.append(OfferTrace(now, agent.profile.id, search, queue.config.strategy, free_since))
        work.state, work.agent = WorkState.OFFERED, agent.profile.id
        agent.work = work.item.id
        self.queues.stop_seeking(queue, work)
        self.roster.unmark_idle(agent)
        self.set_timer(agent, now + queue.config.ring_timeout_s)
        self.step(agent, Step.OFFERED, now)
        self.decisions.append(Offer(work.item.id, agent.profile.id, queue.id, queue.config.ring_timeout_s))

    # Work and agents, one at a time.

    def queue_of(self, work: WorkRecord) -> WaitingQueue:
        """The queue of work that is not connected yet; it exists, since removing a queue refuses its work."""
        queue = self.queues.get(work.item.queue)
        if queue is None:
            raise LookupError(f"work {work.item.id} waits in no queue")
        return queue

    def admit(self, work: WorkRecord, queue: WaitingQueue) -> None:
        """Let work into its queue; it seeks nobody yet."""
        self.works[work.item.id] = work
        self.queues.enter(queue, work)
        self.limit_wait(work, queue)
        self.changed_queues.add(queue.id)

    def limit_wait(self, work: WorkRecord, queue: WaitingQueue) -> None:
        """Set the end of the work's longest wait, by its queue's present terms."""
        if queue.config.max_wait_s is None:
            self.clear_timer(work)
        else:
            self.set_timer(work, work.entered_at + queue.config.max_wait_s)

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

    def step(self, agent: AgentRecord, step: Step, now: float) -> None:
        """Change an agent's state by the table."""
        agent.state, agent.state_since = next_state(agent.state, step), now
        self.mark(agent)

    def wrap_up(self, agent: AgentRecord, queue: WaitingQueue | None, now: float) -> None:
        """The agent's work is over; her queue's wrap-up begins, and ends at once when it has none."""
        agent.work = None
        self.step(agent, Step.ENDED, now)
        if queue is not None and queue.config.wrap_up_s > 0:
            self.set_timer(agent, now + queue.config.wrap_up_s)
        else:
            self.end_wrap_up(agent, now)

    def end_wrap_up(self, agent: AgentRecord, now: float) -> None:
        self.clear_timer(agent)
        self.step(agent, Step.WRAPPED_UP, now)
        self.seek_work(agent, now)

    def mark(self, agent: AgentRecord) -> None:
        """The agent's live figures changed, and with them those of her queues."""
        self.roster.recount(agent)
        self.changed_agents.add(agent.profile.id)
        self.changed_groups.add(self.roster.group_of(agent))

    @staticmethod
    def _trace_end(work: WorkRecord, outcome: str, now: float) -> None:
        trace = work.offers[-1]
        trace.outcome, trace.ended_at = outcome, now

    # Timers and serial numbers.

    def next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def set_timer(self, record: AgentRecord | WorkRecord, due: float) -> None:
        record.timer = (due, self.next_serial())
        self.timers.add(record, record.timer)

    def clear_timer(self, record: AgentRecord | WorkRecord) -> None:
        if record.timer is not None:
            record.timer = None
            self.timers.discard(record)

    # Snapshots.

    def state(self) -> RouterState:
        """Everything known, for a snapshot; it shares the records, so it is to be encoded before the next move."""
        queues = [QueueState(queue.config, queue.counters) for queue in self.queues]
        return RouterState(self._serial, queues, list(self.roster), list(self.works.values()))

    def restore(self, state: RouterState) -> None:
        """Take over a state on an empty floor."""
        self._serial = state.serial
        for queue_state in state.queues:
            queue = WaitingQueue(queue_state.config, queue_state.counters)
            self.queues.add(queue)
            self.roster.admit_queue(queue)
        for agent in state.agents:
            self.roster.add(agent)
            if agent.offerable:
                self.roster.mark_idle(agent)
        for work in state.works:
            self.works[work.item.id] = work
            if work.state is WorkState.CONNECTED:
                continue
            queue = self.queue_of(work)
            self.queues.enter(queue, work)
            if work.state is WorkState.WAITING:
                self.queues.seek(queue, work)
        records: list[AgentRecord | WorkRecord] = [*state.agents, *state.works]
        for record in records:
            if record.timer is not None:
                self.timers.add(record, record.timer)
