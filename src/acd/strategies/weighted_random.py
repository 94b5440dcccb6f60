"""Weighted random: the chance of each who is free is in proportion to her weight as a member."""

from __future__ import annotations

from collections.abc import Callable
from math import log

from acd.records import AgentRecord
from acd.seat import Seat
from acd.strategies.strategy import Strategy


class WeightedRandom(Strategy):
    """As ``random``; the smallest of exponential variates is each one's with a chance in proportion to its rate."""

    name = "weighted_random"
    moves_on = True
    by_chance = True

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        return turn - log(draw()) / seat.weight
