"""A line: things in the order of their keys.

A heap with lazy removal, so that joining, leaving from anywhere and looking at the first cost the logarithm of the
line's length at most, whatever order the keys come in. A thing that returns with its old key has its old place.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)
Key = tuple[float, ...]

_SLACK = 32
"""Entries of those who left that a heap may carry beside as many as there are live ones."""


class Line(Generic[T]):
    """Things in order; two of them never have the same key."""

    __slots__ = ("_heap", "_keys")

    def __init__(self) -> None:
        self._heap: list[tuple[Key, T]] = []
        self._keys: dict[T, Key] = {}

    def add(self, item: T, key: Key) -> None:
        """Join the line, or move within it."""
        if self._keys.get(item) == key:
            return
        self._keys[item] = key
        heap = self._heap
        heappush(heap, (key, item))
        if len(heap) > 2 * len(self._keys) + _SLACK:
            heap[:] = [(key, item) for item, key in self._keys.items()]
            heapify(heap)

    def discard(self, item: T) -> None:
        """Leave the line; nothing happens when the item is not in it."""
        self._keys.pop(item, None)

    def first(self) -> T | None:
        """The item with the smallest key."""
        heap, keys = self._heap, self._keys
        while heap:
            key, item = heap[0]
            # The key of an entry is the very object it was added with, unless the item left or moved.
            if keys.get(item) is key:
                return item
            heappop(heap)
        return None

    def __iter__(self) -> Iterator[T]:
        """All items in order, as they stand when asked; costs a sort."""
        return iter(sorted(self._keys, key=self._keys.__getitem__))

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, item: T) -> bool:
        return item in self._keys
