"""What each way of pacing makes of the agents' time, and what a decision costs: ``python benchmarks/pacing.py``.

Each cell is a simulated campaign (``lab.dialing``): rings lognormal with a mean of 12 s (cv 0.5), cut at 25 s, when
calls that nobody answers end; talks lognormal, 120 s (cv 1); wrap-ups 20 s (cv 0.5); whoever is answered waits 2 s for
an agent and is dropped then. Utilisation and abandonment are both counted from the first second on, with the hours in
which a campaign learns and earns its credit; ``highest`` is the highest running ratio of abandonment, once 200 had
answered. ``oracle`` is the predictive pacing, told when each agent will be free. ``ratio`` has the number of lines that
turned out best for the cell, of those that kept the limit; it, the adaptive level and progressive dialling have little
to learn or to earn, and are given fewer hours.

``--scale`` multiplies all hours. With ``--rough``, the answer rate jumps between 0.4 and 0.1 every half hour and 40 %
of agents leave or come back every 20 minutes, for 160 hours. ``--seeds`` runs 10 agents at 0.3 from these seeds, 160
hours each, or with ``--rough`` that.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from itertools import islice, product
from random import Random
from time import process_time, thread_time

from msgspec import Struct, structs
from rich.console import Console

from dialer.pacing.adaptive import AdaptiveLevel
from dialer.pacing.observations import CallAnswered, CallFailed, TalkEnded, WrapUpEnded
from dialer.pacing.predictive import Predictive
from dialer.pacing.ratio import Progressive, Ratio
from dialer.pacing.view import Pacing, View
from lab.dialing.oracle import simulate_with_oracle
from lab.dialing.scenario import Outcome, Scenario
from lab.dialing.simulation import Simulation

ANSWER_RATES = (0.15, 0.3, 0.5)
LONG_HOURS = 160.0
HOURS = {5: LONG_HOURS, 10: LONG_HOURS, 25: 60.0, 50: 40.0, 100: 40.0, 250: 40.0}
"""For each number of agents."""
COMPARED_AGENT_HOURS = 300.0
"""What the others are given."""
MANY = 50
AIM = {
    5: (74.1, 79.3, 84.3), 10: (81.6, 83.9, 86.7), 25: (88.9, 89.5, 90.8),
    50: (92.7, 92.9, 93.5), 100: (95.5, 95.4, 95.7), 250: (97.7, 97.7, 97.8),
}  # fmt: skip
"""Utilisation in percent that was set as the aim, for each answer rate."""
MOST_TENTHS = 300
"""Of a line: so many break the limit in all cells."""
SEED = 1


class Cell(Struct, frozen=True):
    """One row of the table."""

    agents: int
    answer_rate: float
    hours: float

    @property
    def scenario(self) -> Scenario:
        return campaign(self.agents, self.hours, (self.answer_rate,))

    @property
    def compared(self) -> Scenario:
        return campaign(self.agents, min(self.hours, COMPARED_AGENT_HOURS / self.agents), (self.answer_rate,))


def campaign(agents: int, hours: float, answer_rates: tuple[float, ...]) -> Scenario:
    """Where many agents make for many events, the pacing is asked by the clock."""
    many = agents >= MANY
    return Scenario(
        agents=agents,
        answer_rates=answer_rates,
        rate_s=1800.0,
        length_s=hours * 3600.0,
        tick_s=0.5 if many else 1.0,
        asked_on_events=not many,
    )


def rough(agents: int, hours: float) -> Scenario:
    """A campaign that nobody would wish for."""
    return structs.replace(campaign(agents, hours, (0.4, 0.1)), leave_share=0.4, leave_s=1200.0)


def run(scenario: Scenario, pacing: Pacing, seed: int = SEED) -> Outcome:
    return Simulation(scenario, pacing, seed).run()


def best_ratio(scenario: Scenario) -> tuple[float, Outcome]:
    """With hindsight: the most lines that keep the limit, to the tenth of a line."""
    kept, passed = 10, MOST_TENTHS
    best = run(scenario, Ratio(1.0))
    while passed - kept > 1:
        tenths = (kept + passed) // 2
        if (outcome := run(scenario, Ratio(tenths / 10))).abandoned <= scenario.limit:
            kept, best = tenths, outcome
        else:
            passed = tenths
    return kept / 10, best


def shown(outcome: Outcome) -> str:
    return f"{100 * outcome.utilisation:5.1f} {100 * outcome.abandoned:5.2f}"


def table(cells: Iterable[Cell], console: Console, *, alone: bool, oracle: bool) -> None:
    """Utilisation and abandonment in percent, a line a cell as it is done."""
    console.print(
        "agents    p  hours |  aim | predictive  highest | oracle      | ratio       lines | adaptive    | progr."
    )
    for cell in cells:
        predictive = run(cell.scenario, Predictive())
        row = (
            f"{cell.agents:6} {cell.answer_rate:4}  {cell.hours:5.1f} |"
            f" {AIM[cell.agents][ANSWER_RATES.index(cell.answer_rate)]} |"
            f" {shown(predictive)}   {100 * predictive.worst_ratio:5.2f} |"
            f" {shown(simulate_with_oracle(cell.scenario, SEED)) if oracle else '          -'} |"
        )
        if not alone:
            lines, hindsight = best_ratio(cell.compared)
            row += (
                f" {shown(hindsight)}  {lines:4.1f} |"
                f" {shown(run(cell.compared, AdaptiveLevel()))} |"
                f" {100 * run(cell.compared, Progressive()).utilisation:5.1f}"
            )
        console.print(row)


def rough_table(agents: Iterable[int], seeds: Iterable[int], scale: float, console: Console) -> None:
    console.print("agents  hours seed | utilisation %, abandoned %, highest running ratio %")
    hours = scale * LONG_HOURS
    for number, seed in product(agents, seeds):
        outcome = run(rough(number, hours), Predictive(), seed)
        console.print(f"{number:6}  {hours:5.1f} {seed:4} | {shown(outcome)} {100 * outcome.worst_ratio:5.2f}")


def seeds_table(seeds: Iterable[int], scale: float, console: Console) -> None:
    hours = scale * LONG_HOURS
    console.print(f"10 agents, p 0.3, {hours:.0f} hours: utilisation %, abandoned %, highest running ratio %, by seed")
    for seed in seeds:
        outcome = run(campaign(10, hours, (0.3,)), Predictive(), seed)
        console.print(f"{seed:4} | {shown(outcome)} {100 * outcome.worst_ratio:5.2f}")


def views(agents: int, ringing: int) -> Iterator[View]:
    """A campaign of that size, a tenth of a second at a time, as it could be."""
    chance = Random(1)
    now = 10_000.0
    while True:
        idle = chance.randrange(12)
        talking = round(0.85 * (agents - idle))
        yield View(
            now,
            idle=[now - chance.expovariate(1 / 3) for _ in range(idle)],
            talking=[now - chance.expovariate(1 / 120) for _ in range(talking)],
            wrap_up=[now - chance.expovariate(1 / 20) for _ in range(agents - idle - talking)],
            ringing=[now - chance.uniform(0, 25) for _ in range(ringing)],
            answered=500_000,
            dropped=10_000,
        )
        now += 0.1


def decision_cost(agents: int, ringing: int, console: Console) -> None:
    """CPU time of ``decide``, what is learnt in between included."""
    chance, pacing, times = Random(2), Predictive(), []
    for number, view in enumerate(islice(views(agents, ringing), 2000)):
        for _ in range(8):
            after_s = chance.uniform(3, 25)
            pacing.observe(CallAnswered(after_s) if chance.random() < 0.1 else CallFailed(25.0), view.now)
        pacing.observe(TalkEnded(chance.expovariate(1 / 120)), view.now)
        pacing.observe(WrapUpEnded(chance.expovariate(1 / 20)), view.now)
        started = thread_time()
        pacing.decide(view)
        if number >= 200:
            times.append(1000 * (thread_time() - started))
    times.sort()
    median, high, mean = times[len(times) // 2], times[len(times) * 99 // 100], sum(times) / len(times)
    figures = f"p50 {median:.2f} ms, p99 {high:.2f} ms, mean {mean:.2f} ms"
    console.print(f"a decision, {agents} agents, {ringing} ringing calls: {figures}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--scale", type=float, default=0.05)
    arguments.add_argument("--agents", type=int, nargs="*", default=list(HOURS))
    arguments.add_argument("--rates", type=float, nargs="*", default=ANSWER_RATES, choices=ANSWER_RATES)
    arguments.add_argument("--alone", action="store_true", help="nothing to compare with")
    arguments.add_argument("--oracle", action="store_true", help="the oracle, too: it takes as long again")
    arguments.add_argument("--rough", action="store_true")
    arguments.add_argument("--seeds", type=int, nargs="*", default=())
    arguments.add_argument("--cost", action="store_true", help="only what a decision costs")
    chosen = arguments.parse_args()
    console = Console(width=140, highlight=False)
    started = process_time()
    if chosen.rough:
        rough_table(chosen.agents, chosen.seeds or (SEED,), chosen.scale, console)
    elif chosen.seeds:
        seeds_table(chosen.seeds, chosen.scale, console)
    else:
        if not chosen.cost:
            cells = [Cell(agents, p, chosen.scale * HOURS[agents]) for agents in chosen.agents for p in chosen.rates]
            table(cells, console, alone=chosen.alone, oracle=chosen.oracle)
        for agents, ringing in ((10, 40), (100, 400), (500, 2000)):
            decision_cost(agents, ringing, console)
    console.print(f"{process_time() - started:.0f} s of CPU time")


if __name__ == "__main__":
    main()
