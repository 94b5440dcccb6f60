"""A queue's counters, kept as events happen, and the figures made of them when somebody asks."""

from __future__ import annotations

from math import ceil

from msgspec import Struct, field

RECENT_WAITS = 100
FEWEST = 5
"""With fewer answered calls than this, nothing is foretold."""
FADING = 0.98
"""What is left of an observation's weight at the next one."""
MOST_SHARED = 20.0
_LEAST_SHARE = 1.0 - FADING
_FEW = 50
"""Of fewer than these the mean is that of all: until then, one has more than the least share."""


class QueueCounters(Struct):
    """Since the queue was first declared.

    ``offered`` = ``answered`` + ``abandoned`` + ``overflowed`` + ``refused`` + ``withdrawn`` + those that wait.
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
    withdrawn: int = 0
    handled: int = 0
    handle_s: float = 0.0
    """What a piece of work takes of an agent, with wrap-up: a mean over the last ones."""
    given_up: float = 0.0
    waited_s: float = 0.0
    """Of the last ones: how many gave up, and how long all of them waited together."""
    shared: float = 1.0
    """How many times longer than with agents of its own the queue takes to serve the next one."""
    busy_since: float | None = None
    """When somebody was last served while others waited on."""
    recent_in_time: float = 1.0
    """The service level of the last ones."""
    foretold: int = 0
    within_p50: int = 0
    within_p80: int = 0
    """Answered ones whose wait was foretold, and those of them who waited no longer than that."""
    answered_wait_s: float = 0.0
    """How long all answered ones had waited together."""
    abandoned_wait_s: float = 0.0
    """The same of all who gave up."""
    handled_s: float = 0.0
    """What all of ``handled`` took of agents together, with wrap-up."""

    def answer(self, wait_s: float, threshold_s: float) -> None:
        """Count an answered piece of work."""
        self.answered += 1
        self.answered_wait_s += wait_s
        in_time = wait_s <= threshold_s
        if in_time:
            self.answered_in_time += 1
        self._waited(wait_s, in_time)
        self.waits.append(wait_s)
        if len(self.waits) > RECENT_WAITS:
            del self.waits[0]

    def abandon(self, wait_s: float) -> None:
        """Count one who gave up."""
        self.abandoned += 1
        self.abandoned_wait_s += wait_s
        self._waited(wait_s, False)
        self.given_up += 1.0

    def handle(self, taken_s: float) -> None:
        """Count what a piece of work took of an agent."""
        handled = self.handled = self.handled + 1
        self.handled_s += taken_s
        mean_s = self.handle_s
        self.handle_s = mean_s + (1.0 / handled if handled < _FEW else _LEAST_SHARE) * (taken_s - mean_s)

    def pace(self, now: float, others_wait: bool, agents: int) -> None:
        """One was served, and ``others_wait``: how fast the line moves shows how far its agents serve others too."""
        if self.busy_since is not None and self.handle_s > 0 and agents > 0:
            seen = min((now - self.busy_since) * agents / self.handle_s, MOST_SHARED)
            self.shared += 0.05 * (seen - self.shared)
        self.busy_since = now if others_wait else None

    def judge(self, expected: tuple[float, float], wait_s: float) -> None:
        """Hold an estimate against what came."""
        self.foretold += 1
        self.within_p50 += wait_s <= expected[0]
        self.within_p80 += wait_s <= expected[1]

    @property
    def giving_up_rate(self) -> float:
        """How many of those who wait give up a second: the most likely rate, those who were served being censored."""
        return self.given_up / self.waited_s if self.waited_s > 0 else 0.0

    @property
    def service_level(self) -> float | None:
        """The share (0-1) answered in time of all who were answered, gave up or overflowed; None before the first."""
        ended = self.answered + self.abandoned + self.overflowed
        return self.answered_in_time / ended if ended else None

    def wait_quantile_s(self, share: float) -> float | None:
        """The wait that this share (0-1) of the recently answered did not exceed (nearest rank); None with too few."""
        if len(self.waits) < FEWEST:
            return None
        return sorted(self.waits)[ceil(share * len(self.waits)) - 1]

    def _waited(self, wait_s: float, in_time: bool) -> None:
        self.given_up *= FADING
        self.waited_s = self.waited_s * FADING + max(wait_s, 0.0)
        self.recent_in_time += (1.0 - FADING) * (in_time - self.recent_in_time)
