"""Who is told what a leg costs, or occupies: a trunk's books."""

from __future__ import annotations

from typing import Protocol


class Charge(Protocol):
    """Hears of one leg's answer and end; times are seconds since the epoch."""

    def answered(self, at: float) -> None:
        """The leg was answered."""

    def ended(self, at: float) -> None:
        """The leg is over, or never came to be. Told once, before the call's record is made."""
