"""Who must not be called: in memory for the rules, in the store for good, and how the one becomes the other."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from control.compliance.number_file import NumberFile, RefusedLine
from control.errors import Invalid, NotFound, Refused
from control.schemas.common import to_iso
from control.store.behind import WriteBehind
from control.store.dnc import DncChange, DncEntry, DncList
from control.store.store import Records, Store
from dialer.compliance.book import Scope
from dialer.compliance.known import DAY_S, Imported, Known
from dialer.compliance.number_set import NumberSet

NATIONAL = "national"
"""The scope of lists that bind whom a region says."""
WEEK_S = 7 * DAY_S
DIGEST_DIGITS = 8


class Progress(Struct):
    """How far an import is."""

    name: str
    octets: int = 0
    lines: int = 0


class Import(Struct, frozen=True):
    """What an import came to."""

    imported: DncList
    lines: int
    refused: int
    refusals: tuple[RefusedLine, ...]


class Standing(Struct, frozen=True):
    """All that is known of a number."""

    number: str
    entries: list[DncEntry]
    lists: list[DncList]
    """Imported lists that have it."""
    history: list[DncChange]


class DoNotCall:
    """The lists, and the calls of the last days, as the rules ask for them (``book``)."""

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self.book = Known()
        self._store = store
        self._clock = clock
        self._behind = WriteBehind(store)
        self._lists: dict[str, DncList] = {}
        self._importing: dict[str, Progress] = {}

    async def start(self) -> None:
        """Read everything that is kept, and the calls of the last week."""
        async with self._store.read() as records:
            for scope, owner in await records.dnc.owners():
                pieces = [piece async for piece in records.dnc.numbers(scope, owner)]
                self.book.load(scope, owner, NumberSet(np.concatenate(pieces)))
            for entry in await records.dnc.expiring():
                self.book.forbid(f"+{entry.number}", entry.scope, entry.owner, entry.expires_at)
            self.book.set_revision(await records.dnc.revision())
            for kept in await records.dnc.lists():
                self._put_list(kept, NumberSet(await records.dnc.numbers_of_list(kept)))
            self.book.restore_calls(await records.attempts.calls(self._clock() - WEEK_S))

    async def stop(self) -> None:
        """Write what waits."""
        await self._behind.stop()

    # Entries

    async def put(
        self,
        number: str,
        scope: Scope,
        owner: str,
        source: str,
        expires_at: float | None = None,
        *,
        dry_run: bool = False,
    ) -> tuple[DncEntry, bool]:
        """Put a number, E.164 with its plus, on a list; what stands there now, and whether it is new."""
        now = self._clock()
        async with self._store.write(dry_run=dry_run) as records:
            revision, new = await records.dnc.put(DncEntry(int(number[1:]), scope, owner, source, now, expires_at), now)
            entries = await records.dnc.of_number(int(number[1:]))
        if not dry_run:
            self.book.forbid(number, scope, owner, expires_at)
            self.book.set_revision(revision)
        return next(entry for entry in entries if (entry.scope, entry.owner) == (scope, owner)), new

    def opted_out(self, number: str, client: str, source: str, written: Callable[[], None] = lambda: None) -> None:
        """Somebody wants no more calls: of the client for whom it was called, of anybody where that was none.

        It holds from now on. ``written`` is called once the store has it: nobody is to be told before.
        """
        entry = self._forbid(number, client, source)
        self._behind.add(lambda records: self._write(records, entry), written)

    async def opted_out_within(self, records: Records, number: str, client: str, source: str) -> None:
        """The same, written with whatever else a transaction writes."""
        await self._write(records, self._forbid(number, client, source))

    def _forbid(self, number: str, client: str, source: str) -> DncEntry:
        scope, owner = (Scope.CLIENT, client) if client else (Scope.OWN, "")
        self.book.forbid(number, scope, owner)
        return DncEntry(int(number[1:]), scope, owner, source, self._clock())

    async def _write(self, records: Records, entry: DncEntry) -> None:
        revision, _ = await records.dnc.put(entry, entry.added_at)
        self.book.set_revision(revision)

    async def remove(self, number: str, scope: Scope, owner: str, source: str, *, dry_run: bool = False) -> None:
        """Take a number off a list. Raises NotFound."""
        async with self._store.write(dry_run=dry_run) as records:
            revision = await records.dnc.remove(int(number[1:]), scope, owner, source, self._clock())
        if revision is None:
            raise NotFound(f"{number} is not on that list")
        if not dry_run:
            self.book.allow(number, scope, owner)
            self.book.set_revision(revision)

    async def standing(self, number: str) -> Standing:
        """All that is known of a number."""
        async with self._store.read() as records:
            entries = await records.dnc.of_number(int(number[1:]))
            history = await records.dnc.history(int(number[1:]))
        on = [self._lists[imported.name] for imported in self.book.lists() if number in imported]
        return Standing(number, entries, on, history)

    # Imported lists

    def lists(self) -> list[DncList]:
        """All of them, by name."""
        return [self._lists[name] for name in sorted(self._lists)]

    def progress(self) -> list[Progress]:
        """Of imports under way."""
        return list(self._importing.values())

    async def import_list(
        self, wanted: DncList, country: str, body: AsyncIterator[bytes], *, dry_run: bool = False
    ) -> Import:
        """Read a file of numbers, one a line, and put it in place of the list's earlier state, as a whole.

        Of ``wanted``, the name, the owner and the day count. Raises Invalid, and Refused for a list that is being
        imported already, or is older than what is there.
        """
        self._check(wanted)
        try:
            file = NumberFile(country)
        except ValueError as error:
            raise Invalid(str(error), field="country") from error
        progress = self._importing[wanted.name] = Progress(wanted.name)
        try:
            async for piece in body:
                # In a thread: other calls do not wait for a file of somebody's.
                await asyncio.to_thread(file.feed, piece)
                progress.octets += len(piece)
                progress.lines = file.lines
            numbers = await asyncio.to_thread(file.numbers)
            if not len(numbers):
                raise Invalid("expected telephone numbers, one a line; there is none", field="body")
            return await self._replace(wanted, file, NumberSet(numbers), dry_run=dry_run)
        except ValueError as error:
            raise Invalid(str(error), field="body") from error
        finally:
            del self._importing[wanted.name]

    async def drop_list(self, name: str) -> None:
        """Forget an imported list. Raises NotFound."""
        async with self._store.write() as records:
            gone = await records.dnc.drop_list(name)
        if not gone:
            raise NotFound(f"there is no imported list {name}")
        self._lists.pop(name, None)
        self.book.drop_list(name)

    def _check(self, wanted: DncList) -> None:
        if wanted.name in self._importing:
            raise Refused(f"list {wanted.name} is being imported already")
        if wanted.taken_at > self._clock():
            raise Invalid("expected the day on which its keeper gave the list out, which is not to come", field="date")
        there = self._lists.get(wanted.name)
        if there is None:
            return
        if (there.scope, there.owner) != (wanted.scope, wanted.owner):
            raise Refused(f"list {wanted.name} is there for others; delete it first, or choose another name")
        if wanted.taken_at < there.taken_at:
            raise Refused(f"list {wanted.name} is there as of {to_iso(there.taken_at)}, which is newer")

    async def _replace(self, wanted: DncList, file: NumberFile, numbers: NumberSet, *, dry_run: bool) -> Import:
        digest = (await asyncio.to_thread(hashlib.sha256, numbers.sorted().data)).hexdigest()[:DIGEST_DIGITS]
        kept = replace(wanted, digest=digest, imported_at=self._clock(), numbers=len(numbers))
        async with self._store.write(dry_run=dry_run) as records:
            await records.dnc.put_list(kept, numbers.sorted())
        if not dry_run:
            self._put_list(kept, numbers)
        return Import(kept, file.lines, file.refused, tuple(file.refusals))

    def _put_list(self, kept: DncList, numbers: NumberSet) -> None:
        self._lists[kept.name] = kept
        scope = None if kept.scope == NATIONAL else Scope(kept.scope)
        version = f"{to_iso(kept.taken_at)[:10]}.{kept.digest}"
        self.book.put_list(Imported(kept.name, kept.taken_at, version, numbers, scope, kept.owner))
