"""Offers: made, taken back, not taken. What becomes of the two sides afterwards is the caller's next move."""

from __future__ import annotations

from acd.agent import AgentState, Step, next_state
from acd.channels import open_to, weight
from acd.decisions import Offer, RefusalCause, WithdrawalCause, WithdrawOffer
from acd.floor import Floor
from acd.model import Queue
from acd.records import AgentRecord, Assignment, OfferTrace, Rest, Search, WorkRecord, WorkState
from acd.waiting import WaitingQueue

_OFFERED = WorkState.OFFERED
_AT_FIRST = next_state(AgentState.IDLE, Step.OFFERED)


def offer(
    floor: Floor,
    work: WorkRecord,
    queue: WaitingQueue,
    agent: AgentRecord,
    search: Search,
    now: float,
    figures: tuple[int, int, float] | None = None,
) -> None:
    """Offer work to an agent who has room for it."""
    item, config, agent_id, assignments = work.item, queue.config, agent.profile.id, agent.assignments
    work_id, channel, ring_timeout_s = item.id, item.channel, config.ring_timeout_s
    free_since = agent.free[0] if agent.free is not None else now
    work.offers.append(OfferTrace(now, agent_id, search, config.strategy, free_since, work.step, figures))
    work.state = _OFFERED
    work.agents.append(agent_id)
    share = weight(agent.profile, channel)
    assignment = assignments[work_id] = Assignment(agent_id, work_id, work_id, queue.id, channel, share, _AT_FIRST)
    floor.queues.stop_seeking(queue, work)
    floor.set_timer(assignment, now + ring_timeout_s)
    if len(assignments) == 1:
        agent.state, agent.state_since = _AT_FIRST, now
        floor.mark(agent, now)
    else:
        floor.settle(agent, now)
    floor.decisions.append(Offer(work_id, agent_id, queue.id, ring_timeout_s))
    if queue.strategy.everybody:
        ring_on(floor, work, queue)


def ring_on(floor: Floor, work: WorkRecord, queue: WaitingQueue) -> None:
    """Where everybody is asked, those who become free are asked as well."""
    if queue.strategy.everybody and work.reserved_until is None:
        floor.queues.ring_on(queue, work)


def line_up(floor: Floor, agent: AgentRecord) -> None:
    """Let an agent who was just chosen stand in line with the room that she has left."""
    channels = open_to(agent)
    if channels:
        floor.roster.mark_idle(agent, channels, len(agent.assignments))
    else:
        floor.roster.unmark_idle(agent)


def standing(floor: Floor, work_id: str, agent_id: str) -> tuple[WorkRecord, AgentRecord, Assignment] | None:
    """The two sides of an offer that still stands."""
    work, agent = floor.works.get(work_id), floor.roster.get(agent_id)
    if work is None or agent is None or work.state is not WorkState.OFFERED:
        return None
    assignment = agent.assignments.get(work_id)
    return (work, agent, assignment) if assignment is not None and assignment.offered else None


def withdraw(floor: Floor, work: WorkRecord, agent: AgentRecord, cause: WithdrawalCause, now: float) -> None:
    """Take an offer back."""
    floor.decisions.append(WithdrawOffer(work.item.id, agent.profile.id, cause))
    close(floor, work, agent, cause, now)


def interrupt(floor: Floor, work: WorkRecord, cause: WithdrawalCause, now: float) -> list[AgentRecord]:
    """Take back every offer of work; the agents who held one, to seek other work."""
    if work.state is not WorkState.OFFERED:
        return []
    agents = floor.holders(work)
    for agent in agents:
        withdraw(floor, work, agent, cause, now)
    return agents


def close(floor: Floor, work: WorkRecord, agent: AgentRecord, outcome: str, now: float) -> None:
    """An offer is over without a connection; the agent is in no line, nor is the work, unless it rings for others."""
    end_trace(work, agent, outcome, now)
    work.agents.remove(agent.profile.id)
    if not work.agents:
        work.state = WorkState.WAITING
        floor.queues.stop_seeking(floor.queue_of(work), work)
    assignment = agent.assignments[work.item.id]
    floor.clear_timer(assignment)
    floor.roster.unmark_idle(agent)
    floor.step(agent, assignment, Step.LET_GO, now)
    del agent.assignments[work.item.id]
    floor.settle(agent, now)


def rest(floor: Floor, agent: AgentRecord, queue: WaitingQueue, cause: RefusalCause, now: float) -> None:
    """Leave an agent alone for a while: others first, and a lone agent is not rung without pause."""
    floor.clear_timer(agent.rest)
    agent.rest, agent.free = Rest(agent.profile.id, cause), None
    floor.roster.unmark_idle(agent)
    floor.set_timer(agent.rest, now + delay_s(queue.config, cause))


def delay_s(queue: Queue, cause: RefusalCause) -> float:
    """How long an agent is left alone after an offer that she did not take."""
    own = {
        RefusalCause.DECLINED: queue.refused_delay_s,
        RefusalCause.NO_ANSWER: queue.no_answer_delay_s,
        RefusalCause.BUSY: queue.busy_delay_s,
    }.get(cause)
    return queue.retry_delay_s if own is None else own


def end_trace(work: WorkRecord, agent: AgentRecord, outcome: str, now: float) -> None:
    """Note how an offer came out."""
    for trace in reversed(work.offers):
        if trace.agent == agent.profile.id and trace.ended_at is None:
            trace.outcome, trace.ended_at = outcome, now
            return


def rang(floor: Floor, work_id: str, agent_id: str, now: float) -> None:
    """The agent's phone rings."""
    found = standing(floor, work_id, agent_id)
    if found is not None and found[2].state is AgentState.OFFERED:
        floor.step(found[1], found[2], Step.RANG, now)
