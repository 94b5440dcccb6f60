"""What a routing decision costs, with few agents and with many: ``python benchmarks/router.py``.

Centres are kept at the load at which about nine agents of ten talk, and every ``decide`` is timed by itself. The last
lines are the whole way of a call through the router, and the same with the journal's encoding. A profile is a set of
skills with their levels; its agents are decided upon as one.
"""

from __future__ import annotations

from collections import defaultdict, deque
from random import Random
from time import perf_counter

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Offer
from acd.journal import encode_record
from acd.model import AgentProfile, Queue, WorkItem
from acd.router import Router

CALLS = 20_000
QUEUES = 20
SKILLS = 12
ALL = "the whole way of a call"


class Centre(Struct, frozen=True):
    """The size of a centre; ``waiting`` callers stand in a queue that nobody serves."""

    agents: int
    profiles: int
    waiting: int = 0

    def __str__(self) -> str:
        return f"{self.agents:,} agents, {self.profiles:,} profiles, {self.waiting:,} waiting"


CENTRES = (Centre(100, 100), Centre(10_000, 300), Centre(10_000, 300, 100_000), Centre(10_000, 10_000))


def opened(centre: Centre) -> Router:
    """A router with its agents logged in, and its callers waiting."""
    rng, router = Random(7), Router()
    profiles = [
        {f"s{skill}": rng.randint(1, 10) for skill in rng.sample(range(SKILLS), 3)} for _ in range(centre.profiles)
    ]
    for number in range(QUEUES):
        first, second = rng.sample(range(SKILLS), 2)
        router.decide(events.QueueDeclared(Queue(f"q{number}", f"s{first} or s{second} >= 8", wrap_up_s=10.0)), 0.0)
    router.decide(events.QueueDeclared(Queue("closed", "nobody", max_wait_s=1e9)), 0.0)
    for number in range(centre.agents):
        agent = f"a{number}"
        router.decide(events.AgentDeclared(AgentProfile(agent, agent, profiles[number % centre.profiles])), 0.0)
        router.decide(events.AgentReachable(agent, True), 0.0)
        router.decide(events.AgentStatusSet(agent, AgentStatus.AVAILABLE), 0.0)
    for number in range(centre.waiting):
        router.decide(events.WorkArrived(WorkItem(f"w{number}", "closed", float(number))), float(number))
    return router


def measure(centre: Centre, *, encode: bool = False) -> dict[str, list[float]]:
    """Seconds of each step; a call's steps come in the order in which a centre would see them."""
    rng, router = Random(8), opened(centre)
    times: dict[str, list[float]] = defaultdict(list)
    talking: deque[tuple[str, str]] = deque()
    now = 1e6

    def decide(name: str, event: events.Event) -> list[Offer]:
        started = perf_counter()
        decisions = router.decide(event, now)
        if encode:
            encode_record(now, event)
        times[name].append(perf_counter() - started)
        return [decision for decision in decisions if isinstance(decision, Offer)]

    pending: deque[Offer] = deque()
    for number in range(CALLS):
        now += 0.1
        pending += decide("arrived", events.WorkArrived(WorkItem(f"c{number}", f"q{rng.randrange(QUEUES)}", now)))
        while pending:
            offer = pending.popleft()
            decide("ringing", events.OfferRinging(offer.work, offer.agent))
            decide("accepted", events.OfferAccepted(offer.work, offer.agent))
            talking.append((offer.work, offer.agent))
        if len(talking) >= centre.agents * 9 // 10:
            work, agent = talking.popleft()
            decide("ended", events.WorkEnded(work))
            pending += decide("wrap-up ended", events.WrapUpEnded(agent))
    times[ALL] = [sum(sum(steps) for steps in times.values()) / CALLS]
    return times


def main() -> None:
    runs = [measure(centre) for centre in CENTRES]
    table = Table(title=f"one decision, {QUEUES} queues, {CALLS:,} calls (microseconds, p50 / p99)")
    table.add_column("event")
    for centre in CENTRES:
        table.add_column(str(centre), justify="right")
    for name in runs[0]:
        cells = []
        for run in runs:
            steps = sorted(run[name])
            p50, p99 = steps[len(steps) // 2], steps[int(len(steps) * 0.99)]
            cells.append(f"{p50 * 1e6:.1f} / {p99 * 1e6:.1f}" if name != ALL else f"{p50 * 1e6:.1f}")
        table.add_row(name, *cells)
    encoded = [measure(centre, encode=True)[ALL][0] for centre in CENTRES]
    table.add_row("the same, encoded for the journal", *(f"{seconds * 1e6:.1f}" for seconds in encoded))
    Console().print(table)


if __name__ == "__main__":
    main()
