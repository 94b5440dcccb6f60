"""A seat: how an agent stands in a queue by what is configured. It changes with configuration, never with work."""

from __future__ import annotations

from msgspec import Struct

NEVER = 1 << 20
"""A step that no work comes to."""


class Seat(Struct, frozen=True):
    """Agents with equal seats differ in nothing but their own figures."""

    queue: str
    ring: int
    """The step of the queue's timeline from which on she is asked; NEVER: only for work that overflows to her site."""
    opened: int
    """The same for work that overflows to her site; ``ring`` where that makes no difference."""
    rank: int
    """Her tier, and within it the preference of her site; the lowest is asked first."""
    position: int = -1
    """Her place in the queue's list of members; -1 for one who is not in it."""
    measure: float = 0.0
    """What the queue's strategy makes of her skills."""
    weight: int = 1
    """Her share under chance."""

    @property
    def serves(self) -> bool:
        """Whether she serves the queue without overflow as well."""
        return self.ring != NEVER

    def reached(self, step: int, opened: bool) -> bool:
        """Whether she is asked for work that has come to a step, and has (``opened``) overflowed to a site."""
        return step >= (self.opened if opened else self.ring)
