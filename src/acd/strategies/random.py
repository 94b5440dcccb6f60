"""Random: each who is free has the same chance."""

from __future__ import annotations

from collections.abc import Callable
from math import log

from acd.records import AgentRecord
from acd.seat import Seat
from acd.strategies.strategy import Strategy


class Random(Strategy):
    """A key is the turn plus an exponential variate. What is left of it when the turn has moved on is exponential
    again, so that those who have been free for long and those who joined just now are equal."""

    name = "random"
    moves_on = True
    by_chance = True

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        return turn - log(draw())
