"""The timers of RFC 3261 (section 17.1.1.1, table 4) and the queue in which all of them wait."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

T1 = 0.5
"""Seconds: the round trip that is assumed."""
T2 = 4.0
"""Seconds: the longest interval between retransmissions other than of INVITE."""
T4 = 5.0
"""Seconds for which a message may linger in the network."""
TIMEOUT = 64 * T1
"""Timers B, F, H, J, L and M."""


class TimerQueue:
    """Actions waiting for their time.

    Nothing is taken out early: who is called looks whether it still matters. That keeps setting a timer at one push.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[..., None], tuple[object, ...]]] = []
        self._order = count()

    def at(self, when: float, action: Callable[..., None], *arguments: object) -> None:
        """Call ``action(*arguments, now)`` once ``when`` has come; equal times keep their order."""
        heapq.heappush(self._heap, (when, next(self._order), action, arguments))

    def next(self) -> float | None:
        """When the next action is due."""
        return self._heap[0][0] if self._heap else None

    def run(self, now: float) -> None:
        """Call all that is due."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            _, _, action, arguments = heapq.heappop(heap)
            action(*arguments, now)

    def __len__(self) -> int:
        return len(self._heap)
