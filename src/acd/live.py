"""The live figures of queues and agents, made when somebody asks."""

from __future__ import annotations

from msgspec import Struct

from acd.agent import AgentState
from acd.records import AgentRecord, WorkRecord
from acd.waiting import WaitingQueue


class ExpectedWait(Struct, frozen=True):
    """What a caller who joins now may expect, in seconds; None where too little is known."""

    p50: float | None
    p80: float | None


class QueueLive(Struct, frozen=True):
    """A queue's figures at this instant; the counts are those of ``QueueCounters``."""

    id: str
    waiting: int
    """Those not yet connected, also while a phone rings for them."""
    longest_wait_s: float
    longest_since: float | None
    """When the one who waits longest came."""
    agents_available: int
    """Qualified agents who could be offered work now."""
    agents_busy: int
    """Qualified agents with work, in wrap-up or in another call."""
    offered: int
    answered: int
    abandoned: int
    overflowed: int
    refused: int
    service_level: float | None
    ewt_s: ExpectedWait


class AgentLive(Struct, frozen=True):
    """An agent at this instant."""

    id: str
    status: str
    reason: str
    state: str
    """An ``AgentState``; ``talking`` also in a call that the distributor did not give."""
    since: float
    """When status or state last changed."""
    reachable: bool
    work: str | None
    queue: str | None
    """The queue of that work."""


def queue_live(queue: WaitingQueue, now: float) -> QueueLive:
    """Costs a look at each group of agents that qualifies."""
    counters = queue.counters
    longest = queue.present.first()
    available = sum(len(group.idle) for group in queue.groups)
    if available:
        expected = ExpectedWait(0.0, 0.0)
    else:
        # What the recent callers went through is the plainest estimate that cannot flatter.
        expected = ExpectedWait(counters.wait_quantile_s(0.5), counters.wait_quantile_s(0.8))
    return QueueLive(
        id=queue.id,
        waiting=len(queue.present),
        longest_wait_s=max(0.0, now - longest.item.arrived_at) if longest is not None else 0.0,
        longest_since=longest.item.arrived_at if longest is not None else None,
        agents_available=available,
        agents_busy=sum(group.busy for group in queue.groups),
        offered=counters.offered,
        answered=counters.answered,
        abandoned=counters.abandoned,
        overflowed=counters.overflowed,
        refused=counters.refused,
        service_level=counters.service_level,
        ewt_s=expected,
    )


def agent_live(agent: AgentRecord, work: WorkRecord | None) -> AgentLive:
    """An agent's figures; ``work`` is what she is offered or connected to."""
    elsewhere = agent.engaged and agent.state is AgentState.IDLE
    changed_at = (agent.status_since, agent.state_since, agent.engaged_since)
    return AgentLive(
        id=agent.profile.id,
        status=agent.status,
        reason=agent.reason,
        state=AgentState.TALKING if elsewhere else agent.state,
        since=max(changed_at),
        reachable=agent.reachable,
        work=agent.work,
        queue=work.item.queue if work is not None else None,
    )
