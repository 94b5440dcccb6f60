"""What a day comes to, queue by queue: the difference between the router's own counters at its end and at its start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import add, sub
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

from acd.records import RouterState
from acd.statistics import QueueCounters


class Figures(Struct, frozen=True):
    """A queue's day, or that of all queues together."""

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    """Answered within the threshold of the queue's service level."""
    abandoned: int = 0
    overflowed: int = 0
    refused: int = 0
    withdrawn: int = 0
    waited_s: float = 0.0
    """How long the answered ones had waited together."""
    gave_up_s: float = 0.0
    """How long those who gave up had waited together."""
    handled_s: float = 0.0
    """What conversations and wrap-ups that ended took of agents."""
    foretold: int = 0
    """Of the answered: those whom a wait was foretold, and how many of them waited no longer than its p50 and p80."""
    within_p50: int = 0
    within_p80: int = 0

    @property
    def service_level(self) -> float | None:
        """The share (0-1) answered in time of those who were answered, gave up or overflowed; None without any."""
        ended = self.answered + self.abandoned + self.overflowed
        return self.in_time / ended if ended else None

    @property
    def asa_s(self) -> float | None:
        """The average speed of answer; None before the first."""
        return self.waited_s / self.answered if self.answered else None

    @property
    def abandonment(self) -> float | None:
        """The share (0-1) who gave up of those who were answered, gave up or overflowed; None without any."""
        ended = self.answered + self.abandoned + self.overflowed
        return self.abandoned / ended if ended else None

    @property
    def estimates(self) -> tuple[float, float] | None:
        """The shares (0-1) of waits that ended by the p50 and by the p80 foretold; None where none was."""
        return (self.within_p50 / self.foretold, self.within_p80 / self.foretold) if self.foretold else None

    def __add__(self, other: Figures) -> Figures:
        return _each(self, other, add)

    def __sub__(self, other: Figures) -> Figures:
        return _each(self, other, sub)


Day = Mapping[str, Figures]
"""Figures by queue."""


def counted(state: RouterState) -> dict[str, Figures]:
    """The counters of all queues at an instant."""
    return {queue.config.id: _figures(queue.counters) for queue in state.queues}


def between(before: Day, after: Day) -> dict[str, Figures]:
    """What happened between two instants. A queue that was removed is left out, one that is new began at nothing."""
    return {queue: figures - before.get(queue, Figures()) for queue, figures in after.items()}


def joined(one: Day, other: Day) -> dict[str, Figures]:
    """Two stretches of time as one."""
    return {queue: one.get(queue, Figures()) + other.get(queue, Figures()) for queue in sorted({*one, *other})}


def total(figures: Iterable[Figures]) -> Figures:
    """All queues together."""
    return sum(figures, Figures())


def _figures(counters: QueueCounters) -> Figures:
    return Figures(
        offered=counters.offered,
        answered=counters.answered,
        in_time=counters.answered_in_time,
        abandoned=counters.abandoned,
        overflowed=counters.overflowed,
        refused=counters.refused,
        withdrawn=counters.withdrawn,
        waited_s=counters.answered_wait_s,
        gave_up_s=counters.abandoned_wait_s,
        handled_s=counters.handled_s,
        foretold=counters.foretold,
        within_p50=counters.within_p50,
        within_p80=counters.within_p80,
    )


def _each(one: Figures, other: Figures, operation: Callable[[Any, Any], Any]) -> Figures:
    return Figures(*map(operation, astuple(one), astuple(other)))
