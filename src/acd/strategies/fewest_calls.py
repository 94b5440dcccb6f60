"""Fewest calls: the agent who was connected least often since she logged in."""

from __future__ import annotations

from collections.abc import Callable

from acd.records import AgentRecord
from acd.seat import Seat
from acd.strategies.strategy import Strategy


class FewestCalls(Strategy):
    name = "fewest_calls"

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        return float(agent.calls)
