"""Offences: what an honest source does now and then, and an attacker all the time."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from pbx.guard.bucket import Buckets


class Patience(NamedTuple):
    """How much of one offence is borne before it is too much."""

    times: float
    """At once; they are forgiven evenly within ``within_s``."""
    within_s: float


class Offence(Enum):
    """What is held against a source; the value is the reason of the ban."""

    PASSWORD = "password"
    """Wrong credentials. Their nonce came back from the source, so its address is no pretence."""
    CHALLENGES = "challenges"
    """A challenge, which whoever only looks which users there are leaves unanswered."""
    NUMBERS = "numbers"
    """A guest's call to a number that leads nowhere."""
    MALFORMED = "malformed"
    """A message that cannot be read."""
    FLOOD = "flood"
    """A message beyond the rate."""


PATIENCE = {
    Offence.PASSWORD: Patience(10, 300.0),
    Offence.CHALLENGES: Patience(100, 60.0),
    Offence.NUMBERS: Patience(20, 60.0),
    Offence.MALFORMED: Patience(50, 60.0),
    Offence.FLOOD: Patience(2000, 60.0),
}
KNOWN_FACTOR = 5.0
"""A source with phones of ours is borne so many times longer: an office shares one address."""


class Offences:
    """What each source has done lately."""

    def __init__(self) -> None:
        self._buckets = {offence: Buckets() for offence in Offence}

    def too_many(self, source: str, offence: Offence, now: float, *, known: bool) -> bool:
        """Note one more; whether it was one too many.

        A known source answers for wrong passwords alone: all else can be sent in its name by anybody who can forge
        a sender's address, and a ban would then do the forger's work.
        """
        if known and offence is not Offence.PASSWORD:
            return False
        times, within_s = PATIENCE[offence]
        burst = times * KNOWN_FACTOR if known else times
        if self._buckets[offence].take(source, burst / within_s, burst, now):
            return False
        self._buckets[offence].forget(source)
        return True
