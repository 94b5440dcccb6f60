"""Timers that are set often, run seldom and may be a second late: session timers, subscriptions.

Unlike those of ``TimerQueue`` they can be taken back, and then nothing of them is left: what ends after a minute must
not be held for the half hour that its timer would have taken.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from math import ceil, floor

from pbx.sip.timers import TimerQueue

Action = Callable[[float], None]


class CoarseTimers:
    """One action a key, in buckets of a second; the queue is asked for one wake-up a second while there are any."""

    def __init__(self, timers: TimerQueue) -> None:
        self._timers = timers
        self._buckets: dict[int, dict[Hashable, Action]] = {}
        self._second: dict[Hashable, int] = {}
        self._last = 0
        """The last second that was looked at."""
        self._ticking = False

    def set(self, key: Hashable, now: float, delay: float, action: Action) -> None:
        """Call ``action(now)`` in ``delay`` seconds, or up to a second later; replaces what the key had."""
        self.clear(key)
        if not self._ticking:
            self._ticking = True
            self._last = floor(now)
            self._timers.at(self._last + 1, self._tick)
        second = max(ceil(now + delay), self._last + 1)
        self._second[key] = second
        self._buckets.setdefault(second, {})[key] = action

    def clear(self, key: Hashable) -> None:
        """Forget a key's action, if it has one."""
        second = self._second.pop(key, None)
        if second is not None:
            bucket = self._buckets[second]
            del bucket[key]
            if not bucket:
                del self._buckets[second]

    def __len__(self) -> int:
        return len(self._second)

    def _tick(self, now: float) -> None:
        first, self._last = self._last + 1, floor(now)
        due = range(first, self._last + 1)
        for second in due if len(due) < len(self._buckets) else sorted(key for key in self._buckets if key in due):
            for key, action in list(self._buckets.get(second, {}).items()):
                if self._second.get(key) == second:
                    self.clear(key)
                    action(now)
        self._ticking = bool(self._second)
        if self._ticking:
            self._timers.at(self._last + 1, self._tick)
