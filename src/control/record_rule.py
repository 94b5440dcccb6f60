"""Whether a call is recorded: what its queue and its agents say, weighed.

**Never** wins over **always**, and that over a **share** of the calls; of several shares the largest counts. Where
nothing asks for it a call is recorded on demand alone. The share is decided by the call's id, so that whoever asks
again comes to the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import Enum, auto
from typing import Literal

from msgspec import Struct

BEEP_S = 15.0
"""Between the beeps of a recording, by custom."""


class RecordRule(Struct, frozen=True):
    """What a queue, a campaign or an agent wants of recordings."""

    mode: Literal["always", "never", "share"] = "always"
    share: float = 1.0
    """The share of calls to be recorded, 0 to 1, where the mode is ``share``."""
    beep: bool = False
    """Whether the customer hears a beep every 15 s."""
    keep_days: int | None = None
    """How long its recordings are kept; None for what the client or the whole centre has."""


class Verdict(Enum):
    """What the rules come to."""

    NEVER = auto()
    """Not on demand either."""
    ALWAYS = auto()
    """It may be paused, and not be stopped."""
    CHOSEN = auto()
    """It is one of the share."""
    OPEN = auto()
    """Only on demand."""


def decide(rules: Iterable[RecordRule | None], call: str) -> Verdict:
    """Weigh the rules of all who take part in a call; those without one say nothing."""
    said = [rule for rule in rules if rule is not None]
    modes = {rule.mode for rule in said}
    if "never" in modes:
        return Verdict.NEVER
    if "always" in modes:
        return Verdict.ALWAYS
    share = max((rule.share for rule in said), default=0.0)
    return Verdict.CHOSEN if lot(call) < share else Verdict.OPEN


def lot(call: str) -> float:
    """A number from 0 to below 1, the same for a call whenever it is asked for."""
    return int.from_bytes(hashlib.sha256(call.encode()).digest()[:6], "big") / (1 << 48)


def beeps(rules: Iterable[RecordRule | None]) -> bool:
    """Whether anybody wants the customer to hear a beep."""
    return any(rule is not None and rule.beep for rule in rules)


def keep_days(rules: Iterable[RecordRule | None]) -> int | None:
    """How long a recording is kept by the first rule that says so."""
    return next((rule.keep_days for rule in rules if rule is not None and rule.keep_days is not None), None)
