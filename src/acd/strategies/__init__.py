"""The routing strategies, one a file, by the name that configuration knows them by."""

from __future__ import annotations

from acd.strategies.longest_idle import LongestIdle
from acd.strategies.strategy import Strategy

__all__ = ["STRATEGIES", "Strategy", "UnknownStrategy", "strategy_named"]

STRATEGIES: dict[str, Strategy] = {strategy.name: strategy for strategy in (LongestIdle(),)}


class UnknownStrategy(ValueError):
    """A queue names a strategy that does not exist."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown strategy {name!r}: expected one of {', '.join(sorted(STRATEGIES))}")
        self.name = name


def strategy_named(name: str) -> Strategy:
    """The strategy of that name. Raises UnknownStrategy."""
    try:
        return STRATEGIES[name]
    except KeyError:
        raise UnknownStrategy(name) from None
