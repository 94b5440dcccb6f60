"""Why work went where it went, and why an agent has none.

The offers are the decisions as they were taken. The candidates are judged as they stand when asked, each with the
instant since which the rule has applied: one that began before an offer applied to that decision, too.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from acd.agent import PRESENCE, AgentState
from acd.channels import CAPACITY, open_to
from acd.floor import Floor
from acd.model import Channel
from acd.records import AgentRecord, OfferTrace, OpenedSite, Search, Unserved, WorkRecord
from acd.seat import Seat
from acd.waiting import SITES, WaitingQueue


class Rule(StrEnum):
    """What decides about a candidate; the first that applies, in this order."""

    CHOSEN = "chosen"
    NOT_QUALIFIED = "not_qualified"
    SITE = "site"
    CLIENT = "client"
    NOT_YET = "not_yet"
    """She is asked once the work has waited longer."""
    STATUS = "status"
    UNREACHABLE = "unreachable"
    ENGAGED = "engaged"
    LEAVING = "leaving"
    """She asked for another status after her present work."""
    WORKING = "working"
    RESTING = "resting"
    CHANNEL = "channel"
    """She takes no work of this channel."""
    RESERVED = "reserved"
    """The work waits for another agent by name."""
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
    score: float = 0.0
    """The lowest is served first, across all queues: seconds since the epoch, less what priority is worth."""
    step: int = 0
    """How far the queue's requirement is relaxed."""
    configuration: int = 0
    """How often the configuration had changed when this was asked."""
    resumed: float | None = None
    """Since when its waiting counts, where the customer gave up, came back in time and has the old place."""
    preferred: tuple[str, ...] = ()
    """The agents who were to be asked before all others."""
    reserved_until: float | None = None
    """Until when it waits for them alone; None where it does not (any more)."""
    unserved: tuple[Unserved, ...] = ()
    """The queues in which it waited in vain, the first one first. A restart of the program forgets them."""
    opened_site: OpenedSite | None = None
    """The site that it overflowed to, whose agents may be offered it as well; since when, and why."""


class Idleness(Struct, frozen=True):
    """Why an agent has no work."""

    agent: str
    rule: Rule
    detail: str
    since: float | None
    queues: tuple[str, ...]
    """Those that she serves."""
    elsewhere: tuple[str, ...]
    """Queues with work that waits, which she does not serve, or not yet."""


def explain(floor: Floor, work: WorkRecord) -> Explanation:
    """Explain one piece of work, whose queue may be gone meanwhile."""
    queue = floor.queues.get(work.item.queue)
    return Explanation(
        work=work.item.id,
        queue=work.item.queue,
        state=work.state,
        arrived_at=work.item.arrived_at,
        position=_position(queue, work) if queue is not None else None,
        requires=queue.config.requires if queue is not None else "",
        strategy=queue.config.strategy if queue is not None else "",
        offers=tuple(_offer_reason(trace) for trace in work.offers),
        candidates=tuple(_candidate(agent, work, queue) for agent in floor.roster) if queue is not None else (),
        score=work.place,
        step=work.step,
        configuration=floor.version,
        resumed=work.since if work.since < work.item.arrived_at else None,
        preferred=work.preferred,
        reserved_until=work.reserved_until,
        unserved=floor.unserved.get(work.item.id, ()),
        opened_site=work.opened,
    )


def why_idle(floor: Floor, agent: AgentRecord, now: float) -> Idleness:
    """Explain why an agent has no work, or that she has some."""
    found = own_rule(agent)
    seats = floor.roster.group_of(agent).seats
    serves = tuple(sorted(queue for queue, seat in seats.items() if seat.serves))
    elsewhere = tuple(queue.id for queue in floor.queues if queue.lines and not _reached(seats.get(queue.id), queue))
    if found is not None:
        rule, detail, since = found
    elif not serves:
        rule, detail, since = _serves_none(floor, agent)
    else:
        waits = f"; work waits in {', '.join(elsewhere)}, which is not for her" if elsewhere else ""
        free_s = now - agent.free[0] if agent.free is not None else 0.0
        rule, detail, since = Rule.FREE, f"nothing waits in her queues, for {free_s:.1f} s{waits}", now - free_s
    return Idleness(agent.profile.id, rule, detail, since, serves, elsewhere)


def _reached(seat: Seat | None, queue: WaitingQueue) -> bool:
    """Whether any work that waits in a queue may be offered to who sits so."""
    return seat is not None and any(seat.reached(step, opened) for step, _, opened in queue.lines)


def _serves_none(floor: Floor, agent: AgentRecord) -> tuple[Rule, str, None]:
    if (site := agent.profile.site) in floor.closed_sites:
        return Rule.SITE, f"is at {site}, which is closed", None
    return Rule.NOT_QUALIFIED, "serves no queue", None


def _position(queue: WaitingQueue, work: WorkRecord) -> int | None:
    if not any(work in line for line in queue.lines.values()):
        return None
    return 1 + sum(other.key < work.key for line in queue.lines.values() for other in line)


def _offer_reason(trace: OfferTrace) -> OfferReason:
    relaxed = f", at step {trace.step} of relaxation" if trace.step else ""
    match trace.search:
        case Search.WORK_SOUGHT_AGENT:
            reason = (
                f"{trace.strategy} chose among the free; this one had been free for {trace.at - trace.free_since:.1f} s"
            )
        case Search.PREFERRED:
            reason = "the work was for this agent"
        case Search.ASSIGNED:
            reason = f"{trace.strategy} weighed work and agents that were free together"
        case Search.AGENT_SOUGHT_WORK:
            reason = "became free; this was the first to be served in the agent's queues"
    if trace.figures is not None and any(trace.figures):
        rank, load, key = trace.figures
        figures = {"tier": rank // SITES, "site": rank % SITES, "other work": load, "key": round(key, 3)}
        reason += " (" + ", ".join(f"{name} {figure:g}" for name, figure in figures.items() if figure) + ")"
    return OfferReason(trace.at, trace.agent, reason + relaxed, trace.outcome, trace.ended_at)


def _candidate(agent: AgentRecord, work: WorkRecord, queue: WaitingQueue) -> Candidate:
    rule, detail, since = _rule(agent, work, queue)
    return Candidate(agent.profile.id, rule, detail, since)


def _rule(agent: AgentRecord, work: WorkRecord, queue: WaitingQueue) -> tuple[Rule, str, float | None]:
    if agent.profile.id in work.agents:
        trace = next(trace for trace in reversed(work.offers) if trace.agent == agent.profile.id)
        return Rule.CHOSEN, str(trace.outcome), trace.at
    named = agent.profile.id in work.preferred
    seat = queue.seat_of(agent.profile)
    if seat is None and not named:
        return _unseated(agent, queue)
    if seat is not None and not seat.reached(work.step, work.opened is not None) and not named:
        return _not_reached(agent, seat, work, queue)
    found = own_rule(agent, work.item.channel)
    if found is not None:
        return found
    if work.reserved_until is not None and not named:
        return Rule.RESERVED, f"waits for {', '.join(work.preferred)}", work.entered_at
    return Rule.FREE, "", agent.free[0] if agent.free is not None else None


def _not_reached(agent: AgentRecord, seat: Seat, work: WorkRecord, queue: WaitingQueue) -> tuple[Rule, str, None]:
    opens = work.opened is None and seat.opened < seat.ring
    if opens and not seat.serves:
        return Rule.SITE, f"is at {agent.profile.site}, which is asked when the queue overflows to it", None
    after_s = queue.timeline[seat.opened if work.opened is not None else seat.ring]
    sooner = ", or when the queue overflows to her site" if opens else ""
    return Rule.NOT_YET, f"asked after {after_s:g} s of waiting{sooner}", None


def _unseated(agent: AgentRecord, queue: WaitingQueue) -> tuple[Rule, str, None]:
    profile, levels = agent.profile, agent.profile.skills
    requirements = queue.requirement_at(len(queue.timeline) - 1)
    if not any(requirement.holds(levels) for requirement in requirements):
        if not requirements:
            return Rule.NOT_QUALIFIED, "not a member", None
        asked = requirements[0]
        has = ", ".join(f"{skill} {levels.get(skill, 0)}" for skill in sorted(asked.skills()))
        return Rule.NOT_QUALIFIED, f"requires {asked}; has {has}", None
    if queue.config.client and profile.clients and queue.config.client not in profile.clients:
        return Rule.CLIENT, f"works for {', '.join(profile.clients)}, not for {queue.config.client}", None
    if profile.site in queue.closed_sites:
        return Rule.SITE, f"is at {profile.site}, which is closed", None
    return Rule.SITE, f"is at {profile.site}" if profile.site else "is at no site", None


def own_rule(agent: AgentRecord, channel: Channel | None = None) -> tuple[Rule, str, float | None] | None:
    """What keeps an agent from work (of a channel), whatever it is; None when nothing does."""
    if not PRESENCE[agent.status].takes_work:
        return Rule.STATUS, f"{agent.status} ({agent.reason})" if agent.reason else agent.status, agent.status_since
    if not agent.reachable:
        return Rule.UNREACHABLE, "no phone is registered", agent.reachable_since
    if agent.engaged:
        return Rule.ENGAGED, "in another call", agent.engaged_since
    if agent.pending is not None:
        return Rule.LEAVING, agent.pending[0], agent.state_since
    if channel is not None and agent.profile.capacity.get(channel, CAPACITY[channel]) <= 0:
        return Rule.CHANNEL, f"takes no work by {channel}", None
    if agent.assignments and not (channel in open_to(agent) if channel is not None else open_to(agent)):
        working = agent.state is not AgentState.IDLE
        return Rule.WORKING, agent.state if working else "no room", agent.state_since
    if agent.rest is not None:
        return Rule.RESTING, f"left alone for a while after: {agent.rest.cause}", agent.state_since
    if agent.assignments and channel is None:
        return Rule.WORKING, agent.state, agent.state_since
    return None
