"""A router that is slow and plain: lists, scans and sorts, so that it is right at a glance.

It knows the same rules as ``acd.router`` and none of its indexes. Skills are looked up with ``requirement`` as well,
which has tests of its own.
"""

from __future__ import annotations

from types import SimpleNamespace

from acd import decisions as d
from acd import events as e
from acd.agent import AgentStatus
from acd.model import OverflowCause
from acd.requirement import parse


class NaiveRouter:
    def __init__(self) -> None:
        self.queues: dict[str, object] = {}
        self.agents: dict[str, SimpleNamespace] = {}
        self.works: dict[str, SimpleNamespace] = {}
        self.serial = 0
        self.now = 0.0
        self.out: list[d.Decision] = []

    def decide(self, event: e.Event, now: float) -> list[d.Decision]:
        self.now, self.out = now, []
        getattr(self, type(event).__name__)(event)
        return self.out

    def next_timer(self) -> float | None:
        return min((r.timer for r in [*self.agents.values(), *self.works.values()] if r.timer), default=(None,))[0]

    # Who may have what.

    def tick(self) -> int:
        self.serial += 1
        return self.serial

    def fits(self, agent, queue) -> bool:
        return queue in self.queues and parse(self.queues[queue].requires).holds(agent.profile.skills)

    def willing(self, agent) -> bool:
        return agent.status is AgentStatus.AVAILABLE and agent.reachable and not agent.engaged

    def offerable(self, agent) -> bool:
        return self.willing(agent) and agent.doing == "idle" and not agent.resting

    def free_agents(self, queue) -> list[SimpleNamespace]:
        free = [a for a in self.agents.values() if a.in_line and self.offerable(a) and self.fits(a, queue)]
        return sorted(free, key=lambda a: a.free)

    def service_key(self, work) -> tuple:
        return (-(self.queues[work.item.queue].priority + work.item.priority), work.item.arrived_at, work.serial)

    def unconnected(self, queue) -> list[SimpleNamespace]:
        works = [w for w in self.works.values() if w.item.queue == queue and w.state != "connected"]
        return sorted(works, key=lambda w: (w.item.arrived_at, w.serial))

    # Matching.

    def offer(self, work, agent) -> None:
        queue = self.queues[work.item.queue]
        work.state, work.agent = "offered", agent
        agent.doing, agent.work, agent.in_line = "offered", work, False
        agent.timer = (self.now + queue.ring_timeout_s, self.tick())
        self.out.append(d.Offer(work.item.id, agent.id, queue.id, queue.ring_timeout_s))

    def seek_agent(self, work) -> bool:
        free = self.free_agents(work.item.queue)
        if free:
            self.offer(work, free[0])
        return bool(free)

    def seek_work(self, agent) -> None:
        agent.in_line = False
        if not self.offerable(agent):
            if agent.work is None:
                agent.free = None
            return
        if agent.free is None:
            agent.free = (self.now, self.tick())
        waiting = [w for w in self.works.values() if w.state == "waiting" and self.fits(agent, w.item.queue)]
        if waiting:
            self.offer(min(waiting, key=self.service_key), agent)
        else:
            agent.in_line = True

    # Moves.

    def withdraw(self, work, cause) -> SimpleNamespace | None:
        agent = work.agent
        if work.state != "offered":
            return None
        self.out.append(d.WithdrawOffer(work.item.id, agent.id, cause))
        self.let_go(work)
        return agent

    def let_go(self, work) -> None:
        agent = work.agent
        work.state, work.agent = "waiting", None
        agent.work, agent.timer, agent.doing = None, None, "idle"

    def not_taken(self, work, agent) -> None:
        agent.resting, agent.free = True, None
        agent.timer = (self.now + self.queues[work.item.queue].retry_delay_s, self.tick())
        self.seek_agent(work)

    def unserved(self, work, cause) -> None:
        overflow = self.queues[work.item.queue].overflow
        if overflow and cause in overflow.when:
            self.out.append(d.Overflow(work.item.id, overflow.to))
        else:
            self.out.append(d.Refuse(work.item.id, d.TurnedAwayCause(cause)))
        del self.works[work.item.id]

    def limit(self, work) -> None:
        longest = self.queues[work.item.queue].max_wait_s
        work.timer = None if longest is None else (work.entered_at + longest, self.tick())

    def condition(self, agent, cause) -> None:
        work = agent.work
        if work and work.state == "offered" and not self.willing(agent):
            self.withdraw(work, cause)
            self.seek_agent(work)
        self.seek_work(agent)

    def unfit(self, agents) -> list[SimpleNamespace]:
        held = [agent for agent in agents if agent.work and agent.work.state == "offered"]
        unfit = [agent for agent in held if not self.fits(agent, agent.work.item.queue)]
        return [self.withdraw(agent.work, d.WithdrawalCause.RECONFIGURED) for agent in unfit]

    # Events.

    def QueueDeclared(self, event) -> None:
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

    def QueueRemoved(self, event) -> None:
        freed = []
        for work in self.unconnected(event.queue):
            agent = self.withdraw(work, d.WithdrawalCause.RECONFIGURED)
            freed += [agent] if agent else []
            self.out.append(d.Refuse(work.item.id, d.TurnedAwayCause.QUEUE_REMOVED))
            del self.works[work.item.id]
        self.queues.pop(event.queue, None)
        for agent in sorted(freed, key=lambda a: a.free):
            self.seek_work(agent)

    def AgentDeclared(self, event) -> None:
        agent = self.agents.get(event.agent.id)
        if agent is None:
            agent = self.agents[event.agent.id] = SimpleNamespace(
                id=event.agent.id, status=AgentStatus.OFFLINE, reachable=False, engaged=False, doing="idle",
                work=None, resting=False, free=None, timer=None, in_line=False,
            )  # fmt: skip
        agent.profile = event.agent
        work = agent.work
        if self.unfit([agent]):
            self.seek_agent(work)
        self.seek_work(agent)

    def AgentRemoved(self, event) -> None:
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

    def AgentStatusSet(self, event) -> None:
        if event.agent in self.agents:
            self.agents[event.agent].status = event.status
            self.condition(self.agents[event.agent], d.WithdrawalCause.AGENT_AWAY)

    def AgentReachable(self, event) -> None:
        if event.agent in self.agents:
            self.agents[event.agent].reachable = event.reachable
            self.condition(self.agents[event.agent], d.WithdrawalCause.UNREACHABLE)

    def AgentEngaged(self, event) -> None:
        if event.agent in self.agents:
            self.agents[event.agent].engaged = event.engaged
            self.condition(self.agents[event.agent], d.WithdrawalCause.ENGAGED)

    def WorkArrived(self, event) -> None:
        item = event.work
        if item.id in self.works:
            return
        if item.queue not in self.queues:
            self.out.append(d.Refuse(item.id, d.TurnedAwayCause.NO_SUCH_QUEUE))
            return
        longest = self.queues[item.queue].max_length
        full = longest is not None and len(self.unconnected(item.queue)) >= longest
        work = SimpleNamespace(
            item=item, state="waiting", agent=None, entered_at=self.now, serial=self.tick(), timer=None
        )
        self.works[item.id] = work
        self.limit(work)
        if full and not self.free_agents(item.queue):
            self.unserved(work, OverflowCause.FULL)
        else:
            self.seek_agent(work)

    def WorkAbandoned(self, event) -> None:
        work = self.works.get(event.work)
        if work is None:
            return
        agent = work.agent
        if work.state == "connected":
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

    def WorkHeld(self, event) -> None:
        pass

    def standing(self, event) -> SimpleNamespace | None:
        work = self.works.get(event.work)
        return work if work and work.state == "offered" and work.agent.id == event.agent else None

    def OfferRinging(self, event) -> None:
        pass

    def OfferAccepted(self, event) -> None:
        work = self.standing(event)
        if work:
            work.state, work.timer = "connected", None
            work.agent.doing, work.agent.timer, work.agent.free = "talking", None, None
            self.out.append(d.Connect(work.item.id, work.agent.id))

    def OfferRefused(self, event) -> None:
        work = self.standing(event)
        if work:
            agent = work.agent
            self.let_go(work)
            self.not_taken(work, agent)

    def WrapUpEnded(self, event) -> None:
        agent = self.agents.get(event.agent)
        if agent and agent.doing == "wrap_up":
            agent.doing, agent.timer = "idle", None
            self.seek_work(agent)

    def ClockReached(self, event) -> None:
        while True:
            records = [r for r in [*self.agents.values(), *self.works.values()] if r.timer and r.timer[0] <= self.now]
            if not records:
                return
            record = min(records, key=lambda r: r.timer)
            record.timer = None
            if hasattr(record, "item"):
                agent = self.withdraw(record, d.WithdrawalCause.MAX_WAIT)
                self.unserved(record, OverflowCause.MAX_WAIT)
                if agent:
                    self.seek_work(agent)
            elif record.doing == "offered":
                work = record.work
                self.withdraw(work, d.WithdrawalCause.NO_ANSWER)
                self.not_taken(work, record)
            else:
                if record.doing == "wrap_up":
                    record.doing = "idle"
                record.resting = False
                self.seek_work(record)
