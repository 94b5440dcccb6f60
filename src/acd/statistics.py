"""A queue's counters, kept as events happen, and the figures made of them when somebody asks."""

from __future__ import annotations

from math import ceil

from msgspec import Struct, field

RECENT_WAITS = 100
FEWEST_WAITS = 5
"""With fewer answered calls than this, no wait is foretold."""


class QueueCounters(Struct):
    """Since the queue was first declared.

    ``offered`` = ``answered`` + ``abandoned`` + ``overflowed`` + ``refused`` + those that wait.
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    overflowed: int = 0
    refused: int = 0
    answered_in_time: int = 0
    """Answered within the service level's threshold."""
    waits: list[float] = field(default_factory=list)
    """Seconds that the last RECENT_WAITS answered ones had waited, oldest first."""

    def answer(self, wait_s: float, threshold_s: float) -> None:
        """Count an answered piece of work."""
        self.answered += 1
        if wait_s <= threshold_s:
            self.answered_in_time += 1
        self.waits.append(wait_s)
        if len(self.waits) > RECENT_WAITS:
            del self.waits[0]

    @property
    def service_level(self) -> float | None:
        """The share (0-1) answered in time of all who were answered, gave up or overflowed; None before the first."""
        ended = self.answered + self.abandoned + self.overflowed
        return self.answered_in_time / ended if ended else None

    def wait_quantile_s(self, share: float) -> float | None:
        """The wait that this share (0-1) of the recently answered did not exceed (nearest rank); None with too few."""
        if len(self.waits) < FEWEST_WAITS:
            return None
        return sorted(self.waits)[ceil(share * len(self.waits)) - 1]
