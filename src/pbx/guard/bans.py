"""Bans: who is not listened to, until when and why.

Each further ban of a source lasts twice as long as the one before, up to a day. One that behaves for a day after its
ban is a stranger again. Times are seconds since the epoch.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

FIRST_S = 600.0
LONGEST_S = 86_400.0
MEMORY_S = 86_400.0
"""For so long after its end a ban counts when the next one is imposed."""
CAPACITY = 50_000
"""Bans that are kept; beyond it the oldest is let go."""


class Ban(Struct, frozen=True):
    """One source that is not listened to."""

    source: str
    reason: str
    """An offence, or what the operator wrote."""
    since: float
    until: float
    times: int = 1
    """Which ban of this source it is, as far as is remembered."""
    by_operator: bool = False

    @property
    def forgotten_at(self) -> float:
        """When it counts no longer."""
        return self.until + MEMORY_S


class Bans:
    """All bans, and the memory of those that have ended."""

    def __init__(self, first_s: float = FIRST_S, capacity: int = CAPACITY) -> None:
        """``first_s``: how long a source's first ban lasts."""
        self._first_s = first_s
        self._capacity = capacity
        self._active: dict[str, Ban] = {}
        self._past: dict[str, Ban] = {}
        self._ends: list[tuple[float, str]] = []
        """When something is to be looked at again, soonest first; what is out of date is passed over."""

    def __contains__(self, source: str) -> bool:
        return source in self._active

    def __len__(self) -> int:
        return len(self._active)

    def __iter__(self) -> Iterator[Ban]:
        return iter(self._active.values())

    def get(self, source: str) -> Ban | None:
        """The ban of a source that is in force."""
        return self._active.get(source)

    def impose(self, source: str, reason: str, now: float) -> Ban:
        """Ban a source for its offences; one that is banned already stays so."""
        standing = self._active.get(source)
        if standing is not None:
            return standing
        past = self._past.get(source)
        times = past.times + 1 if past is not None and past.forgotten_at > now else 1
        lasts = min(self._first_s * 2.0 ** min(times - 1, 30), max(LONGEST_S, self._first_s))
        return self._keep(Ban(source, reason, now, now + lasts, times))

    def declare(self, source: str, reason: str, now: float, until: float) -> Ban:
        """Ban a source at an operator's word, in place of what stood."""
        standing = self._active.get(source)
        if standing is not None:
            return self._keep(replace(standing, reason=reason, until=until, by_operator=True))
        return self._keep(Ban(source, reason, now, until, by_operator=True))

    def restore(self, ban: Ban, now: float) -> bool:
        """Put back what was kept over a restart; whether it is still in force."""
        if ban.until > now:
            self._keep(ban)
        elif ban.forgotten_at > now:
            self._remember(ban)
        return ban.until > now

    def lift(self, source: str) -> Ban | None:
        """End a ban before its time and forget that it was; None where there is none."""
        self._past.pop(source, None)
        return self._active.pop(source, None)

    def expire(self, now: float) -> list[Ban]:
        """End those whose time has come; returns them. Costs what it ends, not what there is."""
        ended: list[Ban] = []
        while self._ends and self._ends[0][0] <= now:
            _, source = heapq.heappop(self._ends)
            ban, past = self._active.get(source), self._past.get(source)
            if ban is not None and ban.until <= now:
                del self._active[source]
                self._remember(ban)
                ended.append(ban)
            elif past is not None and past.forgotten_at <= now:
                del self._past[source]
        return ended

    def _keep(self, ban: Ban) -> Ban:
        if ban.source not in self._active and len(self._active) >= self._capacity:
            del self._active[next(iter(self._active))]
        self._active[ban.source] = ban
        self._note(ban.until, ban.source)
        return ban

    def _remember(self, ban: Ban) -> None:
        self._past.pop(ban.source, None)
        if len(self._past) >= self._capacity:
            del self._past[next(iter(self._past))]
        self._past[ban.source] = ban
        self._note(ban.forgotten_at, ban.source)

    def _note(self, when: float, source: str) -> None:
        heapq.heappush(self._ends, (when, source))
        if len(self._ends) > 4 * self._capacity:
            # Bans declared again and again leave stale notes behind: begin the list anew.
            self._ends = [(ban.until, ban.source) for ban in self._active.values()]
            self._ends += [(ban.forgotten_at, ban.source) for ban in self._past.values()]
            heapq.heapify(self._ends)
