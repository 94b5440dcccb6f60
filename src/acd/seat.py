"""A seat: how an agent stands in a queue by what is configured. It changes with configuration, never with work."""

from __future__ import annotations

from msgspec import Struct


class Seat(Struct, frozen=True):
    """Agents with equal seats differ in nothing but their own figures."""

    queue: str
    ring: int
    """The step of the queue's timeline from which on she is asked."""
    rank: int
    """Her tier, and within it the preference of her site; the lowest is asked first."""
    position: int = -1
    """Her place in the queue's list of members; -1 for one who is not in it."""
    measure: float = 0.0
    """What the queue's strategy makes of her skills."""
    weight: int = 1
    """Her share under chance."""
