"""The usual adaptive dial level, to compare with: lines by all agents, steered by how many of them wait.

What the open dialers do, told in one rule: every 15 s the level grows or falls by the share of agents who wait for a
call (less the calls that wait for an agent), and when the drop rate of the day is above its limit it falls to one line
an agent until the rate is back. It looks at what was, so it learns of too many calls only when they are answered.
"""

from __future__ import annotations

from math import floor

from dialer.pacing.observations import Observation
from dialer.pacing.view import View

EVERY_S = 15.0
HIGHEST_LEVEL = 15.0


class AdaptiveLevel:
    """``level`` lines for each agent at work, those of calls with agents included."""

    def __init__(self, level: float = 1.0) -> None:
        self.level = level
        self._due = 0.0
        self._asked_at: float | None = None
        self._spare_s = 0.0
        self._since = 0.0

    def decide(self, view: View) -> int:
        self._watch(view)
        agents = len(view.idle) + len(view.talking) + len(view.wrap_up)
        if view.now >= self._due:
            self._adapt(view, agents)
        taken = len(view.ringing) + len(view.waiting) + len(view.talking) + len(view.wrap_up)
        return max(0, floor(self.level * agents) - taken)

    def observe(self, observation: Observation, now: float) -> None:
        """What it looks at, it sees when it is asked."""

    def _watch(self, view: View) -> None:
        """The spare agents of the period, each moment with the weight of its length."""
        if self._asked_at is None:
            self._since = view.now
        else:
            self._spare_s += view.spare * (view.now - self._asked_at)
        self._asked_at = view.now

    def _adapt(self, view: View, agents: int) -> None:
        period_s = view.now - self._since
        if agents and period_s > 0:
            self.level *= 1 + self._spare_s / period_s / agents
        self.level = min(max(self.level, 1.0), HIGHEST_LEVEL)
        if view.dropped > view.limit * view.answered:
            self.level = 1.0
        self._spare_s, self._since, self._due = 0.0, view.now, view.now + EVERY_S
