"""How far a session is."""

from __future__ import annotations

from enum import Enum, auto


class Phase(Enum):
    """OFFERED (they called) or CALLING (we did), then CONFIRMED (answered) or straight to ENDED."""

    OFFERED = auto()
    CALLING = auto()
    CONFIRMED = auto()
    ENDED = auto()
