"""How the lists of a campaign are mixed."""

from __future__ import annotations

from collections.abc import Collection, Mapping


class Mix:
    """Which list the next lead is taken from, by weights, each list's turns spread evenly over a round.

    Keep one for each campaign: what was taken so far is remembered, so that a list of small weight has its turn even
    where few leads are taken at a time (smooth weighted round robin).
    """

    def __init__(self) -> None:
        self._credit: dict[str, int] = {}

    def next(self, lists: Collection[str], weights: Mapping[str, int]) -> str:
        """One of ``lists``, which must not be empty; a list that has no weight of its own has one of 1."""
        for name in lists:
            self._credit[name] = self._credit.get(name, 0) + weights.get(name, 1)
        chosen = max(lists, key=lambda name: (self._credit[name], name))
        self._credit[chosen] -= sum(weights.get(name, 1) for name in lists)
        return chosen
