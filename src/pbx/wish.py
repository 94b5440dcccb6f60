"""By whom a caller would rather be served."""

from __future__ import annotations

from msgspec import Struct


class Wish(Struct, frozen=True):
    """Persons in the terms of whoever owns the target; the switch passes it on and knows none of them."""

    persons: tuple[str, ...]
    """The first comes first."""
    for_s: float | None = None
    """How long the caller waits for them alone; None: as long as is usual there."""
