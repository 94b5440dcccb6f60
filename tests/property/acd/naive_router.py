"""A router that is slow and plain: lists, scans and sorts, so that it is right at a glance.

It knows the same rules as ``acd.router`` and none of its indexes. Skills are looked up with ``requirement`` as well,
which has tests of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from acd import decisions as d
from acd import events as e
from acd.agent import AgentStatus
from acd.model import AgentProfile, OverflowCause, Queue, WorkItem
from acd.requirement import parse

NOT_FREE = (0.0, 0)


@dataclass(eq=False)
class NaiveAgent:
    profile: AgentProfile
    status: AgentStatus = AgentStatus.OFFLINE
    reachable: bool = False
    engaged: bool = False
    doing: str = "idle"
    work: NaiveWork | None = None
    resting: bool = False
    free: tuple[float, int] = NOT_FREE
    in_line: bool = False
    timer: tuple[float, int] | None = None

    @property
    def id(self) -> str:
        return self.profile.id


@dataclass(eq=False)
class NaiveWork:
    item: WorkItem
    entered_at: float
    serial: int
    state: str = "waiting"
    agent: NaiveAgent | None = None
    timer: tuple[float, int] | None = None


class NaiveRouter:
    def __init__(self) -> None:
        self.queues: dict[str, Queue] = {}
        self.agents: dict[str, NaiveAgent] = {}
        self.works: dict[str, NaiveWork] = {}
        self.serial = 0
        self.now = 0.0
        self.out: list[d.Decision] = []

    def decide(self, event: e.Event, now: float) -> list[d.Decision]:
        self.now, self.out = now, []
        getattr(self, type(event).__name__)(event)
        return self.out

    def next_timer(self) -> float | None:
        timers = self.timers()
        return timers[0][0][0] if timers else None

    def timers(self) -> list[tuple[tuple[float, int], NaiveAgent | NaiveWork]]:
        records: list[NaiveAgent | NaiveWork] = [*self.agents.values(), *self.works.values()]
        return sorted(((r.timer, r) for r in records if r.timer), key=lambda pair: pair[0])

    # Who may have what.

    def tick(self) -> int:
        self.serial += 1
        return self.serial

    def fits(self, agent: NaiveAgent, queue: str) -> bool:
        return queue in self.queues and parse(self.queues[queue].requires).holds(agent.profile.skills)

    def willing(self, agent: NaiveAgent) -> bool:
        return agent.status is AgentStatus.AVAILABLE and agent.reachable and not agent.engaged

    def offerable(self, agent: NaiveAgent) -> bool:
        return self.willing(agent) and agent.doing == "idle" and not agent.resting

    def free_agents(self, queue: str) -> list[NaiveAgent]:
        free = [a for a in self.agents.values() if a.in_line and self.offerable(a) and self.fits(a, queue)]
        return sorted(free, key=lambda a: a.free)

    def service_key(self, work: NaiveWork) -> tuple[float, float, int]:
        return (-(self.queues[work.item.queue].priority + work.item.priority), work.item.arrived_at, work.serial)

    def unconnected(self, queue: str) -> list[NaiveWork]:
        works = [w for w in self.works.values() if w.item.queue == queue and w.state != "connected"]
        return sorted(works, key=lambda w: (w.item.arrived_at, w.serial))

    # Matching.

    def offer(self, work: NaiveWork, agent: NaiveAgent) -> None:
        queue = self.queues[work.item.queue]
        work.state, work.agent = "offered", agent
        agent.doing, agent.work, agent.in_line = "offered", work, False
        agent.timer = (self.now + queue.ring_timeout_s, self.tick())
        self.out.append(d.Offer(work.item.id, agent.id, queue.id, queue.ring_timeout_s))

    def seek_agent(self, work: NaiveWork) -> bool:
        free = self.free_agents(work.item.queue)
        if free:
            self.offer(work, free[0])
        return bool(free)

    def seek_work(self, agent: NaiveAgent) -> None:
        agent.in_line = False
        if not self.offerable(agent):
            if agent.work is None:
                agent.free = NOT_FREE
            return
        if agent.free == NOT_FREE:
            agent.free = (self.now, self.tick())
        waiting = [w for w in self.works.values() if w.state == "waiting" and self.fits(agent, w.item.queue)]
        if waiting:
            self.offer(min(waiting, key=self.service_key), agent)
        else:
            agent.in_line = True

    # Moves.

    def withdraw(self, work: NaiveWork, cause: d.WithdrawalCause) -> list[NaiveAgent]:
        """Who held the offer: one agent or none."""
        agent = work.agent
        if work.state != "offered" or agent is None:
            return []
        self.out.append(d.WithdrawOffer(work.item.id, agent.id, cause))
        self.let_go(work, agent)
        return [agent]

    def let_go(self, work: NaiveWork, agent: NaiveAgent) -> None:
        work.state, work.agent = "waiting", None
        agent.work, agent.timer, agent.doing = None, None, "idle"

    def not_taken(self, work: NaiveWork, agent: NaiveAgent) -> None:
        agent.resting, agent.free = True, NOT_FREE
        agent.timer = (self.now + self.queues[work.item.queue].retry_delay_s, self.tick())
        self.seek_agent(work)

    def unserved(self, work: NaiveWork, cause: OverflowCause) -> None:
        overflow = self.queues[work.item.queue].overflow
        if overflow and cause in overflow.when:
            self.out.append(d.Overflow(work.item.id, overflow.to))
        else:
            self.out.append(d.Refuse(work.item.id, d.TurnedAwayCause(cause)))
        del self.works[work.item.id]

    def limit(self, work: NaiveWork) -> None:
        longest = self.queues[work.item.queue].max_wait_s
        work.timer = None if longest is None else (work.entered_at + longest, self.tick())

    def condition(self, agent: NaiveAgent, cause: d.WithdrawalCause) -> None:
        work = agent.work
        if work and work.state == "offered" and not self.willing(agent):
            self.withdraw(work, cause)
            self.seek_agent(work)
        self.seek_work(agent)

    def unfit(self, agents: Iterable[NaiveAgent]) -> list[NaiveAgent]:
        offers = [agent.work for agent in agents if agent.work and agent.work.state == "offered"]
        unfit = [work for work in offers if work.agent and not self.fits(work.agent, work.item.queue)]
        return [agent for work in unfit for agent in self.withdraw(work, d.WithdrawalCause.RECONFIGURED)]

    # Events.

    def QueueDeclared(self, event: e.QueueDeclared) -> None:
        self.queues[event.queue.id] = event.queue
        freed = self.unfit(self.agents.values())
        for work in self.unconnected(event.queue.id):
            self.limit(work)
        waiting = [w for w in self.unconnected(event.queue.id) if w.state == "waiting"]
        for work in sorted(waiting, key=self.service_key):
            if not self.seek_agent(work):
                break
        for agent in sorted(freed, key=lambda a: a.free):
            self.seek_work(agent)

    def QueueRemoved(self, event: e.QueueRemoved) -> None:
        freed = []
        for work in self.unconnected(event.queue):
            freed += self.withdraw(work, d.WithdrawalCause.RECONFIGURED)
            self.out.append(d.Refuse(work.item.id, d.TurnedAwayCause.QUEUE_REMOVED))
            del self.works[work.item.id]
        self.queues.pop(event.queue, None)
        for agent in sorted(freed, key=lambda a: a.free):
            self.seek_work(agent)

    def AgentDeclared(self, event: e.AgentDeclared) -> None:
        agent = self.agents.setdefault(event.agent.id, NaiveAgent(event.agent))
        agent.profile = event.agent
        work = agent.work
        if self.unfit([agent]) and work:
            self.seek_agent(work)
        self.seek_work(agent)

    def AgentRemoved(self, event: e.AgentRemoved) -> None:
        agent = self.agents.get(event.agent)
        if agent is None:
            return
        work = agent.work
        offered = work if work and work.state == "offered" else None
        if offered:
            self.withdraw(offered, d.WithdrawalCause.RECONFIGURED)
        del self.agents[event.agent]
        if offered:
            self.seek_agent(offered)

    def AgentStatusSet(self, event: e.AgentStatusSet) -> None:
        if event.agent in self.agents:
            self.agents[event.agent].status = event.status
            self.condition(self.agents[event.agent], d.WithdrawalCause.AGENT_AWAY)

    def AgentReachable(self, event: e.AgentReachable) -> None:
        if event.agent in self.agents:
            self.agents[event.agent].reachable = event.reachable
            self.condition(self.agents[event.agent], d.WithdrawalCause.UNREACHABLE)

    def AgentEngaged(self, event: e.AgentEngaged) -> None:
        if event.agent in self.agents:
            self.agents[event.agent].engaged = event.engaged
            self.condition(self.agents[event.agent], d.WithdrawalCause.ENGAGED)

    def WorkArrived(self, event: e.WorkArrived) -> None:
        item = event.work
        if item.id in self.works:
            return
        if item.queue not in self.queues:
            self.out.append(d.Refuse(item.id, d.TurnedAwayCause.NO_SUCH_QUEUE))
            return
        longest = self.queues[item.queue].max_length
        full = longest is not None and len(self.unconnected(item.queue)) >= longest
        work = self.works[item.id] = NaiveWork(item, self.now, self.tick())
        self.limit(work)
        if full and not self.free_agents(item.queue):
            self.unserved(work, OverflowCause.FULL)
        else:
            self.seek_agent(work)

    def WorkAbandoned(self, event: e.WorkAbandoned | e.WorkEnded) -> None:
        work = self.works.get(event.work)
        if work is None:
            return
        agent = work.agent
        if work.state == "connected" and agent:
            del self.works[event.work]
            if self.agents.get(agent.id) is agent:
                agent.work = None
                queue = self.queues.get(work.item.queue)
                if queue and queue.wrap_up_s:
                    agent.doing, agent.timer = "wrap_up", (self.now + queue.wrap_up_s, self.tick())
                else:
                    agent.doing = "idle"
                    self.seek_work(agent)
            return
        self.withdraw(work, d.WithdrawalCause.ABANDONED)
        del self.works[event.work]
        if agent:
            self.seek_work(agent)

    WorkEnded = WorkAbandoned

    def WorkHeld(self, event: e.WorkHeld) -> None:
        pass

    def standing(self, event: e.OfferAccepted | e.OfferRefused) -> tuple[NaiveWork, NaiveAgent] | None:
        work = self.works.get(event.work)
        if work and work.agent and work.state == "offered" and work.agent.id == event.agent:
            return work, work.agent
        return None

    def OfferRinging(self, event: e.OfferRinging) -> None:
        pass

    def OfferAccepted(self, event: e.OfferAccepted) -> None:
        offer = self.standing(event)
        if offer:
            work, agent = offer
            work.state, work.timer = "connected", None
            agent.doing, agent.timer, agent.free = "talking", None, NOT_FREE
            self.out.append(d.Connect(work.item.id, agent.id))

    def OfferRefused(self, event: e.OfferRefused) -> None:
        offer = self.standing(event)
        if offer:
            self.let_go(*offer)
            self.not_taken(*offer)

    def WrapUpEnded(self, event: e.WrapUpEnded) -> None:
        agent = self.agents.get(event.agent)
        if agent and agent.doing == "wrap_up":
            agent.doing, agent.timer = "idle", None
            self.seek_work(agent)

    def ClockReached(self, event: e.ClockReached) -> None:
        while (timers := self.timers()) and timers[0][0][0] <= self.now:
            record = timers[0][1]
            record.timer = None
            if isinstance(record, NaiveWork):
                freed = self.withdraw(record, d.WithdrawalCause.MAX_WAIT)
                self.unserved(record, OverflowCause.MAX_WAIT)
                for agent in freed:
                    self.seek_work(agent)
            elif record.work and record.doing == "offered":
                work = record.work
                self.withdraw(work, d.WithdrawalCause.NO_ANSWER)
                self.not_taken(work, record)
            else:
                if record.doing == "wrap_up":
                    record.doing = "idle"
                record.resting = False
                self.seek_work(record)
