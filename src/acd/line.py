"""A line: things in the order of their keys.

Joining, leaving from anywhere and looking at the first cost the logarithm of the line's length at most, whatever order
the keys come in; as good as nothing where they come in order, as they mostly do. Who leaves is only struck off, and
dropped when she comes to the front. A thing that returns with its old key has its old place.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from heapq import heapify, heappop, heappush
from typing import Any, Generic, TypeVar

T = TypeVar("T", bound=Hashable)
Entry = TypeVar("Entry", bound=tuple[Any, ...])
Key = tuple[float, ...]

_SLACK = 64
"""Entries of those who left that a line may carry beside as many as there are live ones."""


class Entries(Generic[Entry]):
    """Entries in order, of which some do not stand any more: a sorted run, and a heap of those that came too late for
    it."""

    __slots__ = ("_head", "_late", "_room", "_run")

    def __init__(self) -> None:
        self._run: list[Entry] = []
        self._head = 0
        """Where the run begins."""
        self._late: list[Entry] = []
        self._room = _SLACK

    def stands(self, entry: Entry) -> bool:
        """Whether an entry is still meant; one that is not never is again."""
        raise LookupError("entries know whether they stand")

    def of_those_standing(self, entries: list[Entry]) -> list[Entry]:
        """The entries that stand; many are asked at once, so no call is spent on each."""
        return [entry for entry in entries if self.stands(entry)]

    def live(self) -> int:
        """How many entries stand, where that is known; else 0."""
        return 0

    def push(self, entry: Entry) -> None:
        """Put an entry in its place."""
        run, late = self._run, self._late
        if not run or run[-1] < entry:
            run.append(entry)
        else:
            heappush(late, entry)
        if len(run) + len(late) > self._room:
            self._tidy()

    def peek(self) -> Entry | None:
        """The first entry that stands."""
        run, late, head = self._run, self._late, self._head
        end = len(run)
        while head < end and not self.stands(run[head]):
            head += 1
        self._head = head
        while late and not self.stands(late[0]):
            heappop(late)
        if head == end:
            return late[0] if late else None
        return run[head] if not late or run[head] < late[0] else late[0]

    def standing(self) -> list[Entry]:
        """All entries that stand, in no order."""
        return self.of_those_standing(self._run[self._head :] + self._late)

    def _tidy(self) -> None:
        room = 2 * self.live() + _SLACK
        if room > self._room:
            self._room = room  # it grew by those who came
            return
        self._run[:] = self.of_those_standing(self._run[self._head :])
        self._late[:] = self.of_those_standing(self._late)
        heapify(self._late)
        self._head = 0
        self._room = 2 * (len(self._run) + len(self._late)) + _SLACK


class Line(Entries[tuple[Key, T]]):
    """Things in order; two of them never have the same key."""

    __slots__ = ("_keys", "front")

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[T, Key] = {}
        self.front: tuple[Key, T] | None = None
        """The first with its key. It is read far more often than it changes, so it is always at hand."""

    def stands(self, entry: tuple[Key, T]) -> bool:
        """The key of an entry is the very object it was added with, unless the item left or moved."""
        return self._keys.get(entry[1]) is entry[0]

    def of_those_standing(self, entries: list[tuple[Key, T]]) -> list[tuple[Key, T]]:
        key_of = self._keys.get
        return [entry for entry in entries if key_of(entry[1]) is entry[0]]

    def live(self) -> int:
        return len(self._keys)

    def add(self, item: T, key: Key) -> None:
        """Join the line, or move within it."""
        keys, entry = self._keys, (key, item)
        if item in keys:
            if keys[item] == key:
                return
            self.discard(item)
        keys[item] = key
        front = self.front
        if front is None or key < front[0]:
            self.front = entry
        self.push(entry)

    def discard(self, item: T) -> None:
        """Leave the line; nothing happens when the item is not in it."""
        keys = self._keys
        key, front = keys.pop(item, None), self.front
        if key is None or front is None:
            return
        if not keys:
            self._run.clear()
            self._late.clear()
            self._head, self.front = 0, None
        elif front[0] is key:
            self.front = self.peek()

    def first(self) -> T | None:
        """The item with the smallest key."""
        return self.front[1] if self.front is not None else None

    def __iter__(self) -> Iterator[T]:
        """All items in order, as they stand when asked; costs a sort."""
        return iter(sorted(self._keys, key=self._keys.__getitem__))

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, item: T) -> bool:
        return item in self._keys
