"""The router: the only place where work meets agents.

``decide`` takes one event and the instant, and returns what to do. Nothing else changes the router, and nothing but
events and instants decides: the same events replayed give the same decisions. Between two events it holds that

- work that looks for an agent and an agent who qualifies and is free never exist together,
- work is offered to one agent at most, unless its queue rings all, and an agent has no more of it than she has room.

A piece of work:  WorkArrived -> waiting -> offered -> connected -> gone; from offered back to waiting, at its old
place, when an agent does not take it. Abandonment, overflow and refusal end it from waiting and from offered. A
callback waits, and is offered, in the same line (see ``callbacks``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from acd import arrivals, assignment, conditions, configuration, conversations, departures, duty, events, live, offers
from acd.agent import AgentState
from acd.decisions import Decision
from acd.explain import Explanation, Idleness, explain, why_idle
from acd.floor import Floor
from acd.records import Assignment, BreakLimit, Rest, RouterState, WorkRecord
from acd.snapshots import restore, state_of
from acd.waiting import WaitingQueue


def _clock_reached(floor: Floor, _: events.ClockReached, now: float) -> None:
    """Whatever is due by now happens, in the order of time."""
    while (due := floor.timers.first()) is not None and due.timer is not None and due.timer[0] <= now:
        floor.clear_timer(due)
        match due:
            case WorkRecord():
                arrivals.due(floor, due, now)
            case Assignment():
                _assignment_due(floor, due, now)
            case Rest():
                duty.rest_over(floor, due, now)
            case BreakLimit():
                duty.break_over(floor, due, now)
            case WaitingQueue():
                assignment.assign(floor, now)


def _assignment_due(floor: Floor, assignment: Assignment, now: float) -> None:
    """Its ringing, or its wrap-up, is over."""
    agent = floor.roster.get(assignment.agent)
    if agent is None:
        return
    if assignment.offered:
        duty.rang_in_vain(floor, floor.works[assignment.work], agent, now)
    elif assignment.state is AgentState.WRAP_UP:
        conversations.wrapped_up(floor, agent, assignment, now)


def _seeded(floor: Floor, event: events.ChanceSeeded, _: float) -> None:
    floor.roster.seed = event.seed


HANDLERS: dict[type[events.Event], Callable[[Floor, Any, float], None]] = {
    events.QueueDeclared: configuration.queue_declared,
    events.QueueRemoved: configuration.queue_removed,
    events.QueueOpened: conditions.queue_opened,
    events.SiteOpened: configuration.site_opened,
    events.AgentDeclared: configuration.agent_declared,
    events.AgentRemoved: configuration.agent_removed,
    events.AgentStatusSet: duty.status_set,
    events.AgentReachable: duty.reachable,
    events.AgentEngaged: duty.engaged,
    events.WorkArrived: arrivals.arrived,
    events.WorkAbandoned: lambda floor, e, now: departures.left(floor, e.work, now, hung_up=True),
    events.WorkEnded: lambda floor, e, now: departures.left(floor, e.work, now, hung_up=False),
    events.WorkDiverted: departures.diverted,
    events.WorkReprioritised: arrivals.reprioritised,
    events.WorkWithdrawn: lambda floor, e, now: departures.withdrawn(floor, e.work, now),
    events.WorkHeld: lambda floor, e, now: conversations.held(floor, e.work, e.held, now),
    events.CallbackRequested: arrivals.callback_requested,
    events.CallbackConnected: lambda floor, e, now: departures.callback_connected(floor, e.work, now),
    events.CallbackFailed: lambda floor, e, now: departures.callback_failed(floor, e.work, now),
    events.OfferRinging: lambda floor, e, now: offers.rang(floor, e.work, e.agent, now),
    events.OfferAccepted: lambda floor, e, now: conversations.accepted(floor, e.work, e.agent, now),
    events.OfferRefused: lambda floor, e, now: duty.refused(floor, e.work, e.agent, e.cause, now),
    events.WrapUpEnded: conversations.wrap_up_ended,
    events.WrapUpExtended: lambda floor, e, now: conversations.wrap_up_extended(floor, e.agent, e.by_s, now),
    events.ChanceSeeded: _seeded,
    events.ClockReached: _clock_reached,
}
"""What each event does."""


class Router:
    """Agents, queues, work, and the decisions about them."""

    def __init__(self, state: RouterState | None = None) -> None:
        """An empty router, or one that stands where the state was taken (and owns the state from then on)."""
        floor = self._floor = Floor()
        if state is not None:
            restore(floor, state)

    def decide(self, event: events.Event, now: float) -> list[Decision]:
        """What follows from an event at ``now`` (seconds since the epoch, never running backwards).

        Raises RequirementError or UnknownStrategy for a queue that cannot be; the event has then changed nothing.
        """
        decisions: list[Decision] = []
        self._floor.decisions = decisions
        HANDLERS[type(event)](self._floor, event, now)
        return decisions

    def next_timer(self) -> float | None:
        """When ``ClockReached`` is wanted next; None when nothing is pending."""
        first = self._floor.timers.first()
        return first.timer[0] if first is not None and first.timer is not None else None

    # What can be asked; nothing of it changes a decision.

    def state(self) -> RouterState:
        """Everything known, for a snapshot; to be encoded before the next event."""
        return state_of(self._floor)

    def agents(self) -> Iterator[str]:
        """The ids of the agents."""
        return (agent.profile.id for agent in self._floor.roster)

    def queues(self) -> Iterator[str]:
        """The ids of the queues."""
        return (queue.id for queue in self._floor.queues)

    def works(self) -> Iterator[str]:
        """The ids of all work that waits, is offered or connected."""
        return iter(self._floor.works)

    def work_live(self, work: str) -> live.WorkLive | None:
        """A piece of work's figures; None when it is over, or unknown."""
        found = self._floor.works.get(work)
        return None if found is None else live.work_live(found)

    def queue_live(self, queue: str, now: float) -> live.QueueLive | None:
        """A queue's figures; None for an unknown one."""
        found = self._floor.queues.get(queue)
        return None if found is None else live.queue_live(self._floor, found, now)

    def is_open(self, queue: str) -> bool:
        """Whether a queue is within its hours, as far as it was told; one that is unknown is."""
        found = self._floor.queues.get(queue)
        return found is None or found.open

    def closed_sites(self) -> frozenset[str]:
        """The sites that are closed now."""
        return frozenset(self._floor.closed_sites)

    def waiting(self, queue: str) -> list[str]:
        """The work of a queue that is not connected yet, in the order of service; costs a sort."""
        found = self._floor.queues.get(queue)
        works = [] if found is None else [work for work in found.present if work.item.id not in found.dormant]
        return [work.item.id for work in sorted(works, key=lambda work: work.key)]

    def agent_live(self, agent: str) -> live.AgentLive | None:
        """An agent's figures; None for an unknown one."""
        found = self._floor.roster.get(agent)
        return None if found is None else live.agent_live(found)

    def serves(self, agent: str) -> frozenset[str]:
        """The queues whose work an agent may be given at once; none for an unknown one."""
        found = self._floor.roster.get(agent)
        if found is None:
            return frozenset()
        seats = self._floor.roster.group_of(found).seats
        return frozenset(queue for queue, seat in seats.items() if seat.ring == 0)

    def explain(self, work: str) -> Explanation | None:
        """Why work stands where it stands; None when it is unknown, or left too long ago.

        It looks at every agent, so it is for people who ask, not for each call.
        """
        found = self._floor.works.get(work) or self._floor.ended.get(work)
        return None if found is None else explain(self._floor, found)

    def why_idle(self, agent: str, now: float) -> Idleness | None:
        """Why an agent has no work, or that she has some; None for an unknown one."""
        found = self._floor.roster.get(agent)
        return None if found is None else why_idle(self._floor, found, now)

    def drain_changes(self) -> tuple[set[str], set[str]]:
        """The ids of agents and of queues whose live figures changed since this was last asked."""
        floor = self._floor
        agents, queues = floor.changed_agents, floor.changed_queues
        for group in floor.changed_groups:
            queues.update(group.queues)
        floor.changed_agents, floor.changed_queues = set(), set()
        floor.changed_groups.clear()
        return agents, queues
