"""Which campaign an agent's free time counts for, and how lines are shared: each agent counts once, each line too.

An agent who serves the queues of several campaigns belongs to one of them at a time, so that two pacings never dial for
the same pair of ears. Whom an answered call reaches in the end is the distributor's business.
"""

from __future__ import annotations

from collections.abc import Mapping


class Sharing:
    """Agents by campaign, in proportion to the campaigns' weights."""

    def __init__(self) -> None:
        self._home: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def home(self, agent: str) -> str | None:
        """The campaign that an agent counts for."""
        return self._home.get(agent)

    def settle(self, agent: str, weights: Mapping[str, int]) -> str | None:
        """Let an agent belong to one of the campaigns named in ``weights``: to her present one where it is among
        them, else to the one that has fewest for its weight. Returns it; None where there is none."""
        home = self._home.get(agent)
        if home in weights:
            return home
        self.leave(agent)
        if not weights:
            return None
        home = min(weights, key=lambda one: ((self._counts.get(one, 0) + 1) / max(weights[one], 1), one))
        self._home[agent] = home
        self._counts[home] = self._counts.get(home, 0) + 1
        return home

    def leave(self, agent: str) -> None:
        """An agent counts for none."""
        if (home := self._home.pop(agent, None)) is not None:
            self._counts[home] -= 1

    def clear(self) -> None:
        """Everybody is to be settled anew: other campaigns dial now."""
        self._home.clear()
        self._counts.clear()


def share_lines(wanted: Mapping[str, int], weights: Mapping[str, int], lines: int | None) -> dict[str, int]:
    """How many of the calls each campaign wants it gets, of ``lines`` that are free (None: of any number).

    Whoever wants less than its share leaves the rest to the others (max-min fairness by weight).
    """
    if lines is None or sum(wanted.values()) <= lines:
        return dict(wanted)
    given = dict.fromkeys(wanted, 0)
    for _ in range(max(lines, 0)):
        hungry = [one for one in wanted if given[one] < wanted[one]]
        next_ = min(hungry, key=lambda one: ((given[one] + 1) / max(weights.get(one, 1), 1), one))
        given[next_] += 1
    return given
