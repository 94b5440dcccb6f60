"""Linear: always the first in the list who is free; members as listed, then the others as they were declared."""

from __future__ import annotations

from collections.abc import Callable

from acd.records import AgentRecord
from acd.seat import Seat
from acd.strategies.strategy import Strategy

OTHERS = 1 << 20
"""Where the numbers of those who are not in the list begin."""


def position(agent: AgentRecord, seat: Seat) -> int:
    """An agent's place in her queue's list."""
    return seat.position if seat.position >= 0 else OTHERS + agent.number


class Linear(Strategy):
    name = "linear"

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        return float(position(agent, seat))
