"""Least occupied: the agent who spent the smallest share of her time with work, the past fading out.

With *w* = 1 while she works and 0 else, her occupancy is the mean of *w* weighted by exp(-age / FADING_S). While two
agents are free both fade at the same rate, so the order between them stands still.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, log

from acd.records import AgentRecord
from acd.seat import Seat
from acd.strategies.strategy import Strategy

FADING_S = 1800.0


class LeastOccupied(Strategy):
    name = "least_occupied"

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        # Two occupancies, taken at different instants, compare at any later one as these do.
        return log(agent.occupancy) + agent.occupancy_at / FADING_S if agent.occupancy > 0 else -inf


def note_occupancy(agent: AgentRecord, was_busy: bool, now: float) -> None:
    """Bring an agent's figure up to now; to be called whenever she begins or ends to be busy."""
    if now == agent.occupancy_at:
        return
    fading = exp((agent.occupancy_at - now) / FADING_S)
    agent.occupancy = 1.0 - (1.0 - agent.occupancy) * fading if was_busy else agent.occupancy * fading
    agent.occupancy_at = now
