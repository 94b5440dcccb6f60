"""The live figures of queues and agents, made when somebody asks."""

from __future__ import annotations

from msgspec import Struct

from acd.agent import AgentState
from acd.duty import shown_state
from acd.explain import own_rule
from acd.floor import Floor
from acd.model import Channel
from acd.records import AgentRecord, WorkRecord
from acd.waiting import WaitingQueue


class ExpectedWait(Struct, frozen=True):
    """What a caller who joins now may expect, in seconds; None where too little is known."""

    p50: float | None
    p80: float | None


class EstimateScore(Struct, frozen=True):
    """How good the estimates were: the share (0-1) of ``calls`` that waited no longer than was foretold."""

    calls: int
    within_p50: float | None
    within_p80: float | None


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
    withdrawn: int = 0
    agents_logged_in: int = 0
    ewt_score: EstimateScore = EstimateScore(0, None, None)
    open: bool = True


class AtHand(Struct, frozen=True):
    """A piece of work that an agent is offered, or connected to."""

    work: str
    queue: str
    channel: Channel
    state: str
    """An ``AgentState``."""
    suspended: bool
    """Whether it yielded to other work."""


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
    at_hand: tuple[AtHand, ...] = ()
    """All that she is offered or connected to."""
    pending: str | None = None
    """The status that she has when her work is over."""
    overdue: bool = False
    """Whether her break has lasted longer than it may."""
    unavailable: tuple[str, str, float | None] | None = None
    """What keeps work from her, if anything does: an ``explain.Rule``, in words, and since when."""
    phone: str = ""
    """Another phone than her own at which she works."""


class WorkLive(Struct, frozen=True):
    """A piece of work that is not over."""

    id: str
    queue: str
    channel: str
    state: str
    """A ``WorkState``."""
    arrived_at: float
    caller: str
    number: str
    priority: int
    agents: tuple[str, ...]
    """Whom it is offered to, or connected with."""
    attempts: int
    """How often the customer of a callback was dialled."""
    not_before: float | None
    due_at: float | None


def work_live(work: WorkRecord) -> WorkLive:
    """A piece of work's figures."""
    item = work.item
    return WorkLive(
        id=item.id,
        queue=item.queue,
        channel=item.channel,
        state=work.state,
        arrived_at=item.arrived_at,
        caller=item.caller,
        number=item.number or item.caller,
        priority=item.priority,
        agents=tuple(work.agents),
        attempts=work.attempts,
        not_before=item.not_before,
        due_at=item.due_at,
    )


def queue_live(floor: Floor, queue: WaitingQueue, now: float) -> QueueLive:
    """Costs a look at each group of agents that qualifies."""
    counters = queue.counters
    longest = queue.present.first()
    available = sum(group.idle for group in queue.groups)
    if available:
        expected = ExpectedWait(0.0, 0.0)
    else:
        expected = _expected(floor, queue)
    foretold = counters.foretold
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
        withdrawn=counters.withdrawn,
        agents_logged_in=queue.logged_in,
        ewt_score=EstimateScore(
            foretold,
            counters.within_p50 / foretold if foretold else None,
            counters.within_p80 / foretold if foretold else None,
        ),
        open=queue.open,
    )


def agent_live(agent: AgentRecord) -> AgentLive:
    """An agent's figures."""
    at_hand = [one for one in agent.assignments.values() if one.state is not AgentState.WRAP_UP]
    changed_at = (agent.status_since, agent.state_since, agent.engaged_since)
    return AgentLive(
        id=agent.profile.id,
        status=agent.status,
        reason=agent.reason,
        state=shown_state(agent),
        since=max(changed_at),
        reachable=agent.reachable,
        work=at_hand[0].work if at_hand else None,
        queue=at_hand[0].queue if at_hand else None,
        at_hand=tuple(AtHand(one.work, one.queue, one.channel, one.state, one.suspended) for one in at_hand),
        pending=agent.pending[0] if agent.pending is not None else None,
        overdue=agent.overdue,
        unavailable=own_rule(agent),
        phone=agent.phone,
    )


def _expected(floor: Floor, queue: WaitingQueue) -> ExpectedWait:
    """By how fast the line moves; while that is not known, what the recent callers went through."""
    expected = floor.expected(queue, queue.length)
    if expected is not None:
        return ExpectedWait(expected.p50, expected.p80)
    return ExpectedWait(queue.counters.wait_quantile_s(0.5), queue.counters.wait_quantile_s(0.8))
