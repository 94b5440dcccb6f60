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

_SLACK = 32
"""Entries of those who left that a line may carry beside as many as there are live ones."""


class Entries(Generic[Entry]):
    """Entries in order, of which some do not stand any more: a sorted run, and a heap of those that came too late for
    it."""

    __slots__ = ("_head", "_late", "_room", "_run")

    def __init__(self) -> None:
        self._run: list[Entry] = []
        self._head = 0
        """Where the run begins: what is before it is dropped now and then."""
        self._late: list[Entry] = []
        self._room = _SLACK

    def stands(self, entry: Entry) -> bool:
        """Whether an entry is still meant; one that is not never is again."""
        raise LookupError("entries know whether they stand")

    def live(self) -> int:
        """How many entries stand, where that is known; else 0."""
        return 0

    def push(self, entry: Entry) -> None:
        """Put an entry in its place."""
        run = self._run
        if not run or run[-1] < entry:
            run.append(entry)
        else:
            heappush(self._late, entry)
        if len(run) - self._head + len(self._late) > self._room:
            self._tidy()

    def peek(self) -> Entry | None:
        """The first entry that stands."""
        run, late, head = self._run, self._late, self._head
        end = len(run)
        while head < end and not self.stands(run[head]):
            head += 1
        while late and not self.stands(late[0]):
            heappop(late)
        if head == end or head > end // 2 > _SLACK:
            del run[:head]
            head = 0
        self._head = head
        if not run:
            return late[0] if late else None
        return run[head] if not late or run[head] < late[0] else late[0]

    def standing(self) -> list[Entry]:
        """All entries that stand, in no order."""
        return [entry for part in (self._run[self._head :], self._late) for entry in part if self.stands(entry)]

    def _tidy(self) -> None:
        room = 2 * self.live() + _SLACK
        if room > self._room:
            self._room = room  # it grew by those who came
            return
        self._run[:] = [entry for entry in self._run[self._head :] if self.stands(entry)]
        self._late[:] = [entry for entry in self._late if self.stands(entry)]
        heapify(self._late)
        self._head = 0
        self._room = 2 * (len(self._run) + len(self._late)) + _SLACK


class Line(Entries[tuple[Key, T]]):
    """Things in order; two of them never have the same key."""

    __slots__ = ("_keys",)

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[T, Key] = {}

    def stands(self, entry: tuple[Key, T]) -> bool:
        """The key of an entry is the very object it was added with, unless the item left or moved."""
        return self._keys.get(entry[1]) is entry[0]

    def live(self) -> int:
        return len(self._keys)

    def add(self, item: T, key: Key) -> None:
        """Join the line, or move within it."""
        keys = self._keys
        if item in keys and keys[item] == key:
            return
        keys[item] = key
        self.push((key, item))

    def discard(self, item: T) -> None:
        """Leave the line; nothing happens when the item is not in it."""
        self._keys.pop(item, None)

    def peek_first(self) -> tuple[Key, T] | None:
        """As ``peek``, and quick where the first of the run stands and none came late, as is the rule."""
        if not self._late and self._head < len(self._run):
            entry = self._run[self._head]
            if self._keys.get(entry[1]) is entry[0]:
                return entry
        return self.peek()

    def first(self) -> T | None:
        """The item with the smallest key."""
        entry = self.peek_first()
        return entry[1] if entry is not None else None

    def __iter__(self) -> Iterator[T]:
        """All items in order, as they stand when asked; costs a sort."""
        return iter(sorted(self._keys, key=self._keys.__getitem__))

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, item: T) -> bool:
        return item in self._keys
