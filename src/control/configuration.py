"""Changing the configuration: check, write, commit, and only then tell the running centre.

Changes are made one after another, so the centre learns them in the order in which they were committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from control import rules
from control.errors import NotFound
from control.nouns import NOUN_OF, Change, Noun, NounName, id_of
from control.store.repository import Repository
from control.store.store import Records, Store


class Edit:
    """One transaction's worth of changes."""

    def __init__(self, records: Records, check: Callable[[Noun], Awaitable[None]]) -> None:
        self.records = records
        self._check = check
        self.changes: list[Change] = []

    async def put(self, value: Noun) -> bool:
        """Declare a value; True when it is new. What is declared already changes nothing.

        Raises Invalid or Taken, naming the field.
        """
        noun, id = NOUN_OF[type(value)], id_of(value)
        await rules.check(self.records, value)
        await self._check(value)
        repository = self._repository(noun)
        existing = await repository.get(id)
        if existing != value:
            await repository.put(value)
            self.changes.append(Change(noun, id, value))
        return existing is None

    async def delete(self, noun: NounName, id: str) -> None:
        """Remove a value. Raises NotFound, or InUse, naming the referrer."""
        repository = self._repository(noun)
        if await repository.get(id) is None:
            raise NotFound(f"there is no {noun} {id}")
        await rules.check_unused(self.records, noun, id)
        await repository.delete(id)
        self.changes.append(Change(noun, id, None))

    def _repository(self, noun: NounName) -> Repository[Any]:
        records = self.records
        repositories: dict[NounName, Repository[Any]] = {
            "skill": records.skills,
            "agent": records.agents,
            "queue": records.queues,
            "route": records.routes,
            "flow": records.flows,
            "trunk": records.trunks,
            "music": records.music,
            "campaign": records.campaigns,
            "site": records.sites,
            "calendar": records.calendars,
        }
        return repositories[noun]


class Configuration:
    """The one way in which the configuration changes."""

    def __init__(
        self,
        store: Store,
        check: Callable[[Noun], Awaitable[None]],
        apply: Callable[[Change], Awaitable[None]],
    ) -> None:
        """``check`` raises Invalid for what this machine cannot serve; ``apply`` tells the running centre."""
        self._store = store
        self._check = check
        self._apply = apply
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def edit(self, *, dry_run: bool = False) -> AsyncIterator[Edit]:
        """Make changes together: all of them or, when an exception leaves or it is a dry run, none."""
        async with self._turn:
            async with self._store.write(dry_run=dry_run) as records:
                edit = Edit(records, self._check)
                yield edit
            if not dry_run:
                for change in edit.changes:
                    await self._apply(change)
