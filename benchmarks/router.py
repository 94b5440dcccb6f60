"""What a routing decision costs, with few agents and with many: ``python benchmarks/router.py``.

Both searches are timed, each ``decide`` by itself, in CPU time of the thread: a call that looks for an agent while
about nine of ten talk, and an agent who looks for a call while callers wait in every queue. The naive router of the
tests, which scans, is timed beside. A profile is a set of skills with their levels. The garbage collector is set as the
program sets it (``control.wiring``); its pauses, which whatever event happens to be next has to bear, are listed by
themselves. A run is the same each time, so it is repeated, and of each decision the least time counts: it has all that
the router does, and little of what a machine adds that has other things to do. That shows in the rows of one run alone,
and in a loop of fixed length that is timed after each call.
"""

from __future__ import annotations

import gc
import sys
from collections import defaultdict, deque
from pathlib import Path
from random import Random
from time import thread_time
from typing import Protocol

from msgspec import Struct
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.property.acd.naive_events import NaiveRouter

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Decision, Offer
from acd.journal import encode_record
from acd.model import AgentProfile, Queue, WorkItem
from acd.router import Router

CALLS = 20_000
NAIVE_CALLS = 3
RUNS = 5
QUEUES = 200
SKILLS = 200
GARBAGE_THRESHOLDS = (10_000, 2_500, 1_000)
FOR_AGENT = "a call looks for an agent"
FOR_CALL = "an agent looks for a call"
ALL = "the whole way of a call"
LOOP = "a loop of fixed length"
GARBAGE = "a pause for garbage"


class Decides(Protocol):
    def decide(self, event: events.Event, now: float) -> list[Decision]: ...


class Centre(Struct, frozen=True):
    """The size of a centre."""

    agents: int
    profiles: int
    waiting: int = 0
    strategy: str = "longest_idle"

    def __str__(self) -> str:
        return f"{self.agents:,} agents, {self.profiles:,} profiles, {self.waiting:,} waiting" + (
            f", {self.strategy}" if self.strategy != "longest_idle" else ""
        )


CENTRES = (
    Centre(100, 100, 1_000),
    Centre(10_000, 300, 100_000),
    Centre(10_000, 10_000, 100_000),
    Centre(10_000, 300, 100_000, "weighted_random"),
)


class Run:
    """One router at work in a centre."""

    def __init__(self, centre: Centre, router: Decides, calls: int, *, encode: bool = False) -> None:
        self.centre = centre
        self.router = router
        self.calls = calls
        self.encode = encode
        self.rng = Random(8)
        self.now = 1e6
        self.times: dict[str, list[float]] = defaultdict(list)
        self.talking: deque[tuple[str, str]] = deque()
        self.pauses: list[float] = []
        self._paused_at = self._borne = 0.0
        self._deciding = False
        self._open()

    def _open(self) -> None:
        """Agents log in; as many callers as the centre has waiting stand in a queue that nobody serves."""
        rng, router, centre = Random(7), self.router, self.centre
        profiles = [
            {f"s{skill}": rng.randint(1, 10) for skill in rng.sample(range(SKILLS), 4)} for _ in range(centre.profiles)
        ]
        for number in range(QUEUES):
            second, level = rng.randrange(SKILLS), rng.choice((5, 8))
            queue = Queue(f"q{number}", f"s{number} or s{second} >= {level}", centre.strategy, wrap_up_s=10.0)
            router.decide(events.QueueDeclared(queue), 0.0)
        router.decide(events.QueueDeclared(Queue("closed", "nobody", max_wait_s=1e9)), 0.0)
        for number in range(centre.agents):
            agent = f"a{number}"
            router.decide(events.AgentDeclared(AgentProfile(agent, agent, profiles[number % centre.profiles])), 0.0)
            router.decide(events.AgentReachable(agent, True), 0.0)
            router.decide(events.AgentStatusSet(agent, AgentStatus.AVAILABLE), 0.0)
        for number in range(centre.waiting):
            router.decide(events.WorkArrived(WorkItem(f"w{number}", "closed", float(number))), float(number))

    def decide(self, name: str, event: events.Event) -> list[Offer]:
        self._deciding, self._borne = True, 0.0
        started = thread_time()
        decisions = self.router.decide(event, self.now)
        if self.encode:
            encode_record(self.now, event)
        self.times[name].append(thread_time() - started - self._borne)
        self._deciding = False
        return [decision for decision in decisions if isinstance(decision, Offer)]

    def answer(self, offers: list[Offer]) -> None:
        for offer in offers:
            self.decide("ringing", events.OfferRinging(offer.work, offer.agent))
            self.decide("accepted", events.OfferAccepted(offer.work, offer.agent))
            self.talking.append((offer.work, offer.agent))

    def quiet(self) -> None:
        """Agents are free: each call finds one."""
        for number in range(self.calls):
            self.now += 0.1
            item = WorkItem(f"c{number}", f"q{self.rng.randrange(QUEUES)}", self.now)
            self.answer(self.decide(FOR_AGENT, events.WorkArrived(item)))
            if len(self.talking) >= self.centre.agents * 9 // 10:
                self.end("wrap-up ended")
            self.times[LOOP].append(fixed_loop())

    def crowded(self) -> None:
        """Callers wait in every queue: each agent who becomes free finds one, and another caller joins."""
        number = 0
        while number < max(self.centre.waiting, 1):
            self.now += 0.001
            item = WorkItem(f"d{number}", f"q{number % QUEUES}", self.now)
            offers = [one for one in self.router.decide(events.WorkArrived(item), self.now) if isinstance(one, Offer)]
            self.answer(offers)
            number += not offers
        gc.collect()
        gc.freeze()
        for number in range(self.calls):
            self.now += 0.1
            item = WorkItem(f"e{number}", f"q{self.rng.randrange(QUEUES)}", self.now)
            self.answer(self.decide("a call joins the line", events.WorkArrived(item)))
            self.end(FOR_CALL)
            self.times[LOOP].append(fixed_loop())

    def pause(self, phase: str, _: dict[str, int]) -> None:
        """The garbage collector begins, or is done."""
        if phase == "start":
            self._paused_at = thread_time()
        elif self._deciding:
            self.pauses.append(thread_time() - self._paused_at)
            self._borne += self.pauses[-1]

    def end(self, name: str) -> None:
        work, agent = self.talking.popleft()
        self.decide("ended", events.WorkEnded(work))
        self.answer(self.decide(name, events.WrapUpEnded(agent)))


def measure(centre: Centre, router: Decides, calls: int, *, encode: bool = False) -> dict[str, list[float]]:
    """Seconds of each step."""
    run = Run(centre, router, calls, encode=encode)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    gc.callbacks.append(run.pause)
    run.quiet()
    whole = (sum(sum(steps) for name, steps in run.times.items() if name != LOOP) + sum(run.pauses)) / calls
    if not encode:
        run.crowded()
    gc.callbacks.remove(run.pause)
    gc.unfreeze()
    loops = run.times.pop(LOOP)
    return run.times | {LOOP: loops, GARBAGE: run.pauses, ALL: [whole]}


def least(centre: Centre) -> dict[str, list[float]]:
    """Seconds of each step, the least of some runs; those of both searches in the first run beside them."""
    runs = [measure(centre, Router(), CALLS) for _ in range(RUNS)]
    times = {name: [min(each) for each in zip(*(run[name] for run in runs), strict=False)] for name in runs[0]}
    return times | {f"{name}, one run": runs[0][name] for name in (FOR_AGENT, FOR_CALL, LOOP)}


def fixed_loop() -> float:
    """Seconds of a loop that takes about as long as a decision, and always has the same to do."""
    started = thread_time()
    for _ in range(1_200):
        pass
    return thread_time() - started


def quantile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[int(len(seconds) * share)] * 1e6


def shown(name: str, seconds: list[float]) -> str:
    if name == GARBAGE:
        return f"{len(seconds)} of {quantile(seconds, 0.5):,.0f}" if seconds else "none"
    if len(seconds) == 1:
        return f"{seconds[0] * 1e6:.1f}"
    return f"{quantile(seconds, 0.5):.1f} / {quantile(seconds, 0.99):.1f}"


def naively(name: str, seconds: list[float]) -> str:
    return f"{quantile(seconds, 0.5):,.0f}" if seconds and name not in (GARBAGE, LOOP) else ""


def main() -> None:
    runs = [least(centre) for centre in CENTRES]
    small = Centre(100, 100, 100)
    naive = measure(small, NaiveRouter(), NAIVE_CALLS)
    table = Table(
        title=f"one decision, {QUEUES} queues, {SKILLS} skills, {CALLS:,} calls (microseconds, p50 / p99)",
        caption=f"of each step the least of {RUNS} runs",
    )
    table.add_column("event")
    for centre in CENTRES:
        table.add_column(str(centre), justify="right")
    table.add_column(f"naive: {small}", justify="right")
    for name in runs[0]:
        table.add_row(name, *(shown(name, run[name]) for run in runs), naively(name, naive.get(name, [])))
    encoded = [measure(centre, Router(), CALLS, encode=True)[ALL][0] for centre in CENTRES]
    table.add_row("the same, encoded for the journal", *(f"{seconds * 1e6:.1f}" for seconds in encoded), "")
    for name in (FOR_AGENT, FOR_CALL):
        grown = quantile(runs[1][name], 0.5) / quantile(runs[0][name], 0.5)
        table.add_row(f"{name}: growth", "1", f"{grown:.1f} times", "", "", "")
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
