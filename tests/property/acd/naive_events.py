"""The naive router's events, each by the moves of its floor."""

from __future__ import annotations

from msgspec.structs import replace
from tests.property.acd.naive_records import NaiveAgent, NaiveBell, NaiveTask, NaiveWork
from tests.property.acd.naive_router import NaiveFloor
from tests.property.acd.naive_strategies import overflow_site, timeline

from acd import decisions as d
from acd import events as e
from acd.agent import PRESENCE
from acd.channels import YIELDING
from acd.model import Channel, OverflowCause

UNFIT = d.WithdrawalCause.RECONFIGURED


class NaiveRouter(NaiveFloor):
    def decide(self, event: e.Event, now: float) -> list[d.Decision]:
        self.now, self.out = now, []
        getattr(self, type(event).__name__)(event)
        return self.out

    def next_timer(self) -> float | None:
        timers = self.timers()
        return timers[0][0][0] if timers else None

    # Configuration.

    def QueueDeclared(self, event: e.QueueDeclared) -> None:
        new, old = event.queue, self.queues.get(event.queue.id)
        fields = ("requires", "relax", "members", "sites", "client", "strategy")
        anew = old is None or any(getattr(old, field) != getattr(new, field) for field in fields)
        if anew or (old and overflow_site(old) != overflow_site(new)):
            self.chooser.forget(new.id)
        self.queues[new.id] = new
        self.channels.setdefault(new.id, {Channel.VOICE})
        for agent in self.agents.values():
            if agent.in_line:
                self.line_up(agent)
        for work in self.present(new.id):
            causes = new.overflow.when if new.overflow else ()
            if work.opened and (work.opened[0] != overflow_site(new) or work.opened[1] not in causes):
                work.opened = None
        freed = [agent for work in self.present(new.id) for agent in self.unfit(work, list(work.agents))]
        steps = timeline(new)
        for work in self.present(new.id):
            if work.state != "dialling":
                reached = [n for n, after_s in enumerate(steps) if n and work.entered_at + after_s <= self.now]
                work.step, work.place = max(reached, default=0), self.place(work)
                self.limit(work)
        waiting = [w for w in self.present(new.id) if w.state == "waiting" and w.reserved_until is None]
        for work in sorted(waiting, key=lambda w: w.key):
            self.seek_agent(work)
        self.seek_work_in_turn(freed)

    def unfit(self, work: NaiveWork, agents: list[NaiveAgent]) -> list[NaiveAgent]:
        gone = []
        for agent in agents if work.state == "offered" else ():
            at = self.seat(agent, work.item.queue)
            if (at is None or not self.reached(at, work)) and agent.id not in work.preferred:
                gone += self.withdraw(work, UNFIT, only=agent)
        return gone

    def QueueRemoved(self, event: e.QueueRemoved) -> None:
        freed = []
        for work in self.present(event.queue):
            if work.state != "dialling":
                freed += self.withdraw(work, UNFIT)
                self.out.append(d.Refuse(work.item.id, d.TurnedAwayCause.QUEUE_REMOVED))
                del self.works[work.item.id]
        self.queues.pop(event.queue, None)
        self.channels.pop(event.queue, None)
        self.closed.discard(event.queue)
        self.chooser.forget(event.queue)
        self.seek_work_in_turn(freed)

    def QueueOpened(self, event: e.QueueOpened) -> None:
        if event.queue in self.queues and event.open is (event.queue in self.closed):
            self.closed ^= {event.queue}
            if not event.open:
                self.clear(event.queue, OverflowCause.CLOSED, d.WithdrawalCause.QUEUE_LEFT)

    def SiteOpened(self, event: e.SiteOpened) -> None:
        if event.open is (event.site in self.closed_sites):
            agents = [a for a in self.agents.values() if a.profile.site == event.site]
            before = [self.queues_of(agent) for agent in agents]
            self.closed_sites ^= {event.site}
            self.requalify(agents, [a for a, was in zip(agents, before, strict=True) if self.queues_of(a) != was])

    def AgentDeclared(self, event: e.AgentDeclared) -> None:
        agent = self.agents.get(event.agent.id)
        if agent is None:
            agent = self.agents[event.agent.id] = NaiveAgent(event.agent, self.tick(), occupancy_at=self.now)
            self.seek_work(agent)
        else:
            agent.profile = event.agent
            self.requalify([agent], [agent])

    def requalify(self, agents: list[NaiveAgent], moved: list[NaiveAgent]) -> None:
        for agent in moved:
            agent.in_line = False
        offers = [(agent, self.works[task.work]) for agent in moved for task in agent.offered]
        works = [work for agent, work in offers if self.unfit(work, [agent])]
        for work in works:
            self.move_on(work)
        for agent in agents:
            self.seek_work(agent)

    def AgentRemoved(self, event: e.AgentRemoved) -> None:
        agent = self.agents.get(event.agent)
        if agent is None:
            return
        works = [self.works[task.work] for task in agent.offered]
        for work in works:
            self.withdraw(work, UNFIT, only=agent)
        queues = self.served_by(agent)
        del self.agents[event.agent]
        for work in works:
            self.move_on(work)
        self.deserted(queues)

    # Agents.

    def AgentStatusSet(self, event: e.AgentStatusSet) -> None:
        agent = self.agents.get(event.agent)
        if agent is None:
            return
        agent.pending = None
        if event.after_work and len(agent.tasks) > len(agent.offered):
            agent.pending = event.status
        else:
            self.set_status(agent, event.status)
        self.condition(agent, d.WithdrawalCause.AGENT_AWAY)
        if not PRESENCE[agent.status].logged_in:
            self.deserted(self.served_by(agent))

    def AgentReachable(self, event: e.AgentReachable) -> None:
        agent = self.agents.get(event.agent)
        if agent and agent.reachable is not event.reachable:
            agent.reachable = event.reachable
            self.condition(agent, d.WithdrawalCause.UNREACHABLE)

    def AgentEngaged(self, event: e.AgentEngaged) -> None:
        agent = self.agents.get(event.agent)
        if agent and agent.engaged is not event.engaged:
            agent.engaged = event.engaged
            self.condition(agent, d.WithdrawalCause.ENGAGED)

    # Work.

    def WorkArrived(self, event: e.WorkArrived) -> None:
        item = event.work
        if item.id in self.works:
            return
        work = NaiveWork(item, self.now, self.tick(), item.arrived_at)
        if item.queue not in self.queues:
            self.out.append(d.Refuse(item.id, d.TurnedAwayCause.NO_SUCH_QUEUE))
            return
        queue, customer = self.queues[item.queue], (item.queue, item.caller)
        preferred, limit_s = item.preferred, item.preferred_s
        if item.caller:
            left_at, since = self.places.get(customer, (-1e9, 0.0))
            if queue.resume_s and self.now - left_at <= queue.resume_s:
                work.since = min(since, item.arrived_at)
                del self.places[customer]
            served_at, agent = self.served.get(customer, (-1e9, ""))
            if queue.sticky_s and not preferred and self.now - served_at <= queue.sticky_s:
                preferred, limit_s = (agent,), queue.preferred_wait_s
        work.place = self.place(work)
        named = [self.agents[name] for name in preferred if name in self.agents]
        if any(PRESENCE[agent.status].logged_in for agent in named):
            work.preferred, work.reserved_until = preferred, self.now + limit_s
        ahead = [w for w in self.present(queue.id) if w.state != "scheduled"]
        self.works[item.id] = work
        if item.not_before is not None and item.not_before > self.now:
            work.state = "scheduled"
            self.open_channel(work)
            self.limit(work)
            return
        self.open_channel(work)
        cause = self.barred(work, len(ahead))
        if cause is not None and not self.open_site(work, cause):
            self.unserved(work, cause)
            return
        self.limit(work)
        if limit_s == 0 and not any(self.free_for(name, item.channel) for name in work.preferred):
            work.reserved_until = None
            if work.preferred:
                self.limit(work)
        self.seek_agent(work)

    def WorkAbandoned(self, event: e.WorkAbandoned) -> None:
        self.left(event.work, hung_up=True)

    def WorkEnded(self, event: e.WorkEnded) -> None:
        self.left(event.work, hung_up=False)

    def left(self, name: str, *, hung_up: bool) -> None:
        work = self.works.get(name)
        if work is None:
            return
        if work.state == "connected":
            self.ended(work)
        elif work.state == "dialling":
            if not hung_up:
                self.missed(work)
        elif work.item.channel is not Channel.CALLBACK:
            if self.queues[work.item.queue].resume_s and work.item.caller:
                self.places[work.item.queue, work.item.caller] = (self.now, work.since)
            self.gone(work, d.WithdrawalCause.ABANDONED)

    def gone(self, work: NaiveWork, cause: d.WithdrawalCause) -> None:
        freed = self.withdraw(work, cause)
        del self.works[work.item.id]
        self.seek_work_in_turn(freed)

    def WorkWithdrawn(self, event: e.WorkWithdrawn) -> None:
        work = self.works.get(event.work)
        if work and work.state not in ("connected", "dialling"):
            self.gone(work, d.WithdrawalCause.WITHDRAWN)

    def WorkDiverted(self, event: e.WorkDiverted) -> None:
        work = self.works.get(event.work)
        if work and work.state != "connected":
            held = work.agents if work.state == "dialling" else []
            freed = self.withdraw(work, d.WithdrawalCause.DIVERTED)
            self.out.append(d.Overflow(work.item.id, event.to))
            del self.works[event.work]
            self.let_go_of(held, work)
            self.seek_work_in_turn(freed)

    def WorkReprioritised(self, event: e.WorkReprioritised) -> None:
        work = self.works.get(event.work)
        if work and work.state not in ("connected", "dialling"):
            work.item = replace(work.item, priority=event.priority)
            work.place = self.place(work)

    def WorkHeld(self, event: e.WorkHeld) -> None:
        work = self.works.get(event.work)
        agents = work.agents if work and work.state == "connected" else []
        tasks = [agent.tasks[event.work] for agent in agents if event.work in agent.tasks]
        for task in tasks:
            if task.doing in ("talking", "held"):
                task.doing = "held" if event.held else "talking"

    def CallbackRequested(self, event: e.CallbackRequested) -> None:
        work = self.works.get(event.work)
        if work and work.item.channel is Channel.VOICE and work.state in ("waiting", "offered"):
            freed = self.call_back(work, event.number, event.not_before)
            if work.state == "waiting":
                self.seek_agent(work)
            self.seek_work_in_turn(freed)

    def CallbackConnected(self, event: e.CallbackConnected) -> None:
        work = self.works.get(event.work)
        if work and work.state == "dialling":
            work.state = "connected"

    def CallbackFailed(self, event: e.CallbackFailed) -> None:
        work = self.works.get(event.work)
        if work and work.state == "dialling":
            self.missed(work)

    def missed(self, work: NaiveWork) -> None:
        queue = self.queues.get(work.item.queue)
        agents, work.agents = work.agents, []
        if queue is None:
            self.out.append(d.Refuse(work.item.id, d.TurnedAwayCause.QUEUE_REMOVED))
            del self.works[work.item.id]
        elif work.attempts < queue.callback_attempts:
            work.state = "scheduled"
            work.item = replace(work.item, not_before=self.now + queue.callback_retry_s)
            self.limit(work)
        else:
            del self.works[work.item.id]
        self.let_go_of(agents, work)

    # Offers.

    def standing(self, name: str, agent_id: str) -> tuple[NaiveWork, NaiveAgent] | None:
        work, agent = self.works.get(name), self.agents.get(agent_id)
        if work and agent and work.state == "offered" and agent in work.agents:
            return work, agent
        return None

    def OfferRinging(self, event: e.OfferRinging) -> None:
        pass

    def OfferAccepted(self, event: e.OfferAccepted) -> None:
        offer = self.standing(event.work, event.agent)
        if offer is None:
            return
        work, agent = offer
        item, task = work.item, agent.tasks[event.work]
        if item.channel is Channel.CALLBACK:
            work.attempts += 1
            self.out.append(d.DialBack(item.id, agent.id, item.number or item.caller, work.attempts))
        else:
            self.out.append(d.Connect(item.id, agent.id))
        others = [one for one in work.agents if one is not agent]
        for other in others:
            self.withdraw(work, d.WithdrawalCause.ANSWERED_ELSEWHERE, only=other)
        work.state, work.timer = "dialling" if item.channel is Channel.CALLBACK else "connected", None
        task.doing, task.timer, task.connected_at = "talking", None, self.now
        agent.free, agent.missed = (0.0, 0), 0
        agent.calls += 1
        for one in agent.tasks.values():
            if item.channel not in YIELDING and one.channel in YIELDING and one.doing == "talking":
                one.doing, one.suspended = "held", True
                self.out.append(d.Suspend(one.work, agent.id))
        self.seek_work(agent)
        self.seek_work_in_turn(others)

    def OfferRefused(self, event: e.OfferRefused) -> None:
        offer = self.standing(event.work, event.agent)
        if offer:
            self.let_go(*offer)
            self.not_taken(*offer, event.cause)

    def WrapUpEnded(self, event: e.WrapUpEnded) -> None:
        agent = self.agents.get(event.agent)
        for task in list(agent.tasks.values()) if agent else ():
            queue = self.queues.get(task.queue)
            shortest_s = queue.wrap_up_min_s if queue else 0.0
            if agent and task.doing == "wrap_up" and (event.forced or self.now - task.ended_at >= shortest_s):
                self.release(agent, task)

    def WrapUpExtended(self, event: e.WrapUpExtended) -> None:
        agent = self.agents.get(event.agent)
        for task in agent.tasks.values() if agent else ():
            if task.doing == "wrap_up" and task.timer:
                queue, due = self.queues.get(task.queue), task.timer[0] + event.by_s
                if queue and queue.wrap_up_max_s is not None:
                    due = max(task.timer[0], min(due, task.ended_at + queue.wrap_up_max_s))
                task.timer = (due, self.tick())

    def ChanceSeeded(self, event: e.ChanceSeeded) -> None:
        self.chooser.seed = event.seed

    def ClockReached(self, event: e.ClockReached) -> None:
        while (timers := self.timers()) and timers[0][0][0] <= self.now:
            record = timers[0][1]
            record.timer = None
            if isinstance(record, NaiveWork):
                self.work_due(record)
            elif isinstance(record, NaiveTask):
                agent = next(a for a in self.agents.values() if record in a.tasks.values())
                if record.doing == "offered":
                    work = self.works[record.work]
                    self.withdraw(work, d.WithdrawalCause.NO_ANSWER, only=agent)
                    self.not_taken(work, agent, d.RefusalCause.NO_ANSWER)
                else:
                    self.release(agent, record)
            else:
                self.bell(record)

    def bell(self, bell: NaiveBell) -> None:
        agent = next(a for a in self.agents.values() if bell in (a.rest, a.limit))
        if bell is agent.rest:
            agent.rest = None
            self.seek_work(agent)
        else:
            agent.limit = None
            self.out.append(d.TellOverdue(agent.id, agent.status_since))

    def work_due(self, work: NaiveWork) -> None:
        queue = self.queues[work.item.queue]
        steps = timeline(queue)
        if work.state == "scheduled":
            work.state, work.entered_at = "waiting", self.now
            self.limit(work)
            self.seek_agent(work)
            return
        ends = self.wait_ends(work)
        if ends is not None and ends <= self.now and not self.open_site(work, OverflowCause.MAX_WAIT):
            freed = self.withdraw(work, d.WithdrawalCause.MAX_WAIT)
            self.unserved(work, OverflowCause.MAX_WAIT)
            self.seek_work_in_turn(freed)
            return
        if work.reserved_until is not None and work.reserved_until <= self.now:
            work.reserved_until = None
        while work.step + 1 < len(steps) and work.entered_at + steps[work.step + 1] <= self.now:
            work.step += 1
        self.limit(work)
        self.seek_further(work)
