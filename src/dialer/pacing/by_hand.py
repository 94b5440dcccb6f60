"""Pacing where agents place the calls: manual and preview."""

from __future__ import annotations

from dialer.pacing.observations import Observation
from dialer.pacing.view import View


class Manual:
    """Nothing is placed by itself."""

    def decide(self, view: View) -> int:
        return 0

    def observe(self, observation: Observation, now: float) -> None:
        """There is nothing to learn."""


class Preview:
    """A lead for each idle agent to look at. Whoever has one before her is idle no more, nor is she while its call
    rings: both are hers alone, so the calls that ring are not counted."""

    def decide(self, view: View) -> int:
        return max(0, view.spare)

    def observe(self, observation: Observation, now: float) -> None:
        """There is nothing to learn."""
