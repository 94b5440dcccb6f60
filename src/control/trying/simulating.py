"""``centrala simulate``: a day that never was, with what Erlang would say beside it where he can."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from acd.estimate import performance_a, performance_c
from acd.requirement import RequirementError, parse
from acd.strategies import UnknownStrategy
from control.adapters.declaring import profile, routed_queue
from control.demo.configuration import values
from control.errors import StartError
from control.nouns import Agent, Queue
from control.trying.scenario_file import Day, Duration, load_scenario, scenario
from control.trying.tables import NOTHING, console
from lab.figures import Figures
from lab.intervals import interval
from lab.synthetic import Demand, Outcome, Scenario, simulate

DEMO_DAY = Day(calls={"support": 60, "sales": 40}, talk_s=Duration(240, 120), patience_s=180)


def run_simulation(path: Path | None, runs: int) -> int:
    """Simulate a day some times and print the figures. Raises StartError."""
    planned = load_scenario(path) if path is not None else _demo()
    try:
        outcomes = [simulate(planned, seed) for seed in range(1, runs + 1)]
    except (RequirementError, UnknownStrategy) as error:
        raise StartError(f"{path or 'the demo'}: {error}") from error
    table = Table("queue")
    for name in ("offered", "answered", "service level", "ASA", "abandonment", "Erlang: ASA", "abandonment"):
        table.add_column(name, justify="right")
    for demand in planned.demands:
        days = [outcome.queues.get(demand.queue, Figures()) for outcome in outcomes]
        table.add_row(demand.queue, *_cells(days), *_erlang(planned, demand))
    out = console()
    out.print(f"{len(planned.agents)} agents, {planned.length_s / 3600:g} hours, {runs} runs, 95 % intervals")
    out.print(table)
    out.print(f"occupancy {_occupancy(outcomes)}")
    return 0


def _demo() -> Scenario:
    nouns = values("demo")
    queues = [routed_queue(one) for one in nouns if isinstance(one, Queue)]
    return scenario(queues, [profile(one) for one in nouns if isinstance(one, Agent)], DEMO_DAY, "the demo")


def _cells(days: list[Figures]) -> list[str]:
    counts = [f"{sum(values) / len(days):.0f}" for values in ([d.offered for d in days], [d.answered for d in days])]
    return [
        *counts,
        _mean([day.service_level for day in days], 100, "%"),
        _mean([day.asa_s for day in days], 1, "s"),
        _mean([day.abandonment for day in days], 100, "%"),
    ]


def _mean(values: list[float | None], scale: float, unit: str) -> str:
    known = [scale * value for value in values if value is not None]
    if not known:
        return NOTHING
    found = interval(known)
    return f"{found.mean:.1f} ± {found.margin:.1f} {unit}"


def _occupancy(outcomes: list[Outcome]) -> str:
    return _mean([outcome.occupancy for outcome in outcomes], 100, "%")


def _erlang(planned: Scenario, demand: Demand) -> tuple[str, str]:
    """Erlang C, or A where callers give up: for a constant rate, and agents who serve no other queue."""
    serving = {queue.id: _agents(planned, queue.requires) for queue in planned.queues}
    own = serving[demand.queue]
    shared = any(own & serving[other.queue] for other in planned.demands if other is not demand)
    queue = next(one for one in planned.queues if one.id == demand.queue)
    if shared or not own or len(set(demand.per_hour)) > 1 or queue.relax or queue.members or queue.sites:
        return NOTHING, NOTHING
    handle_s, rate = demand.talk.mean_s + queue.wrap_up_s + planned.answer.mean_s, demand.rate(0)
    if not rate:
        return NOTHING, NOTHING
    if demand.patience is not None:
        expected = performance_a(len(own), rate, handle_s, demand.patience.mean_s)
    elif rate * handle_s < len(own):
        expected = performance_c(len(own), rate, handle_s)
    else:
        return "grows", NOTHING
    return f"{expected.asa_s:.1f} s", f"{100 * expected.gives_up:.1f} %"


def _agents(planned: Scenario, requires: str) -> set[str]:
    requirement = parse(requires)
    return {agent.id for agent in planned.agents if requirement.holds(agent.skills)}
