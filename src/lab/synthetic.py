"""A day that never was: callers who come by chance at given rates, agents at work, and what it comes to."""

from __future__ import annotations

from collections import Counter
from math import inf, log

from msgspec import Struct

from acd import events
from acd.agent import AgentStatus
from acd.model import AgentProfile, Queue, WorkItem
from lab.chance import Spread, draw
from lab.figures import Figures, between, counted
from lab.simulation import Simulation
from lab.tracking import Cue, CueKind

QUEUE_TARGET = "queue:"


class Demand(Struct, frozen=True, kw_only=True):
    """Who calls a queue, how long they talk and how long they would wait."""

    queue: str
    per_hour: tuple[float, ...]
    """Calls an hour; several: one figure for each part of the day, all of the same length."""
    talk: Spread
    patience: Spread | None = None
    """None: nobody gives up."""

    def rate(self, share: float) -> float:
        """Calls a second when a share (0-1) of the day is over."""
        return self.per_hour[min(int(share * len(self.per_hour)), len(self.per_hour) - 1)] / 3600


class Scenario(Struct, frozen=True, kw_only=True):
    """A centre, and the day that it is to have."""

    queues: tuple[Queue, ...]
    agents: tuple[AgentProfile, ...]
    """All at work for the whole of the day."""
    demands: tuple[Demand, ...]
    length_s: float = 8 * 3600.0
    warm_up_s: float = 0.0
    """What comes before is not counted."""
    answer: Spread = Spread(0.0)
    """From the offer to the agent's answer."""


class Outcome(Struct, frozen=True):
    """What a day came to."""

    queues: dict[str, Figures]
    occupancy: float
    """The share of the agents' time that was taken by work, wrap-up included."""
    at_once: dict[str, int]
    """How many were offered to an agent in the instant in which they came, by queue."""
    talks: dict[tuple[str, str], int]
    """Conversations by queue and agent."""


class SyntheticWorld:
    """Callers and agents of a scenario; all chance is of the seed and of who it concerns."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._demands = {demand.queue: demand for demand in scenario.demands}
        self._answer = scenario.answer
        self._seed = seed
        self._born: dict[str, Demand] = {}
        """For whom a caller came, wherever she was sent since."""
        self._came: dict[str, float] = {}
        self.talks: Counter[tuple[str, str]] = Counter()
        self.at_once: Counter[str] = Counter()

    def forget(self) -> None:
        """Count from here."""
        self.talks.clear()
        self.at_once.clear()

    def clock(self, due: float) -> tuple[float, float]:
        """Timers are served on time, before all else."""
        return due, -inf

    def callers(self, demand: Demand, length_s: float) -> list[WorkItem]:
        """All who come for a queue: a Poisson stream, thinned where the rate is below the day's highest (Lewis and
        Shedler, Simulation of Nonhomogeneous Poisson Processes by Thinning, 1979)."""
        highest = max(demand.per_hour) / 3600
        items: list[WorkItem] = []
        at, number = 0.0, 0
        while highest > 0:
            number += 1
            id = f"{demand.queue}-{number}"
            at -= log(draw(self._seed, f"{id} gap")) / highest
            if at >= length_s:
                break
            if draw(self._seed, f"{id} comes") * highest <= demand.rate(at / length_s):
                items.append(WorkItem(id, demand.queue, at, caller=id))
        return items

    def react(self, simulation: Simulation, cue: Cue) -> None:
        """Callers lose patience, agents answer, conversations end."""
        now = simulation.now
        match cue.kind:
            case CueKind.WAIT if cue.item is not None:
                demand = self._born.setdefault(cue.work, self._demands[cue.queue])
                self._came.setdefault(cue.work, now)
                if demand.patience is not None:
                    gives_up = cue.item.arrived_at + demand.patience.at(draw(self._seed, f"{cue.work} patience"))
                    simulation.schedule(gives_up, events.WorkAbandoned(cue.work), cue)
            case CueKind.OFFER:
                self.at_once[cue.queue] += now == self._came[cue.work]
                after_s = self._answer.at(draw(self._seed, f"{cue.work} {cue.agent} answer"))
                simulation.schedule(now + after_s, events.OfferAccepted(cue.work, cue.agent), cue)
            case CueKind.TALK:
                self.talks[cue.queue, cue.agent] += 1
                talk_s = self._born[cue.work].talk.at(draw(self._seed, f"{cue.work} talk"))
                simulation.schedule(now + talk_s, events.WorkEnded(cue.work), cue)
            case CueKind.MOVED if cue.detail.startswith(QUEUE_TARGET):
                item = WorkItem(cue.work, cue.detail.removeprefix(QUEUE_TARGET), self._came[cue.work], cue.work)
                simulation.schedule(now, events.WorkArrived(item), cue)
            case _:
                pass


def simulate(scenario: Scenario, seed: int) -> Outcome:
    """One day of a scenario. Raises RequirementError, UnknownStrategy for a queue that cannot be."""
    world = SyntheticWorld(scenario, seed)
    simulation = Simulation(world)
    for queue in scenario.queues:
        simulation.happen(events.QueueDeclared(queue), 0.0)
    simulation.happen(events.ChanceSeeded(seed), 0.0)
    for agent in scenario.agents:
        simulation.happen(events.AgentDeclared(agent), 0.0)
        simulation.happen(events.AgentReachable(agent.id, True), 0.0)
        simulation.happen(events.AgentStatusSet(agent.id, AgentStatus.AVAILABLE), 0.0)
    for demand in scenario.demands:
        for item in world.callers(demand, scenario.length_s):
            simulation.schedule(item.arrived_at, events.WorkArrived(item))
    simulation.run(until=scenario.warm_up_s)
    before = counted(simulation.router.state())
    world.forget()
    simulation.run(until=scenario.length_s)
    figures = between(before, counted(simulation.router.state()))
    staffed_s = len(scenario.agents) * (scenario.length_s - scenario.warm_up_s)
    taken_s = sum(one.handled_s for one in figures.values())
    return Outcome(figures, taken_s / staffed_s if staffed_s else 0.0, dict(world.at_once), dict(world.talks))
