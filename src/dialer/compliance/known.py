"""The book in memory: every list, and who was called in the last days. ``control`` fills it and keeps it true."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from msgspec import Struct

from dialer.compliance.book import Scope
from dialer.compliance.number_set import NumberSet

DAY_S = 86_400.0
DAYS = 8
"""A week has begun on the eighth day back, unless it is midnight."""


class Imported(Struct, frozen=True):
    """A list that somebody else keeps, as of one day."""

    name: str
    taken_at: float
    version: str
    """Names this state of it, such as ``2026-11-01.9f86d081``."""
    numbers: NumberSet
    scope: Scope | None = None
    """For whom it forbids; None of a national list, which binds whom a region says."""
    owner: str = ""

    def __contains__(self, number: str) -> bool:
        return int(number[1:]) in self.numbers


class Known:
    """All that the rules look up (``book.Book``). Numbers are E.164 with their plus."""

    def __init__(self) -> None:
        self._entries: dict[tuple[Scope, str], NumberSet] = {}
        self._expiries: dict[tuple[Scope, str, int], float] = {}
        self._imported: dict[str, Imported] = {}
        self._bound: dict[tuple[Scope, str], tuple[Imported, ...]] = {}
        self._days: deque[tuple[int, dict[str, dict[int, tuple[float, ...]]]]] = deque(maxlen=DAYS)
        self._revision = 0
        self._version = ""

    # The port

    @property
    def version(self) -> str:
        """Such as ``own@1532 us@2026-11-01.9f86d081``."""
        if not self._version:
            lists = (f"{name}@{self._imported[name].version}" for name in sorted(self._imported))
            self._version = " ".join((f"own@{self._revision}", *lists))
        return self._version

    def forbids(self, number: str, scope: Scope, owner: str, now: float) -> bool:
        """Whether an entry or an imported list of that owner has the number."""
        digits, key = int(number[1:]), (scope, owner)
        entries = self._entries.get(key)
        if entries is not None and digits in entries:
            until = self._expiries.get((scope, owner, digits)) if self._expiries else None
            if until is None or now < until:
                return True
        return any(digits in imported.numbers for imported in self._bound.get(key, ()))

    def imported(self, list: str) -> Imported | None:
        """A list by its name."""
        return self._imported.get(list)

    def calls(self, client: str, number: str) -> Sequence[float]:
        """Calls of the last week, and perhaps of the day before it, in the order in which they were told."""
        digits = int(number[1:])
        found: tuple[float, ...] = ()
        for _, clients in self._days:
            numbers = clients.get(client)
            if numbers is not None:
                found += numbers.get(digits, ())
        return found

    # What keeps it true

    def lists(self) -> list[Imported]:
        """All imported lists, by name."""
        return [self._imported[name] for name in sorted(self._imported)]

    def load(self, scope: Scope, owner: str, numbers: NumberSet) -> None:
        """The entries of one owner, as kept; in place of what is known."""
        self._entries[scope, owner] = numbers
        self._version = ""

    def set_revision(self, revision: int) -> None:
        """How many changes of entries there have been."""
        self._revision = revision
        self._version = ""

    def forbid(self, number: str, scope: Scope, owner: str = "", expires_at: float | None = None) -> None:
        """Put a number on an owner's list."""
        digits = int(number[1:])
        self._entries.setdefault((scope, owner), NumberSet()).add(digits)
        if expires_at is None:
            self._expiries.pop((scope, owner, digits), None)
        else:
            self._expiries[scope, owner, digits] = expires_at

    def allow(self, number: str, scope: Scope, owner: str = "") -> None:
        """Take a number off an owner's list."""
        digits = int(number[1:])
        entries = self._entries.get((scope, owner))
        if entries is not None:
            entries.discard(digits)
        self._expiries.pop((scope, owner, digits), None)

    def put_list(self, imported: Imported) -> None:
        """A list, in place of its earlier state."""
        self._imported[imported.name] = imported
        self._lists_changed()

    def drop_list(self, name: str) -> None:
        """A list is no more."""
        self._imported.pop(name, None)
        self._lists_changed()

    def called(self, client: str, number: str, at: float) -> None:
        """A number is dialled on behalf of a client."""
        day = int(at // DAY_S)
        if not self._days or self._days[-1][0] < day:
            self._days.append((day, {}))
        # A call of a past day that is told late counts as one of the first day that is still known.
        _, clients = next((known for known in reversed(self._days) if known[0] <= day), self._days[0])
        numbers = clients.setdefault(client, {})
        digits = int(number[1:])
        numbers[digits] = (*numbers.get(digits, ()), at)

    def restore_calls(self, calls: Iterable[tuple[str, str, float]]) -> None:
        """Client, number and moment of calls, the first one first."""
        for client, number, at in calls:
            self.called(client, number, at)

    def _lists_changed(self) -> None:
        bound: dict[tuple[Scope, str], tuple[Imported, ...]] = {}
        for imported in self._imported.values():
            if imported.scope is not None:
                key = (imported.scope, imported.owner)
                bound[key] = (*bound.get(key, ()), imported)
        self._bound = bound
        self._version = ""
