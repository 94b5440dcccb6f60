"""Best fit: the agent with the smallest sufficient surplus of skill, so that generalists stay free for what only they
can do."""

from __future__ import annotations

from collections.abc import Callable

from acd.records import AgentRecord
from acd.requirement import Requirement
from acd.seat import Seat
from acd.strategies.strategy import Strategy


class BestFit(Strategy):
    name = "best_fit"

    def measure(self, levels: dict[str, int], requirement: Requirement) -> float:
        # What is asked for is the same for all, so the smallest surplus is the smallest sum.
        return float(sum(levels.values()))

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        return seat.measure
