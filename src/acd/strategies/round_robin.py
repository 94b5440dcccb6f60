"""Round robin: the next in the list after the one who was asked last."""

from __future__ import annotations

from collections.abc import Callable

from acd.records import AgentRecord
from acd.seat import Seat
from acd.strategies.linear import position
from acd.strategies.strategy import Strategy

ROUND = float(1 << 32)
"""More than any place in a list."""


class RoundRobin(Strategy):
    """A key is a round and a place in the list. Whoever joins behind the turn is in this round, whoever joins before it
    in the next one; so all keys lie within one round after the turn, and their order is the way round the table."""

    name = "round_robin"
    moves_on = True

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        key = turn // ROUND * ROUND + position(agent, seat)
        return key if key > turn else key + ROUND
