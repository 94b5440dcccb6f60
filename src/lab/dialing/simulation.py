"""A campaign in virtual time: calls that ring, agents who talk and wrap up, and a pacing that is asked in between.

It does all counting itself; what a pacing is shown are its own live tables. Whoever is answered has the agent who has
been idle longest; calls wait in the order of their answers.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from heapq import heappop, heappush
from typing import NamedTuple

from dialer.outcome import Outcome as Cause
from dialer.pacing.observations import AgentCame, AgentLeft, CallAnswered, CallFailed, TalkEnded, WrapUpEnded
from dialer.pacing.view import Pacing, View
from lab.dialing.fates import Fate, fates
from lab.dialing.scenario import WORTH_A_RATIO, Outcome, Scenario


class Kind(IntEnum):
    """What comes next on the agenda; the number is its call, or its agent."""

    ANSWER = 0
    NO_ANSWER = 1
    TALK_OVER = 2
    WRAP_UP_OVER = 3
    PATIENCE_OVER = 4
    SHIFT = 5
    TICK = 6
    WARM = 7


class Calls(NamedTuple):
    """How many there were."""

    dialled: int = 0
    answered: int = 0
    dropped: int = 0


class Simulation:
    """One run of a scenario. The tables may be read, by whoever is to know more than a pacing can."""

    def __init__(self, scenario: Scenario, pacing: Pacing, seed: int) -> None:
        self.scenario = scenario
        self.pacing = pacing
        self.now = 0.0
        self.idle: dict[int, float] = dict.fromkeys(range(scenario.agents), 0.0)
        """Agents and since when; she who has been idle longest comes first."""
        self.talking: dict[int, float] = {}
        self.wrap_up: dict[int, float] = {}
        self.ringing: dict[int, float] = {}
        """Calls and when they were dialled, in that order."""
        self.waiting: dict[int, float] = {}
        self.with_agent: dict[int, Fate] = {}
        """The fate of the lead whom an agent talks with, or wraps up after."""
        self._leads = fates(scenario.leads, seed)
        self._fate: dict[int, Fate] = {}
        self._leaving: set[int] = set()
        self._away: set[int] = set()
        self._last_talk: dict[int, float] = {}
        """Agents who end a call yet before they leave, whom the pacing does not see any more."""
        self._last_wrap_up: dict[int, float] = {}
        self._shifts = 0
        self._agenda: list[tuple[float, int, Kind, int]] = []
        self._serial = 0
        self._dialled = self._answered = self._dropped = 0
        self._waited_s = self._busy_s = self._present_s = 0.0
        self._before = Calls()
        self._worst_ratio = 0.0
        self._busy = 0
        self._present = scenario.agents

    def run(self) -> Outcome:
        """All of it."""
        react: list[Callable[[int], None]] = [
            self._on_answer, self._on_no_answer, self._on_talk_over, self._on_wrap_up_over, self._on_patience_over,
            self._on_shift, self._on_tick, self._on_warm,
        ]  # fmt: skip
        agenda, length_s = self._agenda, self.scenario.length_s
        on_events = self.scenario.asked_on_events
        if self.scenario.leave_share:
            self._at(self.scenario.leave_s, Kind.SHIFT, 0)
        self._at(0.0, Kind.TICK, 0)
        self._at(self.scenario.warm_up_s, Kind.WARM, 0)
        while agenda[0][0] < length_s:
            at, _, kind, number = heappop(agenda)
            self._pass(at)
            react[kind](number)
            if agenda[0][0] > at and (on_events or kind is Kind.TICK):
                self._dial()
        self._pass(length_s)
        return Outcome(
            dialled=self._dialled - self._before.dialled,
            answered=self._answered - self._before.answered,
            dropped=self._dropped - self._before.dropped,
            waited_s=self._waited_s,
            busy_s=self._busy_s,
            present_s=self._present_s,
            running_ratio=self._dropped / self._answered if self._answered else 0.0,
            worst_ratio=self._worst_ratio,
        )

    def _at(self, at: float, kind: Kind, number: int) -> None:
        self._serial += 1
        heappush(self._agenda, (at, self._serial, kind, number))

    def _pass(self, at: float) -> None:
        elapsed = at - self.now
        self._busy_s += self._busy * elapsed
        self._present_s += self._present * elapsed
        self.now = at

    def _dial(self) -> None:
        now, scenario = self.now, self.scenario
        view = View(
            now,
            self.idle.values(),
            self.talking.values(),
            self.wrap_up.values(),
            self.ringing.values(),
            self.waiting.values(),
            self._answered,
            self._dropped,
            scenario.limit,
        )
        calls = self.pacing.decide(view)
        if not calls:
            return
        rates = scenario.answer_rates
        rate = rates[int(now // scenario.rate_s) % len(rates)]
        for call in range(self._dialled, self._dialled + calls):
            fate = next(self._leads)
            self.ringing[call] = now
            if fate.luck < rate:
                self._fate[call] = fate
                self._at(now + fate.ring_s, Kind.ANSWER, call)
            else:
                self._at(now + scenario.leads.longest_ring_s, Kind.NO_ANSWER, call)
        self._dialled += calls

    def _on_tick(self, _: int) -> None:
        self._at(self.now + self.scenario.tick_s, Kind.TICK, 0)

    def _on_warm(self, _: int) -> None:
        self._before = Calls(self._dialled, self._answered, self._dropped)
        self._waited_s = self._busy_s = self._present_s = 0.0

    def _on_answer(self, call: int) -> None:
        self.pacing.observe(CallAnswered(self.now - self.ringing.pop(call)), self.now)
        self._answered += 1
        if self.idle:
            agent = next(iter(self.idle))
            del self.idle[agent]
            self._connect(agent, call)
        elif self.scenario.patience_s > 0:
            self.waiting[call] = self.now
            self._at(self.now + self.scenario.patience_s, Kind.PATIENCE_OVER, call)
        else:
            self._drop(call)

    def _on_no_answer(self, call: int) -> None:
        self.pacing.observe(CallFailed(self.now - self.ringing.pop(call), Cause.NO_ANSWER), self.now)

    def _on_patience_over(self, call: int) -> None:
        if call in self.waiting:
            del self.waiting[call]
            self._drop(call)

    def _drop(self, call: int) -> None:
        del self._fate[call]
        self._dropped += 1
        if self._answered >= WORTH_A_RATIO:
            self._worst_ratio = max(self._worst_ratio, self._dropped / self._answered)

    def _connect(self, agent: int, call: int) -> None:
        fate = self.with_agent[agent] = self._fate.pop(call)
        self._busy += 1
        self.talking[agent] = self.now
        self._at(self.now + fate.talk_s, Kind.TALK_OVER, agent)

    def _on_talk_over(self, agent: int) -> None:
        if agent in self.talking:
            self.pacing.observe(TalkEnded(self.now - self.talking.pop(agent)), self.now)
            self.wrap_up[agent] = self.now
        else:
            del self._last_talk[agent]
            self._last_wrap_up[agent] = self.now
        self._at(self.now + self.with_agent[agent].wrap_up_s, Kind.WRAP_UP_OVER, agent)

    def _on_wrap_up_over(self, agent: int) -> None:
        self._busy -= 1
        del self.with_agent[agent]
        if agent in self.wrap_up:
            self.pacing.observe(WrapUpEnded(self.now - self.wrap_up.pop(agent)), self.now)
        else:
            del self._last_wrap_up[agent]
        if agent in self._leaving:
            self._leave(agent)
            if not self.scenario.leaving_is_known:
                self.pacing.observe(AgentLeft(), self.now)
        else:
            self._is_free(agent)

    def _is_free(self, agent: int) -> None:
        if self.waiting:
            call = next(iter(self.waiting))
            self._waited_s += self.now - self.waiting.pop(call)
            self._connect(agent, call)
        else:
            self.idle[agent] = self.now

    def _on_shift(self, _: int) -> None:
        """Agents leave, or come back: every time others, so that nobody is always there."""
        self._at(self.now + self.scenario.leave_s, Kind.SHIFT, 0)
        size, number = self.scenario.agents, round(self.scenario.leave_share * self.scenario.agents)
        if self._shifts % 2:
            self._leaving.clear()
            # Whoever has not ended her last call yet need not go.
            self.talking.update(self._last_talk)
            self.wrap_up.update(self._last_wrap_up)
            self._last_talk.clear()
            self._last_wrap_up.clear()
            for agent in sorted(self._away):
                self._away.discard(agent)
                self._present += 1
                self.pacing.observe(AgentCame(), self.now)
                self._is_free(agent)
        else:
            first = self._shifts // 2 * number
            for agent in (which % size for which in range(first, first + number)):
                self._leaving.add(agent)
                if agent in self.idle:
                    del self.idle[agent]
                    self._leave(agent)
                    self.pacing.observe(AgentLeft(), self.now)
                elif self.scenario.leaving_is_known:
                    self._vanish(agent)
        self._shifts += 1

    def _vanish(self, agent: int) -> None:
        if agent in self.talking:
            since = self._last_talk[agent] = self.talking.pop(agent)
            self.pacing.observe(AgentLeft(talked_s=self.now - since), self.now)
        else:
            since = self._last_wrap_up[agent] = self.wrap_up.pop(agent)
            self.pacing.observe(AgentLeft(wrapped_up_s=self.now - since), self.now)

    def _leave(self, agent: int) -> None:
        self._leaving.discard(agent)
        self._away.add(agent)
        self._present -= 1
