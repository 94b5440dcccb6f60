"""A router that is slow and plain: lists, scans and sorts, so that it is right at a glance.

It knows the same rules as ``acd.router`` and none of its indexes. Skills are looked up with ``requirement`` as well,
which has tests of its own. Its events are in ``naive_events``.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace
from tests.property.acd.naive_records import NOT_FREE, NaiveAgent, NaiveBell, NaiveTask, NaiveWork
from tests.property.acd.naive_strategies import NEVER, Chooser, NaiveSeat, note_busy, note_talk, seat, timeline
from tests.property.acd.naive_strategies import overflow_site as site_of

from acd import decisions as d
from acd.agent import PRESENCE, AgentStatus
from acd.channels import YIELDING
from acd.model import Channel, OverflowCause, Queue
from acd.places import DUE_LEAD_S, PRIORITY_S

Timed = NaiveTask | NaiveBell | NaiveWork


class NaiveFloor:
    """What is there, and the moves."""

    def __init__(self) -> None:
        self.queues: dict[str, Queue] = {}
        self.agents: dict[str, NaiveAgent] = {}
        self.works: dict[str, NaiveWork] = {}
        self.closed: set[str] = set()
        self.closed_sites: set[str] = set()
        self.channels: dict[str, set[Channel]] = {}
        """Of which a queue ever had work."""
        self.places: dict[tuple[str, str], tuple[float, float]] = {}
        self.served: dict[tuple[str, str], tuple[float, str]] = {}
        self.chooser = Chooser()
        self.serial = 0
        self.now = 0.0
        self.out: list[d.Decision] = []

    def timers(self) -> list[tuple[tuple[float, int], Timed]]:
        bells = [bell for a in self.agents.values() for bell in (a.rest, a.limit, *a.tasks.values()) if bell]
        records: list[Timed] = [*self.works.values(), *bells]
        return sorted(((r.timer, r) for r in records if r.timer), key=lambda pair: pair[0])

    def tick(self) -> int:
        self.serial += 1
        return self.serial

    # Who may have what.

    def seat(self, agent: NaiveAgent, queue: str) -> NaiveSeat | None:
        return seat(agent, self.queues[queue], self.closed_sites) if queue in self.queues else None

    def free_for(self, name: str, channel: Channel) -> bool:
        agent = self.agents.get(name)
        return agent is not None and agent.in_line and channel in agent.channels()

    def candidates(self, work: NaiveWork) -> list[tuple[NaiveAgent, NaiveSeat]]:
        """Who is free for work, the first to be asked first."""
        queue, channel = self.queues[work.item.queue], work.item.channel
        free = [a for a in self.agents.values() if self.free_for(a.id, channel)]
        seats = [(a, s) for a in free if (s := self.seat(a, queue.id)) and self.reached(s, work)]
        # Whom only the overflow makes a candidate comes after the others, by the step at which she is asked then.
        beyond = len(timeline(queue))
        seats = [(a, s if s.ring <= work.step else s._replace(ring=beyond + s.opened)) for a, s in seats]

        def key(pair: tuple[NaiveAgent, NaiveSeat]) -> tuple[object, ...]:
            agent, at = pair
            ring = 0 if queue.strategy == "ring_all" else at.ring
            order = self.chooser.order(agent, queue, at, channel)
            return ring, at.rank, len(agent.tasks), order, agent.free

        return sorted(seats, key=key)

    def may_have(self, agent: NaiveAgent, work: NaiveWork) -> bool:
        if work.item.channel not in agent.channels():
            return False
        if work.reserved_until is not None:
            return agent.id in work.preferred
        at = self.seat(agent, work.item.queue)
        return at is not None and self.reached(at, work)

    def reached(self, at: NaiveSeat, work: NaiveWork) -> bool:
        return at.ring <= work.step or (work.opened is not None and at.opened <= work.step)

    def staff(self, queue: str) -> list[NaiveSeat]:
        """The seats of those who are logged in."""
        logged_in = [a for a in self.agents.values() if PRESENCE[a.status].logged_in]
        return [at for a in logged_in if (at := self.seat(a, queue))]

    def present(self, queue: str) -> list[NaiveWork]:
        works = [w for w in self.works.values() if w.item.queue == queue and w.state != "connected"]
        return sorted(works, key=lambda w: (w.item.arrived_at, w.serial))

    def place(self, work: NaiveWork) -> float:
        queue, item = self.queues[work.item.queue], work.item
        vip = any(item.caller.startswith(number) for number in queue.vip) if item.caller else False
        start = work.since if item.due_at is None else item.due_at - DUE_LEAD_S
        ivr = item.ivr_s if queue.count_ivr else 0.0
        return start - ivr - PRIORITY_S * (queue.priority + item.priority + (queue.vip_priority if vip else 0))

    # Matching.

    def offer(self, work: NaiveWork, agent: NaiveAgent) -> None:
        queue, item = self.queues[work.item.queue], work.item
        work.state = "offered"
        work.agents.append(agent)
        task = agent.tasks[item.id] = NaiveTask(item.id, queue.id, item.channel, agent.weight(item.channel), item.id)
        task.timer = (self.now + queue.ring_timeout_s, self.tick())
        note_busy(agent, self.now)
        self.out.append(d.Offer(item.id, agent.id, queue.id, queue.ring_timeout_s))

    def line_up(self, agent: NaiveAgent) -> None:
        agent.in_line = bool(agent.channels())
        for queue in self.queues.values() if agent.in_line else ():
            at = self.seat(agent, queue.id)
            for channel in self.channels[queue.id] & set(agent.channels()) if at else ():
                self.chooser.cast(agent, queue, at, channel)  # type: ignore[arg-type]

    def seek_agent(self, work: NaiveWork) -> bool:
        queue, channel = self.queues[work.item.queue], work.item.channel
        if work.reserved_until is not None:
            named = [self.agents[name] for name in work.preferred if self.free_for(name, channel)]
            for agent in named[:1]:
                self.offer(work, agent)
                self.line_up(agent)
            return bool(named)
        if queue.strategy == "ring_all":
            return self.ring_all(work)
        for agent, at in self.candidates(work)[:1]:
            self.chooser.chose(agent, queue, at, channel)
            self.offer(work, agent)
            self.line_up(agent)
            return True
        return False

    def ring_all(self, work: NaiveWork) -> bool:
        found = self.candidates(work)
        for agent, at in found:
            if at.rank == found[0][1].rank and work.item.id not in agent.tasks:
                self.offer(work, agent)
                self.line_up(agent)
        return bool(work.agents)

    def seek_work(self, agent: NaiveAgent) -> None:
        note_busy(agent, self.now)
        while agent.channels():
            if agent.free == NOT_FREE:
                agent.free = (self.now, self.tick())
            works = [w for w in self.works.values() if w.state == "waiting" and self.may_have(agent, w)]
            if not works and not agent.offered:
                works = [w for w in self.works.values() if self.rings_on(w) and self.may_have(agent, w)]
            if not works:
                self.line_up(agent)
                return
            self.offer(min(works, key=lambda w: w.key), agent)
        agent.in_line = False
        if not agent.offered:
            agent.free = NOT_FREE

    def rings_on(self, work: NaiveWork) -> bool:
        ringing = work.state == "offered" and work.reserved_until is None
        return ringing and self.queues[work.item.queue].strategy == "ring_all"

    def seek_further(self, work: NaiveWork) -> None:
        if work.state == "waiting":
            self.seek_agent(work)
        elif self.rings_on(work):
            self.ring_all(work)

    def seek_work_in_turn(self, agents: Iterable[NaiveAgent]) -> None:
        for agent in sorted(agents, key=lambda a: a.free if a.free != NOT_FREE else (self.now, 0)):
            self.seek_work(agent)

    # Offers that come to nothing.

    def let_go(self, work: NaiveWork, agent: NaiveAgent) -> None:
        work.agents.remove(agent)
        work.state = "offered" if work.agents else "waiting"
        del agent.tasks[work.item.id]
        agent.in_line = False
        note_busy(agent, self.now)

    def withdraw(self, work: NaiveWork, cause: d.WithdrawalCause, only: NaiveAgent | None = None) -> list[NaiveAgent]:
        """Who held an offer of the work."""
        agents = [only] if only else list(work.agents) if work.state == "offered" else []
        for agent in agents:
            self.out.append(d.WithdrawOffer(work.item.id, agent.id, cause))
            self.let_go(work, agent)
        return agents

    def move_on(self, work: NaiveWork) -> None:
        if not work.agents:
            self.seek_agent(work)

    def not_taken(self, work: NaiveWork, agent: NaiveAgent, cause: d.RefusalCause) -> None:
        queue = self.queues[work.item.queue]
        if cause is d.RefusalCause.NO_ANSWER:
            agent.missed += 1
            if 0 < queue.pause_after_missed <= agent.missed:
                agent.missed = 0
                self.set_status(agent, AgentStatus.BREAK)
                self.out.append(d.PauseAgent(agent.id, "missed calls"))
                self.move_on(work)
                self.condition(agent, d.WithdrawalCause.AGENT_AWAY)
                return
        delays = {"declined": queue.refused_delay_s, "no_answer": queue.no_answer_delay_s, "busy": queue.busy_delay_s}
        delay_s = delays.get(cause)
        agent.rest, agent.free, agent.in_line = NaiveBell(), NOT_FREE, False
        agent.rest.timer = (self.now + (queue.retry_delay_s if delay_s is None else delay_s), self.tick())
        self.move_on(work)

    def condition(self, agent: NaiveAgent, cause: d.WithdrawalCause) -> None:
        note_busy(agent, self.now)
        works = [self.works[task.work] for task in agent.offered] if not agent.willing else []
        agent.in_line = agent.in_line and agent.willing
        for work in works:
            self.withdraw(work, cause, only=agent)
        for work in works:
            self.move_on(work)
        self.seek_work(agent)

    def set_status(self, agent: NaiveAgent, status: AgentStatus) -> None:
        if status is agent.status:
            return
        if not PRESENCE[agent.status].logged_in:
            agent.calls = agent.missed = 0
        agent.status, agent.status_since, agent.limit = status, self.now, None
        if status is AgentStatus.BREAK and agent.profile.max_break_s is not None:
            agent.limit = NaiveBell((self.now + agent.profile.max_break_s, self.tick()))

    # Work that ends.

    def limit(self, work: NaiveWork) -> None:
        steps = timeline(self.queues[work.item.queue])
        if work.state == "scheduled":
            due = [work.item.not_before]
        else:
            due = [work.reserved_until]
            due += [work.entered_at + steps[work.step + 1]] if work.step + 1 < len(steps) else []
            due.append(self.wait_ends(work))
        instants = [instant for instant in due if instant is not None]
        work.timer = (min(instants), self.tick()) if instants else None

    def wait_ends(self, work: NaiveWork) -> float | None:
        queue = self.queues[work.item.queue]
        waits_on = work.opened is not None and queue.overflow and OverflowCause.MAX_WAIT in queue.overflow.when
        if queue.max_wait_s is None or work.item.channel not in (Channel.VOICE, Channel.CHAT) or waits_on:
            return None
        return work.entered_at + queue.max_wait_s

    def open_site(self, work: NaiveWork, cause: OverflowCause) -> bool:
        queue = self.queues[work.item.queue]
        site = site_of(queue)
        if not queue.overflow or site is None or cause not in queue.overflow.when or cause is OverflowCause.FULL:
            return False
        there = any(at.opened < at.ring for at in self.staff(queue.id))
        if work.opened is None and there:
            work.opened = (site, cause)
        return work.opened is not None

    def barred(self, work: NaiveWork, ahead: int) -> OverflowCause | None:
        queue = self.queues[work.item.queue]
        if work.item.channel not in (Channel.VOICE, Channel.CHAT):
            return None
        if queue.id in self.closed:
            return OverflowCause.CLOSED
        if self.candidates(work) or any(self.free_for(name, work.item.channel) for name in work.preferred):
            return None
        if queue.max_length is not None and ahead >= queue.max_length:
            return OverflowCause.FULL
        leaves = queue.overflow is not None and OverflowCause.NO_AGENTS in queue.overflow.when
        return OverflowCause.NO_AGENTS if leaves and self.is_deserted(queue.id) else None

    def is_deserted(self, queue: str) -> bool:
        return all(at.ring == NEVER for at in self.staff(queue))

    def unserved(self, work: NaiveWork, cause: OverflowCause) -> None:
        overflow = self.queues[work.item.queue].overflow
        to = overflow.to if overflow and cause in overflow.when else None
        if to == "callback" and work.item.channel is Channel.VOICE and work.item.caller:
            self.call_back(work, "", None)
            self.seek_agent(work)
        elif to in (None, "callback") or site_of(self.queues[work.item.queue]):
            self.out.append(d.Refuse(work.item.id, d.TurnedAwayCause(cause)))
            del self.works[work.item.id]
        else:
            self.out.append(d.Overflow(work.item.id, to or ""))
            del self.works[work.item.id]

    def call_back(self, work: NaiveWork, number: str, not_before: float | None) -> list[NaiveAgent]:
        freed = self.withdraw(work, d.WithdrawalCause.BECAME_CALLBACK)
        number = number or work.item.number or work.item.caller
        work.item = replace(work.item, channel=Channel.CALLBACK, number=number, not_before=not_before)
        work.preferred, work.reserved_until = (), None
        self.open_channel(work)
        if not_before is not None and not_before > self.now:
            work.state = "scheduled"
        self.out.append(d.BecomeCallback(work.item.id, number))
        self.limit(work)
        return freed

    def open_channel(self, work: NaiveWork) -> None:
        channels = self.channels[work.item.queue]
        if work.item.channel not in channels:
            channels.add(work.item.channel)
            for agent in self.agents.values():
                if agent.in_line:
                    self.line_up(agent)

    def clear(self, queue: str, cause: OverflowCause, withdrawal: d.WithdrawalCause) -> None:
        overflow = self.queues[queue].overflow
        if not overflow or cause not in overflow.when:
            return
        site = site_of(self.queues[queue])
        if site is not None:
            works = [w for w in self.present(queue) if w.opened is None]
            works = [w for w in works if w.item.channel in (Channel.VOICE, Channel.CHAT)]
            for work in works:
                work.opened = (site, cause)
                self.limit(work)
            for work in sorted(works, key=lambda w: w.key):
                self.seek_further(work)
            return
        freed = []
        for work in self.present(queue):
            if work.item.channel in (Channel.VOICE, Channel.CHAT):
                freed += self.withdraw(work, withdrawal)
                self.unserved(work, cause)
        self.seek_work_in_turn(freed)

    def deserted(self, queues: list[str]) -> None:
        for queue in sorted(queues):
            if queue in self.queues and self.is_deserted(queue):
                self.clear(queue, OverflowCause.NO_AGENTS, d.WithdrawalCause.QUEUE_LEFT)

    def queues_of(self, agent: NaiveAgent) -> list[str]:
        return [queue for queue in self.queues if self.seat(agent, queue)]

    def served_by(self, agent: NaiveAgent) -> list[str]:
        """Her queues, but for those that only overflow to her site."""
        return [queue for queue in self.queues if (at := self.seat(agent, queue)) and at.ring != NEVER]

    def ended(self, work: NaiveWork) -> None:
        queue = self.queues.get(work.item.queue)
        del self.works[work.item.id]
        for agent in work.agents:
            task = agent.tasks.get(work.item.id)
            if self.agents.get(agent.id) is not agent or task is None:
                continue
            note_talk(agent, task.connected_at, self.now)
            task.doing, task.ended_at, task.suspended = "wrap_up", self.now, False
            del agent.tasks[task.key]
            task.key = f"{task.work} {self.tick()}"
            agent.tasks[task.key] = task
            if queue and queue.sticky_s and work.item.caller:
                self.served[queue.id, work.item.caller] = (self.now, agent.id)
            if queue and queue.wrap_up_s:
                task.timer = (self.now + queue.wrap_up_s, self.tick())
            else:
                self.release(agent, task)

    def let_go_of(self, agents: list[NaiveAgent], work: NaiveWork) -> None:
        for agent in agents:
            if self.agents.get(agent.id) is agent and work.item.id in agent.tasks:
                self.release(agent, agent.tasks[work.item.id])

    def release(self, agent: NaiveAgent, task: NaiveTask) -> None:
        del agent.tasks[task.key]
        note_busy(agent, self.now)
        if all(one.channel in YIELDING for one in agent.tasks.values()):
            for one in agent.tasks.values():
                if one.suspended:
                    one.suspended = False
                    one.doing = "talking" if one.doing == "held" else one.doing
                    self.out.append(d.TakeUp(one.work, agent.id))
        if not agent.tasks and agent.pending is not None:
            status, agent.pending = agent.pending, None
            self.set_status(agent, status)
            self.out.append(d.TellStatus(agent.id, status, ""))
            if not PRESENCE[status].logged_in:
                self.deserted(self.served_by(agent))
        self.seek_work(agent)
