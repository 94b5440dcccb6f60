"""The routing strategies, one a file, by the name that configuration knows them by."""

from __future__ import annotations

from acd.strategies.best_fit import BestFit
from acd.strategies.best_skill import BestSkill
from acd.strategies.fewest_calls import FewestCalls
from acd.strategies.least_occupied import LeastOccupied
from acd.strategies.least_talk_time import LeastTalkTime
from acd.strategies.linear import Linear
from acd.strategies.longest_idle import LongestIdle
from acd.strategies.optimal import Optimal
from acd.strategies.random import Random
from acd.strategies.ring_all import RingAll
from acd.strategies.round_robin import RoundRobin
from acd.strategies.strategy import Strategy
from acd.strategies.weighted_random import WeightedRandom

__all__ = ["STRATEGIES", "Strategy", "UnknownStrategy", "strategy_named"]

STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (
        LongestIdle(),
        LeastOccupied(),
        FewestCalls(),
        LeastTalkTime(),
        BestSkill(),
        BestFit(),
        RoundRobin(),
        Linear(),
        Random(),
        WeightedRandom(),
        RingAll(),
        Optimal(),
    )
}


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
