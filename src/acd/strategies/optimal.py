"""Optimal: work and agents are collected for a moment, and assigned together at the least cost (see ``assignment``)."""

from __future__ import annotations

from collections.abc import Callable

from acd.records import AgentRecord
from acd.requirement import Requirement
from acd.seat import Seat
from acd.strategies.strategy import Strategy


class Optimal(Strategy):
    """What an agent costs: all that she could do, less what this queue makes use of. It orders the free where more are
    free, or wait, than are weighed together."""

    name = "optimal"
    in_batches = True

    def measure(self, levels: dict[str, int], requirement: Requirement) -> float:
        return float(sum(levels.values()) - 2 * sum(levels.get(skill, 0) for skill in requirement.skills()))

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        return seat.measure
