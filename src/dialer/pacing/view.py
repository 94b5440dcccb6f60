"""What a pacing sees when it is asked, and what it has to be able to do.

All instants are seconds on one clock, that of ``now``; which clock does not matter.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from msgspec import Struct

from dialer.pacing.observations import Observation


class View(Struct, frozen=True):
    """A campaign at an instant. Collections are in any order, and are read before ``decide`` returns: they may be live
    (the values of a dictionary, say) rather than copies."""

    now: float
    idle: Collection[float] = ()
    """Since when each agent who could take a call at once has been idle."""
    talking: Collection[float] = ()
    """Since when each agent has been with a call, the time in which her own phone is being connected included."""
    wrap_up: Collection[float] = ()
    """Since when each agent has been wrapping up. Who will not take another call after this one (a break that was
    asked for, the end of a shift) is neither here nor in ``talking``: she will not come free."""
    ringing: Collection[float] = ()
    """When each call was dialled that has neither been answered nor failed."""
    waiting: Collection[float] = ()
    """When each call was answered that has no agent yet and has not been dropped."""
    answered: int = 0
    """Live answers in the window over which the limit is measured, those that wait included."""
    dropped: int = 0
    """How many of them were abandoned: no agent was there in time."""
    limit: float = 0.03
    """The share of live answers (0-1) that may be abandoned."""

    @property
    def spare(self) -> int:
        """Idle agents whom no call waits for; below zero where more calls wait than agents are idle."""
        return len(self.idle) - len(self.waiting)


class Pacing(Protocol):
    """One way of pacing, for one campaign."""

    def decide(self, view: View) -> int:
        """How many calls to place now, besides those that ring; never below zero. It is asked whenever something in
        the view changed, and some times a second besides; what is not placed now is asked for again."""

    def observe(self, observation: Observation, now: float) -> None:
        """Learn from what happened at an instant; always before ``decide`` sees its effect."""
