"""Pacing by a fixed number of lines for each idle agent; one line is progressive dialling."""

from __future__ import annotations

from math import floor

from dialer.pacing.observations import Observation
from dialer.pacing.view import View


class Ratio:
    """As many calls ring as ``lines`` times the agents who are idle. Fractions are lines of all idle agents together:
    with 1.5, two agents have three."""

    def __init__(self, lines: float) -> None:
        """Raises ValueError for fewer than one line an agent."""
        if not lines >= 1:
            raise ValueError(f"lines for each idle agent: expected 1 or more, got {lines}")
        self.lines = lines

    def decide(self, view: View) -> int:
        return max(0, floor(self.lines * view.spare) - len(view.ringing))

    def observe(self, observation: Observation, now: float) -> None:
        """There is nothing to learn: whoever sets the number of lines has to know the list."""


class Progressive(Ratio):
    """One call for each idle agent: nobody is dropped, and agents wait for the whole of each ring in vain."""

    def __init__(self) -> None:
        super().__init__(1.0)
