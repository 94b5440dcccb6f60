"""Best skill: the agent whose levels in the skills that are asked for add up to most."""

from __future__ import annotations

from collections.abc import Callable

from acd.records import AgentRecord
from acd.requirement import Requirement
from acd.seat import Seat
from acd.strategies.strategy import Strategy


class BestSkill(Strategy):
    name = "best_skill"

    def measure(self, levels: dict[str, int], requirement: Requirement) -> float:
        return float(sum(levels.get(skill, 0) for skill in requirement.skills()))

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        return -seat.measure
