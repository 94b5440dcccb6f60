"""Sets of telephone numbers that take eight octets a number, however many millions they hold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

MERGE_AT = 100_000
"""So many changes are kept beside the sorted numbers before they are merged, which takes hundredths of a second."""


def sorted_once(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers in order, each once. (``numpy.unique`` hashes them first, which takes eight times as long.)"""
    numbers = np.sort(numbers)
    first = np.ones(len(numbers), bool)
    np.not_equal(numbers[1:], numbers[:-1], out=first[1:])
    return numbers[first]


class NumberSet:
    """Numbers as integers, the digits of E.164. Looking one up is a binary search."""

    def __init__(self, numbers: NDArray[np.uint64] | None = None) -> None:
        """``numbers`` are sorted, each once."""
        self._sorted = np.empty(0, np.uint64) if numbers is None else numbers
        # A memoryview gives plain integers several times faster than an array does.
        self._view = self._sorted.data
        self._added: set[int] = set()
        self._removed: set[int] = set()

    @classmethod
    def of(cls, numbers: Iterable[int]) -> NumberSet:
        """A set of numbers in any order."""
        return cls(sorted_once(np.fromiter(numbers, np.uint64)))

    def __contains__(self, number: int) -> bool:
        return number in self._added or (self._in_sorted(number) and number not in self._removed)

    def __len__(self) -> int:
        return len(self._sorted) + len(self._added) - len(self._removed)

    def add(self, number: int) -> None:
        """Put a number in, which may be in."""
        if self._in_sorted(number):
            self._removed.discard(number)
        else:
            self._added.add(number)
            self._merge_when_due()

    def discard(self, number: int) -> None:
        """Take a number out, which may be out."""
        self._added.discard(number)
        if self._in_sorted(number):
            self._removed.add(number)
            self._merge_when_due()

    def sorted(self) -> NDArray[np.uint64]:
        """All numbers in order."""
        self._merge()
        return self._sorted

    def _in_sorted(self, number: int) -> bool:
        place = bisect_left(self._view, number)
        return place < len(self._view) and self._view[place] == number

    def _merge_when_due(self) -> None:
        if len(self._added) + len(self._removed) >= MERGE_AT:
            self._merge()

    def _merge(self) -> None:
        kept = self._sorted
        if self._removed:
            gone = np.fromiter(self._removed, np.uint64)
            kept = np.delete(kept, np.searchsorted(kept, gone))
        if self._added:
            new = np.sort(np.fromiter(self._added, np.uint64))
            kept = np.insert(kept, np.searchsorted(kept, new), new)
        self._sorted, self._view = kept, kept.data
        self._added, self._removed = set(), set()
