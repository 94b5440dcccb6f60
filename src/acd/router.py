"""The router: the only place where work meets agents.

``decide`` takes one event and the instant, and returns what to do. Nothing else changes the router, and nothing but
events and instants decides: the same events replayed give the same decisions. Between two events it holds that

- work that looks for an agent and an agent who qualifies and is free never exist together,
- work is offered to one agent at most, and an agent has one piece of work at most.

A piece of work:  WorkArrived -> waiting -> offered -> connected -> gone; from offered back to waiting, at its old
place, when an agent does not take it. Abandonment, overflow and refusal end it from waiting and from offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from acd import configuration, events, live
from acd.agent import AgentState, Step
from acd.decisions import Decision, Overflow, RefusalCause, Refuse, TurnedAwayCause, WithdrawalCause
from acd.explain import Explanation, explain
from acd.floor import Floor
from acd.model import OverflowCause
from acd.records import AgentRecord, RouterState, WorkRecord, WorkState
from acd.waiting import WaitingQueue


class Router:
    """Agents, queues, work, and the decisions about them."""

    def __init__(self, state: RouterState | None = None) -> None:
        """An empty router, or one that stands where the state was taken (and owns the state from then on)."""
        self._floor = Floor()
        if state is not None:
            self._floor.restore(state)
        self._handlers: dict[type[events.Event], Callable[[Any, float], None]] = {
            events.QueueDeclared: partial(configuration.queue_declared, self._floor),
            events.QueueRemoved: partial(configuration.queue_removed, self._floor),
            events.AgentDeclared: partial(configuration.agent_declared, self._floor),
            events.AgentRemoved: partial(configuration.agent_removed, self._floor),
            events.AgentStatusSet: self._agent_status_set,
            events.AgentReachable: self._agent_reachable,
            events.AgentEngaged: self._agent_engaged,
            events.WorkArrived: self._work_arrived,
            events.WorkAbandoned: self._work_left,
            events.WorkEnded: self._work_left,
            events.WorkDiverted: self._work_diverted,
            events.WorkHeld: self._work_held,
            events.OfferRinging: self._offer_ringing,
            events.OfferAccepted: self._offer_accepted,
            events.OfferRefused: self._offer_refused,
            events.WrapUpEnded: self._wrap_up_ended,
            events.ClockReached: self._clock_reached,
        }

    def decide(self, event: events.Event, now: float) -> list[Decision]:
        """What follows from an event at ``now`` (seconds since the epoch, never running backwards).

        Raises RequirementError or UnknownStrategy for a queue that cannot be; the event has then changed nothing.
        """
        decisions: list[Decision] = []
        self._floor.decisions = decisions
        self._handlers[type(event)](event, now)
        return decisions

    def next_timer(self) -> float | None:
        """When ``ClockReached`` is wanted next; None when nothing is pending."""
        first = self._floor.timers.first()
        return first.timer[0] if first is not None and first.timer is not None else None

    # What can be asked; nothing of it changes a decision.

    def state(self) -> RouterState:
        """Everything known, for a snapshot; to be encoded before the next event."""
        return self._floor.state()

    def agents(self) -> Iterator[str]:
        """The ids of the agents."""
        return (agent.profile.id for agent in self._floor.roster)

    def queues(self) -> Iterator[str]:
        """The ids of the queues."""
        return (queue.id for queue in self._floor.queues)

    def works(self) -> Iterator[str]:
        """The ids of all work that waits, is offered or connected."""
        return iter(self._floor.works)

    def queue_live(self, queue: str, now: float) -> live.QueueLive | None:
        """A queue's figures; None for an unknown one."""
        found = self._floor.queues.get(queue)
        return None if found is None else live.queue_live(found, now)

    def waiting(self, queue: str) -> list[str]:
        """The work of a queue that is not connected yet, in the order of service; costs a sort."""
        found = self._floor.queues.get(queue)
        return [] if found is None else [work.item.id for work in sorted(found.present, key=found.service_key)]

    def agent_live(self, agent: str) -> live.AgentLive | None:
        """An agent's figures; None for an unknown one."""
        found = self._floor.roster.get(agent)
        if found is None:
            return None
        return live.agent_live(found, self._floor.works.get(found.work) if found.work is not None else None)

    def explain(self, work: str) -> Explanation | None:
        """Why work stands where it stands; None when it is unknown, or left too long ago.

        It looks at every agent, so it is for people who ask, not for each call.
        """
        floor = self._floor
        found = floor.works.get(work) or floor.ended.get(work)
        if found is None:
            return None
        return explain(found, floor.queues.get(found.item.queue), floor.roster)

    def drain_changes(self) -> tuple[set[str], set[str]]:
        """The ids of agents and of queues whose live figures changed since this was last asked."""
        floor = self._floor
        agents, queues = floor.changed_agents, floor.changed_queues
        for group in floor.changed_groups:
            queues.update(group.queues)
        floor.changed_agents, floor.changed_queues = set(), set()
        floor.changed_groups.clear()
        return agents, queues

    # Agents.

    def _agent_status_set(self, event: events.AgentStatusSet, now: float) -> None:
        agent = self._floor.roster.get(event.agent)
        if agent is not None:
            if agent.status is not event.status:
                agent.status, agent.status_since = event.status, now
            agent.reason = event.reason
            self._condition_changed(agent, WithdrawalCause.AGENT_AWAY, now)

    def _agent_reachable(self, event: events.AgentReachable, now: float) -> None:
        agent = self._floor.roster.get(event.agent)
        if agent is not None and agent.reachable is not event.reachable:
            agent.reachable, agent.reachable_since = event.reachable, now
            self._condition_changed(agent, WithdrawalCause.UNREACHABLE, now)

    def _agent_engaged(self, event: events.AgentEngaged, now: float) -> None:
        agent = self._floor.roster.get(event.agent)
        if agent is not None and agent.engaged is not event.engaged:
            agent.engaged, agent.engaged_since = event.engaged, now
            self._condition_changed(agent, WithdrawalCause.ENGAGED, now)

    def _condition_changed(self, agent: AgentRecord, cause: WithdrawalCause, now: float) -> None:
        """Her status, phone or other call changed: an offer that she cannot take any more moves on."""
        floor = self._floor
        work = floor.offer_to(agent)
        if work is not None and not agent.willing:
            floor.withdraw(work, agent, cause, now)
            floor.seek_agent(work, now)
        floor.seek_work(agent, now)

    def _wrap_up_ended(self, event: events.WrapUpEnded, now: float) -> None:
        agent = self._floor.roster.get(event.agent)
        if agent is not None and agent.state is AgentState.WRAP_UP:
            self._floor.end_wrap_up(agent, now)

    # Work.

    def _work_arrived(self, event: events.WorkArrived, now: float) -> None:
        floor, item = self._floor, event.work
        if item.id in floor.works:
            return
        work = WorkRecord(item=item, entered_at=now, serial=floor.next_serial())
        queue = floor.queues.get(item.queue)
        if queue is None:
            self._turn_away(work, TurnedAwayCause.NO_SUCH_QUEUE)
            return
        queue.counters.offered += 1
        longest = queue.config.max_length
        full = longest is not None and len(queue.present) >= longest and not floor.roster.idle_groups & queue.groups
        floor.admit(work, queue)
        if full:
            self._end_unserved(work, queue, OverflowCause.FULL)
        else:
            floor.seek_agent(work, now)

    def _work_left(self, event: events.WorkAbandoned | events.WorkEnded, now: float) -> None:
        """The customer is gone. Whichever of the two events says so, the work's state knows what it means: a caller
        may hang up in the very instant in which an agent answers."""
        floor = self._floor
        work = floor.works.get(event.work)
        if work is None:
            return
        queue = floor.queues.get(work.item.queue)
        if work.state is WorkState.CONNECTED:
            agent = floor.roster.get(work.agent) if work.agent is not None else None
            floor.dismiss(work, WorkState.ANSWERED)
            if agent is not None and agent.work == event.work:
                floor.wrap_up(agent, queue, now)
            return
        agent = floor.interrupt(work, WithdrawalCause.ABANDONED, now)
        if queue is not None:
            queue.counters.abandoned += 1
        floor.dismiss(work, WorkState.ABANDONED)
        if agent is not None:
            floor.seek_work(agent, now)

    def _work_diverted(self, event: events.WorkDiverted, now: float) -> None:
        floor = self._floor
        work = floor.works.get(event.work)
        if work is None or work.state is WorkState.CONNECTED:
            return
        agent = floor.interrupt(work, WithdrawalCause.DIVERTED, now)
        self._overflow(work, floor.queue_of(work), event.to)
        if agent is not None:
            floor.seek_work(agent, now)

    def _work_held(self, event: events.WorkHeld, now: float) -> None:
        floor = self._floor
        work = floor.works.get(event.work)
        agent = floor.roster.get(work.agent) if work is not None and work.agent is not None else None
        if agent is None or agent.work != event.work:
            return
        if event.held and agent.state is AgentState.TALKING:
            floor.step(agent, Step.HELD, now)
        elif not event.held and agent.state is AgentState.HELD:
            floor.step(agent, Step.RESUMED, now)

    def _end_unserved(self, work: WorkRecord, queue: WaitingQueue, cause: OverflowCause) -> None:
        """Send work to the queue's overflow target, or turn it away where there is none for this cause."""
        overflow = queue.config.overflow
        if overflow is not None and cause in overflow.when:
            self._overflow(work, queue, overflow.to)
        else:
            queue.counters.refused += 1
            self._turn_away(work, TurnedAwayCause(cause))
            self._floor.dismiss(work, WorkState.REFUSED)

    def _overflow(self, work: WorkRecord, queue: WaitingQueue, to: str) -> None:
        queue.counters.overflowed += 1
        self._floor.decisions.append(Overflow(work.item.id, to))
        self._floor.dismiss(work, WorkState.OVERFLOWED)

    def _turn_away(self, work: WorkRecord, cause: TurnedAwayCause) -> None:
        self._floor.decisions.append(Refuse(work.item.id, cause))

    # Offers.

    def _offer_ringing(self, event: events.OfferRinging, now: float) -> None:
        offer = self._floor.standing(event.work, event.agent)
        if offer is not None and offer[1].state is AgentState.OFFERED:
            self._floor.step(offer[1], Step.RANG, now)

    def _offer_accepted(self, event: events.OfferAccepted, now: float) -> None:
        offer = self._floor.standing(event.work, event.agent)
        if offer is not None:
            self._floor.connect(*offer, now)

    def _offer_refused(self, event: events.OfferRefused, now: float) -> None:
        offer = self._floor.standing(event.work, event.agent)
        if offer is not None:
            work, agent = offer
            self._floor.close_offer(work, agent, event.cause, now)
            self._not_taken(work, agent, event.cause, now)

    def _not_taken(self, work: WorkRecord, agent: AgentRecord, cause: RefusalCause, now: float) -> None:
        self._floor.rest(agent, self._floor.queue_of(work), cause, now)
        self._floor.seek_agent(work, now)

    # Timers.

    def _clock_reached(self, event: events.ClockReached, now: float) -> None:
        timers = self._floor.timers
        while (record := timers.first()) is not None and record.timer is not None and record.timer[0] <= now:
            self._floor.clear_timer(record)
            if isinstance(record, AgentRecord):
                self._agent_timer(record, now)
            else:
                self._longest_wait_over(record, now)

    def _agent_timer(self, agent: AgentRecord, now: float) -> None:
        """Her ring timeout, her wrap-up or her rest is over."""
        floor = self._floor
        work = floor.offer_to(agent)
        if work is not None:
            floor.withdraw(work, agent, WithdrawalCause.NO_ANSWER, now)
            self._not_taken(work, agent, RefusalCause.NO_ANSWER, now)
        elif agent.state is AgentState.WRAP_UP:
            floor.end_wrap_up(agent, now)
        else:
            agent.resting = None
            floor.seek_work(agent, now)

    def _longest_wait_over(self, work: WorkRecord, now: float) -> None:
        floor = self._floor
        queue = floor.queue_of(work)
        agent = floor.interrupt(work, WithdrawalCause.MAX_WAIT, now)
        self._end_unserved(work, queue, OverflowCause.MAX_WAIT)
        if agent is not None:
            floor.seek_work(agent, now)
