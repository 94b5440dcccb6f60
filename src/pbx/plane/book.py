"""Which port pairs a media worker may use, kept by the switch: no question to the worker, no system call.

A pair on which nobody ever sent is free of stray audio and still bound: it may serve again after a short rest. A pair
that carried audio is used again as late as possible, for a phone that missed the hang-up may go on sending there for
a while::

    fresh ──take──► taken ──give, silent──► quiet, two seconds ──► first choice
                      └─────give, used───► used, oldest first ──► last choice, after the fresh ones
"""

from __future__ import annotations

from collections import deque

REST_S = 2.0
"""How long a silent pair rests at least, as long as there are others."""


class PortBook:
    """The pairs from ``low`` to ``high``, each an even port and the odd one after it."""

    def __init__(self, low: int, high: int) -> None:
        first = low + low % 2
        self._fresh = iter(range(first, high, 2))
        self._size = len(range(first, high, 2))
        self._taken = 0
        self._quiet: deque[tuple[float, int]] = deque()
        self._used: deque[int] = deque()

    def __len__(self) -> int:
        """All pairs, taken or free."""
        return self._size

    @property
    def taken(self) -> int:
        return self._taken

    def take(self, now: float) -> int | None:
        """The RTP port of a free pair, or None; ``now`` in seconds."""
        port = self._choose(now)
        if port is not None:
            self._taken += 1
        return port

    def give(self, port: int, now: float, *, silent: bool) -> None:
        """Return a pair; ``silent`` when nobody ever sent to it."""
        self._taken -= 1
        if silent:
            self._quiet.append((now, port))
        else:
            self._used.append(port)

    def _choose(self, now: float) -> int | None:
        if self._quiet and now - self._quiet[0][0] >= REST_S:
            return self._quiet.popleft()[1]
        fresh = next(self._fresh, None)
        if fresh is not None:
            return fresh
        if self._used:
            return self._used.popleft()
        return self._quiet.popleft()[1] if self._quiet else None
