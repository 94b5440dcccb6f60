"""Token buckets, one a source: so many at once, so many a second, and no more."""

from __future__ import annotations

from collections import OrderedDict

CAPACITY = 20_000
"""Sources that are remembered; beyond it the one unheard of for longest begins anew, with a full bucket."""


class Buckets:
    """The buckets of all sources; each use says how large the bucket is, so that it may grow and shrink."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Tokens and when they were counted, by source; the one used last stands last."""

    def __len__(self) -> int:
        """How many sources are remembered."""
        return len(self._buckets)

    def take(self, source: str, rate: float, burst: float, now: float, tokens: float = 1.0) -> bool:
        """Take ``tokens`` (one) from a bucket that holds ``burst`` and gains ``rate`` a second; False when they lack.

        A refusal takes nothing. ``now`` is any steady clock in seconds; one that steps back gains nothing.
        """
        known = self._buckets.get(source)
        if known is None:
            left = burst
            if len(self._buckets) >= self._capacity:
                self._buckets.popitem(last=False)
        else:
            level, at = known
            elapsed = now - at
            left = level + elapsed * rate if elapsed > 0.0 else level
            if left > burst:
                left = burst
        enough = left >= tokens
        self._buckets[source] = (left - tokens if enough else left, now)
        self._buckets.move_to_end(source)
        return enough

    def forget(self, source: str) -> None:
        """Let a source begin anew."""
        self._buckets.pop(source, None)
