"""Random days of a small centre: events that are mostly sensible, often late, sometimes absurd."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from acd import events
from acd.agent import AgentStatus
from acd.decisions import BecomeCallback, Connect, Decision, DialBack, Offer, RefusalCause
from acd.model import (
    AgentProfile,
    Channel,
    Member,
    OverflowCause,
    OverflowRule,
    Queue,
    Relaxation,
    SitePreference,
    WorkItem,
)
from acd.strategies import STRATEGIES

QUEUES = ("sales", "support", "billing", "vip")
AGENTS = ("ana", "bojan", "ceca", "dule", "eva", "filip")
SITES = ("", "north", "south")
CALLERS = ("", "+3811", "+3812", "+3813", "+4412")
REQUIREMENTS = ("", "sr", "sr >= 5", "billing >= 3 and (sr >= 5 or en)", "not en", "en >= 2 or sr < 3")
CHANNELS = (*[Channel.VOICE] * 6, Channel.CHAT, Channel.CHAT, Channel.EMAIL, Channel.TASK, Channel.CALLBACK)
IMMEDIATE = tuple(sorted(name for name, strategy in STRATEGIES.items() if not strategy.in_batches))
ALWAYS = (OverflowCause.MAX_WAIT, OverflowCause.FULL)
LEAVE = (*ALWAYS, OverflowCause.NO_AGENTS, OverflowCause.CLOSED)


class RandomCentre:
    """Draws one event after the other; it is told the decisions, so that its answers mostly concern what stands."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)
        self._now = 1_000.0
        self._works = 0
        self._alive: list[str] = []
        self._connected: list[str] = []
        self._dialled: list[str] = []
        self._offers: list[tuple[str, str]] = []

    def learn(self, decisions: list[Decision]) -> None:
        """Remember offers; the last few stay remembered when they no longer stand, as late answers do happen."""
        self._offers += [(decision.work, decision.agent) for decision in decisions if isinstance(decision, Offer)]
        del self._offers[:-5], self._connected[:-8], self._alive[:-14], self._dialled[:-3]
        self._connected += [decision.work for decision in decisions if isinstance(decision, Connect)]
        self._alive += [decision.work for decision in decisions if isinstance(decision, BecomeCallback)]
        self._dialled += [decision.work for decision in decisions if isinstance(decision, DialBack)]

    def opening(self) -> Iterator[events.Event]:
        """Every queue and agent once; everybody logs in."""
        yield events.ChanceSeeded(self._rng.randrange(1 << 60))
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
        connected = rng.choice(self._connected) if self._connected else customer
        dialled = rng.choice(self._dialled) if self._dialled else customer
        draw = rng.random()
        if draw < 0.17:
            return self._arrival()
        if draw < 0.20:
            return events.OfferRinging(work, offered_to)
        if draw < 0.45:
            return events.OfferAccepted(work, offered_to)
        if draw < 0.50:
            return events.OfferRefused(work, offered_to, rng.choice(list(RefusalCause)))
        if draw < 0.55:
            return events.WorkAbandoned(customer)
        if draw < 0.72:
            return events.WorkEnded(rng.choice((connected, connected, connected, dialled)))
        if draw < 0.74:
            return events.WorkHeld(connected, rng.random() < 0.5)
        if draw < 0.77:
            return events.WrapUpEnded(agent, rng.random() < 0.3)
        if draw < 0.90:
            return self._seldom(customer, dialled)
        return self._about(agent)

    def _seldom(self, customer: str, dialled: str) -> events.Event:
        """What happens to work less often."""
        rng = self._rng
        draw = rng.random()
        if draw < 0.2:
            return events.CallbackRequested(customer, "", rng.choice((None, None, self._now + 2.0)))
        if draw < 0.5:
            return events.CallbackConnected(dialled)
        if draw < 0.65:
            return events.CallbackFailed(dialled)
        if draw < 0.75:
            return events.WorkReprioritised(customer, rng.choice((-3, 0, 8)))
        if draw < 0.80:
            return events.WorkWithdrawn(customer)
        if draw < 0.85:
            return events.WorkDiverted(rng.choice((customer, dialled)), "voicemail:ana")
        if draw < 0.90:
            return events.QueueOpened(rng.choice(QUEUES), rng.random() < 0.8)
        if draw < 0.95:
            return events.SiteOpened(rng.choice(SITES[1:]), rng.random() < 0.8)
        return events.WrapUpExtended(rng.choice(AGENTS), rng.choice((1.0, 3.0)))

    def _about(self, agent: str) -> events.Event:
        """What happens to agents, and what operators declare."""
        rng = self._rng
        draw = rng.random()
        if draw < 0.35:
            status = rng.choice((*[AgentStatus.AVAILABLE] * 6, AgentStatus.BREAK, AgentStatus.OFFLINE))
            return events.AgentStatusSet(agent, status, after_work=rng.random() < 0.2)
        if draw < 0.50:
            return events.AgentReachable(agent, rng.random() < 0.9)
        if draw < 0.60:
            return events.AgentEngaged(agent, rng.random() < 0.2)
        if draw < 0.78:
            return events.QueueDeclared(self._queue(rng.choice(QUEUES)))
        if draw < 0.79:
            return events.QueueRemoved(rng.choice(QUEUES))
        if draw < 0.95:
            return events.AgentDeclared(self._agent(agent))
        if draw < 0.98:
            return events.AgentRemoved(agent)
        return events.ClockReached()

    def _arrival(self) -> events.WorkArrived:
        rng = self._rng
        self._works += 1
        # Now and then a piece of work comes twice, and some come from another queue with their old time of arrival.
        work = f"call-{self._works}" if rng.random() < 0.97 or not self._alive else rng.choice(self._alive)
        self._alive.append(work)
        channel = rng.choice(CHANNELS)
        item = WorkItem(
            work,
            rng.choice(QUEUES),
            self._now - rng.choice((0.0, 0.0, 0.0, 30.0)),
            rng.choice(CALLERS),
            channel,
            priority=rng.choice((0, 0, 0, 5)),
            preferred=tuple(rng.sample(AGENTS, 2)) if rng.random() < 0.15 else (),
            preferred_s=rng.choice((0.0, 2.0, 5.0)),
            ivr_s=rng.choice((0.0, 10.0)),
            due_at=self._now + rng.choice((60.0, 900.0)) if channel is Channel.TASK else None,
            not_before=self._now + 3.0 if channel is Channel.CALLBACK and rng.random() < 0.3 else None,
        )
        return events.WorkArrived(item)

    def _queue(self, queue: str) -> Queue:
        rng = self._rng
        members = tuple(
            Member(agent, rng.choice((0, 0, 1)), rng.choice((1, 5))) for agent in rng.sample(AGENTS, rng.randint(1, 4))
        )
        relax = (Relaxation(2.0, rng.choice(REQUIREMENTS)), Relaxation(5.0, "sr or en"))
        return Queue(
            queue,
            requires=rng.choice(REQUIREMENTS),
            strategy=rng.choice(IMMEDIATE),
            priority=rng.choice((0, 0, 3)),
            ring_timeout_s=rng.choice((2.0, 5.0)),
            wrap_up_s=rng.choice((0.0, 0.0, 4.0)),
            retry_delay_s=rng.choice((0.0, 2.0)),
            max_wait_s=rng.choice((None, 6.0, 20.0)),
            max_length=rng.choice((None, None, 0, 3)),
            overflow=rng.choice(
                (
                    None,
                    OverflowRule("queue:vip", LEAVE),
                    OverflowRule("agent:x", ALWAYS[:1]),
                    OverflowRule("callback"),
                    OverflowRule("site:south", LEAVE),
                    OverflowRule("site:south", ALWAYS[:1]),
                    OverflowRule("site:north", LEAVE[2:]),
                )
            ),
            relax=rng.choice(((), (), relax[: rng.randint(1, 2)])),
            members=rng.choice(((), (), members)),
            sites=rng.choice(
                (
                    (),
                    (),
                    (SitePreference("north"), SitePreference("", 1.0), SitePreference("south", 4.0, 1)),
                    (SitePreference("north"), SitePreference("south", 9.0)),
                    (SitePreference(""),),
                )
            ),
            client=rng.choice(("", "", "acme")),
            wrap_up_min_s=rng.choice((0.0, 2.0)),
            wrap_up_max_s=rng.choice((None, 6.0)),
            refused_delay_s=rng.choice((None, 1.0)),
            busy_delay_s=rng.choice((None, 3.0)),
            pause_after_missed=rng.choice((0, 0, 2)),
            resume_s=rng.choice((0.0, 20.0)),
            count_ivr=rng.random() < 0.3,
            sticky_s=rng.choice((0.0, 30.0)),
            preferred_wait_s=2.0,
            vip=rng.choice(((), ("+44",))),
            callback_attempts=rng.choice((1, 2)),
            callback_retry_s=3.0,
        )

    def _agent(self, agent: str) -> AgentProfile:
        rng = self._rng
        skills = {skill: rng.randint(1, 10) for skill in ("sr", "en", "billing") if rng.random() < 0.6}
        return AgentProfile(
            agent,
            agent.capitalize(),
            skills,
            rng.choice(SITES),
            rng.choice(((), (), ("acme",), ("other",))),
            rng.choice(({}, {}, {Channel.CHAT: 2}, {Channel.VOICE: 2, Channel.EMAIL: 3}, {Channel.CHAT: 0})),
            rng.choice((None, 5.0)),
        )
