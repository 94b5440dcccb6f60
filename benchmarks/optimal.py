"""What the strategy ``optimal`` gains over the greedy ones: the same simulated days, caller by caller.

Six queues, 36 agents with three skills each at levels of their own, 92 % of their time asked for, callers with a mean
patience of five minutes. Each strategy has the same callers, who have the same patience and the same calls.
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from acd.model import AgentProfile, Queue
from lab.chance import Spread, draw
from lab.figures import total
from lab.intervals import Interval, interval
from lab.synthetic import Demand, Outcome, Scenario, simulate

QUEUES, AGENTS, SKILLS = 6, 36, 3
TALK_S, LOAD, PATIENCE_S = 200.0, 0.92, 300.0
DAYS = 8
STRATEGIES = ("longest_idle", "best_skill", "best_fit", "optimal")


def agent(number: int) -> AgentProfile:
    levels = {f"s{(number + step) % QUEUES}": 2 + int(9 * draw(number, f"{step}")) for step in range(SKILLS)}
    return AgentProfile(f"agent-{number}", skills=levels)


AGENT = {one.id: one for one in map(agent, range(AGENTS))}


def day(strategy: str) -> Scenario:
    per_hour = LOAD * AGENTS / QUEUES / TALK_S * 3600
    queues = tuple(Queue(f"q{number}", f"s{number} >= 2", strategy=strategy) for number in range(QUEUES))
    talk, patience = Spread(TALK_S, TALK_S / 2), Spread(PATIENCE_S)
    demands = tuple(Demand(queue=one.id, per_hour=(per_hour,), talk=talk, patience=patience) for one in queues)
    return Scenario(queues=queues, agents=tuple(AGENT.values()), demands=demands, length_s=5 * 3600.0, warm_up_s=3600.0)


def fit(outcome: Outcome) -> float:
    """The mean level (1-10) that those who answered have in what their callers asked for."""
    levels = sum(AGENT[one].skills[f"s{queue[1:]}"] * count for (queue, one), count in outcome.talks.items())
    return levels / sum(outcome.talks.values())


def figures(outcome: Outcome) -> tuple[float, float, float, float]:
    """Service level and abandonment in percent, ASA in seconds, fit."""
    whole = total(outcome.queues.values())
    return 100 * (whole.service_level or 0), whole.asa_s or 0, 100 * (whole.abandonment or 0), fit(outcome)


def shown(value: Interval) -> str:
    return f"{value.mean:.2f} ± {value.margin:.2f}"


def main() -> None:
    days = {name: [figures(simulate(day(name), seed)) for seed in range(DAYS)] for name in STRATEGIES}
    for title, base in (("each strategy", None), ("optimal less each greedy one, day by day", "optimal")):
        table = Table("strategy", title=title)
        for column in ("service level %", "ASA s", "abandonment %", "skill fit 1-10"):
            table.add_column(column, justify="right")
        for name, measured in days.items():
            if base is None:
                table.add_row(name, *(shown(interval(column)) for column in zip(*measured, strict=True)))
            elif name != base:
                pairs = zip(days[base], measured, strict=True)
                changes = [tuple(a - b for a, b in zip(mine, other, strict=True)) for mine, other in pairs]
                table.add_row(name, *(shown(interval(column)) for column in zip(*changes, strict=True)))
        Console(width=100).print(table)


if __name__ == "__main__":
    main()
