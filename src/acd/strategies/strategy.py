"""What a routing strategy is: the order in which the free agents of a queue are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from acd.records import AgentRecord
from acd.requirement import Requirement
from acd.seat import Seat


class Strategy:
    """Gives each agent a key as she joins the line of the free; the lowest is asked first, the longest free among
    equals. A key stands for as long as she is in line, so that choosing costs no look at the others.

    Stateless, and blind to everything but its arguments: a replay must choose alike.
    """

    name: ClassVar[str]
    moves_on: ClassVar[bool] = False
    """Whether keys build on the key that was chosen last (``turn``)."""
    by_chance: ClassVar[bool] = False
    """Whether a key is drawn; an agent keeps what she drew for as long as she stays free."""
    everybody: ClassVar[bool] = False
    """Whether all who are free are asked at once."""
    in_batches: ClassVar[bool] = False
    """Whether work and agents are collected for a moment, and assigned together."""

    def measure(self, levels: dict[str, int], requirement: Requirement) -> float:
        """What counts of an agent's skills; measured when configuration changes."""
        return 0.0

    def key(self, agent: AgentRecord, seat: Seat, turn: float, draw: Callable[[], float]) -> float:
        """The agent's place among the free; ``turn`` is the key chosen last in this line, -1.0 at first."""
        return 0.0
