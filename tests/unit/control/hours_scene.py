"""A distributor whose queues and sites open by the clock, which a test moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from acd import events as acd
from acd.agent import AgentStatus
from acd.decisions import Decision
from acd.model import WorkItem
from acd.router import Router
from control.adapters.declaring import declarations, declared
from control.adapters.directory import Directory
from control.adapters.hours import HoursDesk, Surroundings
from control.nouns import NOUN_OF, Agent, Change, Noun, NounName, id_of


def utc(text: str) -> float:
    return datetime.fromisoformat(text + "+00:00").timestamp()


class Alarm:
    """One that was asked for."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act: Callable[[], None] | None = act

    def cancel(self) -> None:
        self.act = None


class HoursScene:
    """The configuration, the desk and the router; nothing happens but by ``until``."""

    def __init__(self, begins: str, *nouns: Noun) -> None:
        self.now = utc(begins)
        self.router = Router()
        self.posted: list[acd.Event] = []
        self.decisions: list[Decision] = []
        self.foretold: list[str] = []
        self.directory = Directory()
        self._alarms: list[tuple[float, int, Alarm]] = []
        self._count = count()
        self.directory.load(nouns)
        self.start()

    def start(self) -> None:
        """Begin, or begin anew where the router stands."""
        for _, _, alarm in self._alarms:
            alarm.cancel()
        self.desk = HoursDesk(
            self.directory,
            Surroundings(lambda: self.router, self.post, lambda: self.now, self._later, self.foretold.append),
        )
        for event in declarations(self.directory):
            self.post(event)
        self.posted.clear()
        self.desk.start()

    def post(self, event: acd.Event) -> None:
        self.posted.append(event)
        self.decisions += self.router.decide(event, self.now)

    def put(self, value: Noun) -> None:
        self._change(Change(NOUN_OF[type(value)], id_of(value), value))

    def delete(self, noun: NounName, id: str) -> None:
        self._change(Change(noun, id, None))

    def _change(self, change: Change) -> None:
        self.directory.change(change)
        for event in declared(change, self.directory):
            self.post(event)
        self.desk.changed(change)

    def log_in(self, agent: str, site: str) -> None:
        self.put(Agent(agent, agent.title(), agent, "", "", site=site))
        self.post(acd.AgentReachable(agent, True))
        self.post(acd.AgentStatusSet(agent, AgentStatus.AVAILABLE))

    def call(self, work: str, queue: str = "support") -> list[Decision]:
        """What is decided when a call comes."""
        self.decisions.clear()
        self.post(acd.WorkArrived(WorkItem(work, queue, self.now)))
        return list(self.decisions)

    def until(self, instant: str) -> list[Decision]:
        """Let time pass, and whatever is due on the way happen; what was decided."""
        self.decisions.clear()
        end = utc(instant)
        while True:
            due = self.router.next_timer()
            rings = self._alarms[0][0] if self._alarms else None
            first = min((at for at in (due, rings) if at is not None), default=None)
            if first is None or first > end:
                break
            self.now = max(self.now, first)
            if first == rings:
                _, _, alarm = heappop(self._alarms)
                if alarm.act is not None:
                    alarm.act()
            else:
                self.post(acd.ClockReached())
        self.now = end
        return list(self.decisions)

    def set_clock(self, instant: str) -> None:
        """Set the wall clock, by which no alarm moves."""
        change = utc(instant) - self.now
        self.now += change
        self._alarms = [(at + change, number, alarm) for at, number, alarm in self._alarms]

    def _later(self, delay_s: float, act: Callable[[], None]) -> Alarm:
        alarm = Alarm(act)
        heappush(self._alarms, (self.now + delay_s, next(self._count), alarm))
        return alarm
