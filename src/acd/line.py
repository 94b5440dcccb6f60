"""A line: things in the order of their keys.

Joining, leaving from anywhere and looking at the first cost the logarithm of the line's length at most, whatever order
the keys come in; as good as nothing where they come in order, as they mostly do. Who leaves is only struck off, and
dropped when she comes to the front. A thing that returns with its old key has its old place.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from heapq import heapify, heappop, heappush
from math import inf
from typing import Any, Generic, TypeVar

T = TypeVar("T", bound=Hashable)
Entry = TypeVar("Entry", bound=tuple[Any, ...])
Key = tuple[float, int]

_SLACK = 64
"""Entries of those who left that a line may carry beside as many as there are live ones."""

NOBODY: tuple[Any, ...] = (inf,)
"""Comes after everything."""


class Entries(Generic[Entry]):
    """Entries in order, of which some do not stand any more: a sorted run, and a heap of those that came too late for
    it."""

    __slots__ = ("_late", "_room", "_run")

    def __init__(self) -> None:
        # Those at its front who left are freed one by one as they are met: freeing hundreds at once is felt.
        self._run: deque[Entry] = deque()
        self._late: list[Entry] = []
        self._room = _SLACK

    def stands(self, entry: Entry) -> bool:
        """Whether an entry is still meant; one that is not never is again."""
        raise LookupError("entries know whether they stand")

    def of_those_standing(self, entries: Iterable[Entry]) -> list[Entry]:
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
            length = len(run)
        else:
            heappush(late, entry)
            length = len(late)
        if length > self._room:
            self._tidy()

    def peek(self) -> Entry | None:
        """The first entry that stands."""
        run, late = self._run, self._late
        while run and not self.stands(run[0]):
            run.popleft()
        while late and not self.stands(late[0]):
            heappop(late)
        if not run:
            return late[0] if late else None
        return run[0] if not late or run[0] < late[0] else late[0]

    def standing(self) -> list[Entry]:
        """All entries that stand, in no order."""
        return self.of_those_standing([*self._run, *self._late])

    def _tidy(self) -> None:
        room = 2 * self.live() + _SLACK
        if room > self._room:
            self._room = room  # it grew by those who came
            return
        self._run = deque(self.of_those_standing(self._run))
        self._late = self.of_those_standing(self._late)
        heapify(self._late)
        self._room = 2 * (len(self._run) + len(self._late)) + _SLACK


class Line(Entries[tuple[Any, ...]], Generic[T]):
    """Things in order; two of them never have the same key. An entry is the parts of its key, and the thing."""

    __slots__ = ("_entries", "front")

    def __init__(self) -> None:
        super().__init__()
        self._entries: dict[T, tuple[Any, ...]] = {}
        self.front: tuple[Any, ...] = NOBODY
        """The first entry. It is read far more often than it changes, so it is always at hand."""

    def stands(self, entry: tuple[Any, ...]) -> bool:
        return self._entries.get(entry[-1]) is entry

    def of_those_standing(self, entries: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        entry_of = self._entries.get
        return [entry for entry in entries if entry_of(entry[-1]) is entry]

    def live(self) -> int:
        return len(self._entries)

    def add(self, item: T, key: Key) -> None:
        """Join the line, or move within it."""
        entries, entry = self._entries, (key[0], key[1], item)
        if item in entries:
            if entries[item] == entry:
                return
            self.discard(item)
        entries[item] = entry
        if entry < self.front:
            self.front = entry
        self.push(entry)

    def discard(self, item: T) -> None:
        """Leave the line; nothing happens when the item is not in it."""
        entries = self._entries
        entry = entries.pop(item, None)
        if not entries:
            self._run.clear()
            self._late.clear()
            self.front = NOBODY
        elif entry is self.front:
            self.front = self.peek() or NOBODY

    def peek(self) -> tuple[Any, ...] | None:
        run, entry_of = self._run, self._entries.get
        while run:
            entry = run[0]
            if entry_of(entry[-1]) is entry:
                return super().peek() if self._late else entry
            run.popleft()
        return super().peek()

    def first(self) -> T | None:
        """The item with the smallest key."""
        return None if self.front is NOBODY else self.front[-1]

    def __iter__(self) -> Iterator[T]:
        """All items in order, as they stand when asked; costs a sort."""
        return iter(sorted(self._entries, key=self._entries.__getitem__))

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, item: T) -> bool:
        return item in self._entries
