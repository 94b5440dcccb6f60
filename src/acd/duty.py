"""What agents want, and whether they can be reached: status, breaks, phones, rests."""

from __future__ import annotations

from acd import conditions, matching, offers
from acd.agent import PRESENCE, AgentState, AgentStatus
from acd.decisions import PauseAgent, RefusalCause, TellOverdue, TellStatus, WithdrawalCause
from acd.events import AgentEngaged, AgentReachable, AgentStatusSet
from acd.floor import Floor
from acd.records import AgentRecord, BreakLimit, Rest, WorkRecord

MISSED = "missed calls"
"""The reason of a break that nobody asked for."""


def status_set(floor: Floor, event: AgentStatusSet, now: float) -> None:
    agent = floor.roster.get(event.agent)
    if agent is None:
        return
    if event.phone is not None:
        agent.phone = event.phone
    if event.after_work and any(not one.offered for one in agent.assignments.values()):
        agent.pending = (event.status, event.reason)
    else:
        agent.pending = None
        _set_status(floor, agent, event.status, event.reason, now)
    condition_changed(floor, agent, WithdrawalCause.AGENT_AWAY, now)
    if not PRESENCE[agent.status].logged_in:
        conditions.deserted(floor, floor.roster.group_of(agent), now)


def reachable(floor: Floor, event: AgentReachable, now: float) -> None:
    agent = floor.roster.get(event.agent)
    if agent is not None and agent.reachable is not event.reachable:
        agent.reachable, agent.reachable_since = event.reachable, now
        condition_changed(floor, agent, WithdrawalCause.UNREACHABLE, now)


def engaged(floor: Floor, event: AgentEngaged, now: float) -> None:
    agent = floor.roster.get(event.agent)
    if agent is not None and agent.engaged is not event.engaged:
        agent.engaged, agent.engaged_since = event.engaged, now
        condition_changed(floor, agent, WithdrawalCause.ENGAGED, now)


def condition_changed(floor: Floor, agent: AgentRecord, cause: WithdrawalCause, now: float) -> None:
    """Her status, phone or other call changed: offers that she cannot take any more move on."""
    floor.mark(agent, now)
    if agent.assignments and not agent.willing:
        floor.roster.unmark_idle(agent)
        works = floor.offers_to(agent)
        for work in works:
            offers.withdraw(floor, work, agent, cause, now)
        for work in works:
            move_on(floor, work, now)
    matching.seek_work(floor, agent, now)


def move_on(floor: Floor, work: WorkRecord, now: float) -> None:
    """Let work whose offer is over look for another agent, unless it rings for others still."""
    if not work.agents:
        matching.seek_agent(floor, work, now)


def settle_pending(floor: Floor, agent: AgentRecord, now: float) -> None:
    """Her work is over: what she asked for meanwhile holds now."""
    if agent.pending is not None:
        status, reason = agent.pending
        agent.pending = None
        _set_status(floor, agent, status, reason, now)
        floor.decisions.append(TellStatus(agent.profile.id, status, reason))
        if not PRESENCE[status].logged_in:
            conditions.deserted(floor, floor.roster.group_of(agent), now)


def refused(floor: Floor, work_id: str, agent_id: str, cause: RefusalCause, now: float) -> None:
    """The agent, or her phone, did not take the offer."""
    found = offers.standing(floor, work_id, agent_id)
    if found is not None:
        work, agent, _ = found
        offers.close(floor, work, agent, cause, now)
        _not_taken(floor, work, agent, cause, now)


def rang_in_vain(floor: Floor, work: WorkRecord, agent: AgentRecord, now: float) -> None:
    """It rang for the queue's ring timeout."""
    offers.withdraw(floor, work, agent, WithdrawalCause.NO_ANSWER, now)
    _not_taken(floor, work, agent, RefusalCause.NO_ANSWER, now)


def rest_over(floor: Floor, rest: Rest, now: float) -> None:
    agent = floor.roster.get(rest.agent)
    if agent is not None and agent.rest is rest:
        agent.rest = None
        floor.mark(agent, now)
        matching.seek_work(floor, agent, now)


def break_over(floor: Floor, limit: BreakLimit, now: float) -> None:
    """The break has lasted its longest: it is told, and goes on."""
    agent = floor.roster.get(limit.agent)
    if agent is not None and agent.break_limit is limit:
        agent.break_limit, agent.overdue = None, True
        floor.mark(agent, now)
        floor.decisions.append(TellOverdue(agent.profile.id, agent.status_since))


def forget(floor: Floor, agent: AgentRecord) -> None:
    """Nothing is due any more for an agent who is gone."""
    floor.clear_timer(agent.rest)
    floor.clear_timer(agent.break_limit)
    for one in agent.assignments.values():
        floor.clear_timer(one)


def _not_taken(floor: Floor, work: WorkRecord, agent: AgentRecord, cause: RefusalCause, now: float) -> None:
    queue = floor.queue_of(work)
    if cause is RefusalCause.NO_ANSWER:
        agent.missed += 1
    if cause is RefusalCause.NO_ANSWER and 0 < queue.config.pause_after_missed <= agent.missed:
        agent.missed = 0
        _set_status(floor, agent, AgentStatus.BREAK, MISSED, now)
        floor.decisions.append(PauseAgent(agent.profile.id, MISSED))
        move_on(floor, work, now)
        condition_changed(floor, agent, WithdrawalCause.AGENT_AWAY, now)
    else:
        offers.rest(floor, agent, queue, cause, now)
        floor.mark(agent, now)
        move_on(floor, work, now)


def _set_status(floor: Floor, agent: AgentRecord, status: AgentStatus, reason: str, now: float) -> None:
    agent.reason = reason
    if agent.status is status:
        return
    if not PRESENCE[agent.status].logged_in:
        agent.calls = agent.missed = 0
    agent.status, agent.status_since = status, now
    if not PRESENCE[status].logged_in:
        agent.phone = ""
    floor.roster.recount_duty(agent)
    floor.clear_timer(agent.break_limit)
    agent.break_limit, agent.overdue = None, False
    if status is AgentStatus.BREAK and agent.profile.max_break_s is not None:
        agent.break_limit = BreakLimit(agent.profile.id)
        floor.set_timer(agent.break_limit, now + agent.profile.max_break_s)


def shown_state(agent: AgentRecord) -> AgentState:
    """What the agent does, a call of her own included."""
    elsewhere = agent.engaged and agent.state is AgentState.IDLE
    return AgentState.TALKING if elsewhere else agent.state
