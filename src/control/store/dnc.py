"""Do-not-call lists at rest: entries with their history, and imported lists in sorted pieces."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from control.store.dnc_tables import dnc_changes, dnc_chunks, dnc_entries, dnc_lists
from dialer.compliance.book import Scope

CHUNK = 65_536
"""Numbers in one piece: half a megabyte."""
ROWS_A_TIME = 20_000
_LITTLE_ENDIAN = np.dtype("<u8")

_c = dnc_entries.c


class DncEntry(Struct, frozen=True):
    """One number that must not be called, and for whom."""

    number: int
    """The digits of E.164."""
    scope: Scope
    owner: str
    """The client or campaign; empty of the centre's own."""
    source: str
    """Who or what asked for it: ``api``, ``call c123``, ``disposition angry`` ..."""
    added_at: float
    expires_at: float | None = None


class DncChange(Struct, frozen=True):
    """An entry that was put on a list (anew), or taken off."""

    revision: int
    at: float
    number: int
    scope: Scope
    owner: str
    added: bool
    source: str
    expires_at: float | None


class DncList(Struct, frozen=True):
    """A list that was imported whole, as it was imported last."""

    name: str
    scope: str
    """A ``Scope``, or ``national``."""
    owner: str
    digest: str
    """Names its content: the beginning of the SHA-256 of its numbers."""
    taken_at: float
    """When its keeper gave it out."""
    imported_at: float
    numbers: int


class Dnc:
    """Who must not be called."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, entry: DncEntry, at: float) -> tuple[int, bool]:
        """Put an entry on a list, or change it; the revision, and whether it is new. When it was added stays."""
        values = {name: getattr(entry, name) for name in entry.__struct_fields__}
        changed = await self._connection.execute(
            update(dnc_entries).where(_is(entry.number, entry.scope, entry.owner)).values(
                source=entry.source, expires_at=entry.expires_at
            )
        )  # fmt: skip
        if changed.rowcount == 0:
            await self._connection.execute(insert(dnc_entries).values(values))
        return await self._note(entry, at, added=True), changed.rowcount == 0

    async def remove(self, number: int, scope: Scope, owner: str, source: str, at: float) -> int | None:
        """Take an entry off a list; the revision, None where there was none."""
        gone = await self._connection.execute(delete(dnc_entries).where(_is(number, scope, owner)))
        if gone.rowcount == 0:
            return None
        return await self._note(DncEntry(number, scope, owner, source, at), at, added=False)

    async def of_number(self, number: int) -> list[DncEntry]:
        """All entries of a number."""
        query = select(dnc_entries).where(_c.number == number).order_by(_c.scope, _c.owner)
        return [_entry(*row) for row in await self._connection.execute(query)]

    async def history(self, number: int) -> list[DncChange]:
        """All changes of a number's entries, the first one first."""
        query = select(dnc_changes).where(dnc_changes.c.number == number).order_by(dnc_changes.c.revision)
        return [
            DncChange(
                row.revision, row.at, row.number, Scope(row.scope), row.owner, row.added, row.source, row.expires_at
            )
            for row in await self._connection.execute(query)
        ]

    async def revision(self) -> int:
        """How many changes there have been."""
        return (await self._connection.execute(select(func.max(dnc_changes.c.revision)))).scalar() or 0

    async def entries(self, limit: int, after: tuple[int, str, str] | None = None) -> list[DncEntry]:
        """At most ``limit`` entries by number, scope and owner, beginning after these."""
        query = select(dnc_entries).order_by(_c.number, _c.scope, _c.owner).limit(limit)
        if after is not None:
            number, scope, owner = after
            same = and_(_c.number == number, or_(_c.scope > scope, and_(_c.scope == scope, _c.owner > owner)))
            query = query.where(or_(_c.number > number, same))
        return [_entry(*row) for row in await self._connection.execute(query)]

    async def owners(self) -> list[tuple[Scope, str]]:
        """Who has entries."""
        query = select(_c.scope, _c.owner).distinct().order_by(_c.scope, _c.owner)
        return [(Scope(scope), owner) for scope, owner in await self._connection.execute(query)]

    async def numbers(self, scope: Scope, owner: str) -> AsyncIterator[NDArray[np.uint64]]:
        """The numbers of an owner in order, some at a time."""
        after = 0
        while True:
            query = select(_c.number).where(_c.scope == scope, _c.owner == owner, _c.number > after)
            rows = (await self._connection.execute(query.order_by(_c.number).limit(ROWS_A_TIME))).scalars().all()
            if rows:
                yield np.array(rows, np.uint64)
                after = rows[-1]
            if len(rows) < ROWS_A_TIME:
                return

    async def expiring(self) -> list[DncEntry]:
        """Entries that are not for good."""
        query = select(dnc_entries).where(_c.expires_at.is_not(None))
        return [_entry(*row) for row in await self._connection.execute(query)]

    # Imported lists

    async def lists(self) -> list[DncList]:
        """All imported lists, by name."""
        return [DncList(*row) for row in await self._connection.execute(select(dnc_lists).order_by(dnc_lists.c.name))]

    async def put_list(self, imported: DncList, numbers: NDArray[np.uint64]) -> None:
        """Keep a list in place of its earlier state."""
        await self.drop_list(imported.name)
        await self._connection.execute(
            insert(dnc_lists).values({name: getattr(imported, name) for name in imported.__struct_fields__})
        )
        for chunk, first in enumerate(range(0, len(numbers), CHUNK)):
            piece = numbers[first : first + CHUNK].astype(_LITTLE_ENDIAN, copy=False).tobytes()
            row = {"list": imported.name, "chunk": chunk, "numbers": piece}
            await self._connection.execute(insert(dnc_chunks).values(row))

    async def drop_list(self, name: str) -> bool:
        """Forget a list; whether it was there."""
        await self._connection.execute(delete(dnc_chunks).where(dnc_chunks.c.list == name))
        return (await self._connection.execute(delete(dnc_lists).where(dnc_lists.c.name == name))).rowcount > 0

    async def numbers_of_list(self, imported: DncList) -> NDArray[np.uint64]:
        """Its numbers in order."""
        found = np.empty(imported.numbers, np.uint64)
        end = 0
        c = dnc_chunks.c
        query = select(c.numbers).where(c.list == imported.name).order_by(c.chunk)
        async with self._connection.stream(query) as rows:
            async for (piece,) in rows:
                part = np.frombuffer(piece, _LITTLE_ENDIAN)
                found[end : end + len(part)] = part
                end += len(part)
        return found[:end]

    async def _note(self, entry: DncEntry, at: float, *, added: bool) -> int:
        row = {"at": at, "number": entry.number, "scope": entry.scope, "owner": entry.owner, "added": added,
               "source": entry.source, "expires_at": entry.expires_at}  # fmt: skip
        done = await self._connection.execute(insert(dnc_changes).values(row))
        key = done.inserted_primary_key
        return int(key[0]) if key is not None else await self.revision()


def _is(number: int, scope: Scope, owner: str) -> ColumnElement[bool]:
    return and_(_c.number == number, _c.scope == scope, _c.owner == owner)


def _entry(number: int, scope: str, owner: str, source: str, added_at: float, expires_at: float | None) -> DncEntry:
    return DncEntry(number, Scope(scope), owner, source, added_at, expires_at)
