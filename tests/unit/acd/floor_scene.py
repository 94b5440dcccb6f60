"""A small centre for tests: a router, a clock that the test moves, and words for what happens in it."""

from __future__ import annotations

from typing import Any

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Decision, RefusalCause
from acd.live import AgentLive, QueueLive
from acd.model import AgentProfile, Queue, WorkItem
from acd.router import Router


class Scene:
    """Every verb returns the decisions that followed."""

    def __init__(self, *queues: Queue) -> None:
        self.router = Router()
        self.now = 1_000.0
        for queue in queues:
            self.tell(events.QueueDeclared(queue))

    def tell(self, event: events.Event) -> list[Decision]:
        return self.router.decide(event, self.now)

    def agent(self, agent: str, **skills: int) -> list[Decision]:
        """Declare an agent, register her phone, log her in."""
        self.declare(agent, **skills)
        self.tell(events.AgentReachable(agent, True))
        return self.status(agent, AgentStatus.AVAILABLE)

    def join(self, profile: AgentProfile) -> list[Decision]:
        """As ``agent``, for a whole profile."""
        self.tell(events.AgentDeclared(profile))
        self.tell(events.AgentReachable(profile.id, True))
        return self.status(profile.id, AgentStatus.AVAILABLE)

    def arrive(self, work: str, queue: str = "support", **fields: Any) -> list[Decision]:
        """As ``call``, for work with more to it."""
        return self.tell(events.WorkArrived(WorkItem(work, queue, self.now, **fields)))

    def serve(self, work: str, agent: str, talk_s: float = 0.0, **fields: Any) -> None:
        """A piece of work from its arrival to its end, with an agent who is free for it."""
        self.arrive(work, **fields)
        assert self.answer(work, agent)
        self.later(talk_s)
        self.end(work)

    def declare(self, agent: str, **skills: int) -> list[Decision]:
        return self.tell(events.AgentDeclared(AgentProfile(agent, agent.capitalize(), skills)))

    def status(self, agent: str, status: AgentStatus, reason: str = "") -> list[Decision]:
        return self.tell(events.AgentStatusSet(agent, status, reason))

    def call(self, work: str, queue: str = "support", *, priority: int = 0) -> list[Decision]:
        return self.tell(events.WorkArrived(WorkItem(work, queue, self.now, priority=priority)))

    def ring(self, work: str, agent: str) -> list[Decision]:
        return self.tell(events.OfferRinging(work, agent))

    def answer(self, work: str, agent: str) -> list[Decision]:
        return self.tell(events.OfferAccepted(work, agent))

    def refuse(self, work: str, agent: str, cause: RefusalCause = RefusalCause.DECLINED) -> list[Decision]:
        return self.tell(events.OfferRefused(work, agent, cause))

    def abandon(self, work: str) -> list[Decision]:
        return self.tell(events.WorkAbandoned(work))

    def end(self, work: str) -> list[Decision]:
        return self.tell(events.WorkEnded(work))

    def later(self, seconds: float) -> list[Decision]:
        """Move the clock, and ring it whenever the router wants it on the way."""
        until = self.now + seconds
        decisions: list[Decision] = []
        while (due := self.router.next_timer()) is not None and due <= until:
            self.now = max(self.now, due)
            decisions += self.tell(events.ClockReached())
        self.now = until
        return decisions

    def state_of(self, agent: str) -> str:
        return self.agent_live(agent).state

    def agent_live(self, agent: str) -> AgentLive:
        found = self.router.agent_live(agent)
        assert found is not None
        return found

    def queue_live(self, queue: str = "support") -> QueueLive:
        found = self.router.queue_live(queue, self.now)
        assert found is not None
        return found
