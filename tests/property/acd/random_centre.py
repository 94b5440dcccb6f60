"""Random days of a small centre: events that are mostly sensible, often late, sometimes absurd."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Connect, Decision, Offer, RefusalCause
from acd.model import AgentProfile, OverflowCause, OverflowRule, Queue, WorkItem

QUEUES = ("sales", "support", "billing", "vip")
AGENTS = ("ana", "bojan", "ceca", "dule", "eva", "filip")
REQUIREMENTS = ("", "sr", "sr >= 5", "billing >= 3 and (sr >= 5 or en)", "not en", "en >= 2 or sr < 3")


class RandomCentre:
    """Draws one event after the other; it is told the decisions, so that its answers mostly concern what stands."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)
        self._now = 1_000.0
        self._works = 0
        self._alive: list[str] = []
        self._connected: list[str] = []
        self._offers: list[tuple[str, str]] = []

    def learn(self, decisions: list[Decision]) -> None:
        """Remember offers; the last few stay remembered when they no longer stand, as late answers do happen."""
        self._offers += [(decision.work, decision.agent) for decision in decisions if isinstance(decision, Offer)]
        del self._offers[:-5], self._connected[:-8], self._alive[:-14]
        self._connected += [decision.work for decision in decisions if isinstance(decision, Connect)]

    def opening(self) -> Iterator[events.Event]:
        """Every queue and agent once; everybody logs in."""
        for queue in QUEUES:
            yield events.QueueDeclared(self._queue(queue))
        for agent in AGENTS:
            yield events.AgentDeclared(self._agent(agent))
            yield events.AgentReachable(agent, True)
            yield events.AgentStatusSet(agent, AgentStatus.AVAILABLE)

    def next(self, timer: float | None) -> tuple[events.Event, float]:
        """The next event and its instant; ``timer`` is when the clock is wanted."""
        self._now += self._rng.choice((0.0, 0.0, 0.0, 0.125, 0.25, 1.0))
        if timer is not None and timer <= self._now and self._rng.random() < 0.7:
            return events.ClockReached(), self._now
        return self._event(), self._now

    def _event(self) -> events.Event:
        rng = self._rng
        agent = rng.choice(AGENTS)
        work, offered_to = rng.choice(self._offers) if self._offers else ("none", agent)
        customer = rng.choice(self._alive) if self._alive else "none"
        draw = rng.random()
        if draw < 0.15:
            return self._arrival()
        if draw < 0.22:
            return events.OfferRinging(work, offered_to)
        if draw < 0.47:
            return events.OfferAccepted(work, offered_to)
        if draw < 0.54:
            return events.OfferRefused(work, offered_to, rng.choice(list(RefusalCause)))
        if draw < 0.59:
            return events.WorkAbandoned(customer)
        if draw < 0.76:
            return events.WorkEnded(rng.choice(self._connected) if self._connected else customer)
        if draw < 0.79:
            return events.WorkHeld(customer, rng.random() < 0.5)
        if draw < 0.82:
            return events.WrapUpEnded(agent)
        if draw < 0.87:
            status = rng.choice((*[AgentStatus.AVAILABLE] * 6, AgentStatus.BREAK, AgentStatus.OFFLINE))
            return events.AgentStatusSet(agent, status)
        if draw < 0.90:
            return events.AgentReachable(agent, rng.random() < 0.9)
        if draw < 0.93:
            return events.AgentEngaged(agent, rng.random() < 0.2)
        if draw < 0.96:
            return events.QueueDeclared(self._queue(rng.choice(QUEUES)))
        if draw < 0.963:
            return events.QueueRemoved(rng.choice(QUEUES))
        if draw < 0.99:
            return events.AgentDeclared(self._agent(agent))
        if draw < 0.998:
            return events.AgentRemoved(agent)
        return events.ClockReached()

    def _arrival(self) -> events.WorkArrived:
        rng = self._rng
        self._works += 1
        # Now and then a piece of work comes twice, and some come from another queue with their old time of arrival.
        work = f"call-{self._works}" if rng.random() < 0.97 or not self._alive else rng.choice(self._alive)
        self._alive.append(work)
        arrived_at = self._now - rng.choice((0.0, 0.0, 0.0, 30.0))
        return events.WorkArrived(WorkItem(work, rng.choice(QUEUES), arrived_at, priority=rng.choice((0, 0, 0, 5))))

    def _queue(self, queue: str) -> Queue:
        rng = self._rng
        return Queue(
            queue,
            requires=rng.choice(REQUIREMENTS),
            priority=rng.choice((0, 0, 3)),
            ring_timeout_s=rng.choice((2.0, 5.0)),
            wrap_up_s=rng.choice((0.0, 0.0, 4.0)),
            retry_delay_s=rng.choice((0.0, 2.0)),
            max_wait_s=rng.choice((None, 6.0, 20.0)),
            max_length=rng.choice((None, None, 0, 3)),
            overflow=rng.choice((None, OverflowRule("queue:vip"), OverflowRule("agent:x", (OverflowCause.MAX_WAIT,)))),
        )

    def _agent(self, agent: str) -> AgentProfile:
        skills = {skill: self._rng.randint(1, 10) for skill in ("sr", "en", "billing") if self._rng.random() < 0.6}
        return AgentProfile(agent, agent.capitalize(), skills)
