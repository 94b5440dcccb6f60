"""Why work went where it went: the offers it had, and for each agent the rule that speaks for or against her.

The offers are the decisions as they were taken. The candidates are judged as they stand when asked, each with the
instant since which the rule has applied: one that began before an offer applied to that decision, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from acd.agent import PRESENCE, AgentState
from acd.records import AgentRecord, OfferTrace, Search, WorkRecord
from acd.requirement import Requirement
from acd.waiting import WaitingQueue


class Rule(StrEnum):
    """What decides about a candidate; the first that applies, in this order."""

    CHOSEN = "chosen"
    NOT_QUALIFIED = "not_qualified"
    STATUS = "status"
    UNREACHABLE = "unreachable"
    ENGAGED = "engaged"
    WORKING = "working"
    RESTING = "resting"
    FREE = "free"


class Candidate(Struct, frozen=True):
    """An agent, and what speaks for or against her."""

    agent: str
    rule: Rule
    detail: str
    since: float | None
    """Since when the rule applies; None where it follows from configuration."""


class OfferReason(Struct, frozen=True):
    """An offer that was made, and why it went to this agent."""

    at: float
    agent: str
    reason: str
    outcome: str
    """``pending``, ``connected``, or the cause that ended it."""
    ended_at: float | None


class Explanation(Struct, frozen=True):
    """Everything about the routing of one piece of work."""

    work: str
    queue: str
    state: str
    """A ``WorkState``."""
    arrived_at: float
    position: int | None
    """The place in the order of service, 1 is next; None unless it waits for an agent."""
    requires: str
    strategy: str
    offers: tuple[OfferReason, ...]
    candidates: tuple[Candidate, ...]
    """Empty when the queue is gone."""


def explain(work: WorkRecord, queue: WaitingQueue | None, agents: Iterable[AgentRecord]) -> Explanation:
    """Explain one piece of work; ``queue`` is None when it was removed meanwhile."""
    strategy = queue.config.strategy if queue is not None else ""
    return Explanation(
        work=work.item.id,
        queue=work.item.queue,
        state=work.state,
        arrived_at=work.item.arrived_at,
        position=list(queue.line).index(work) + 1 if queue is not None and work in queue.line else None,
        requires=queue.config.requires if queue is not None else "",
        strategy=strategy,
        offers=tuple(_offer_reason(trace) for trace in work.offers),
        candidates=tuple(_candidate(agent, work, queue.requirement) for agent in agents) if queue is not None else (),
    )


def _offer_reason(trace: OfferTrace) -> OfferReason:
    if trace.search is Search.WORK_SOUGHT_AGENT:
        reason = (
            f"{trace.strategy} chose among the free; this one had been free for {trace.at - trace.free_since:.1f} s"
        )
    else:
        reason = "became free; this was the first to be served in the agent's queues"
    return OfferReason(trace.at, trace.agent, reason, trace.outcome, trace.ended_at)


def _candidate(agent: AgentRecord, work: WorkRecord, requirement: Requirement) -> Candidate:
    rule, detail, since = _rule(agent, work, requirement)
    return Candidate(agent.profile.id, rule, detail, since)


def _rule(agent: AgentRecord, work: WorkRecord, requirement: Requirement) -> tuple[Rule, str, float | None]:
    levels = agent.profile.skills
    if work.agent == agent.profile.id:
        return Rule.CHOSEN, str(work.offers[-1].outcome), work.offers[-1].at
    if not requirement.holds(levels):
        has = ", ".join(f"{skill} {levels.get(skill, 0)}" for skill in sorted(requirement.skills()))
        return Rule.NOT_QUALIFIED, f"requires {requirement}; has {has}", None
    if not PRESENCE[agent.status].takes_work:
        return Rule.STATUS, f"{agent.status} ({agent.reason})" if agent.reason else agent.status, agent.status_since
    if not agent.reachable:
        return Rule.UNREACHABLE, "no phone is registered", agent.reachable_since
    if agent.engaged:
        return Rule.ENGAGED, "in another call", agent.engaged_since
    if agent.state is not AgentState.IDLE:
        return Rule.WORKING, agent.state, agent.state_since
    if agent.resting is not None:
        return Rule.RESTING, f"left alone for a while after: {agent.resting}", agent.state_since
    return Rule.FREE, "", agent.free[0] if agent.free is not None else None
