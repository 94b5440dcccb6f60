"""Recordings of calls at rest: what is known of them; their audio is in files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from control.recording import Recording, RecordingMark
from control.store.repository import Repository
from control.store.tables import recordings


class RecordingFilter(Struct, frozen=True):
    """Which recordings are wanted; what is None does not matter."""

    queue: str | None = None
    agent: str | None = None
    client: str | None = None
    call: str | None = None
    since: float | None = None
    """Those that began then or later."""
    until: float | None = None
    """Those that began before then."""
    numbers: tuple[str, ...] | None = None
    """Spellings of one number, either the caller's or the dialled one."""


class RecordingPosition(Struct, frozen=True, array_like=True):
    """A place in the list: the recording that was read last."""

    started_at: float
    id: str


class Recordings(Repository[Recording]):
    """What is known of recordings; of those that are deleted, too, for the sake of their calls' records."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, recordings, "id", Recording)

    async def newest(
        self, wanted: RecordingFilter, limit: int, after: RecordingPosition | None = None
    ) -> list[Recording]:
        """At most ``limit`` recordings whose audio is there, the newest first, beginning after a position."""
        columns = recordings.c
        query = _matching(wanted).order_by(columns.started_at.desc(), columns.id.desc()).limit(limit)
        if after is not None:
            query = query.where(
                or_(
                    columns.started_at < after.started_at,
                    and_(columns.started_at == after.started_at, columns.id < after.id),
                )
            )
        return [self._read(row) for row in await self._connection.execute(query)]

    async def expired(self, now: float, limit: int) -> list[Recording]:
        """At most ``limit`` recordings whose time is up and that nobody holds, the oldest first."""
        columns = recordings.c
        query = (
            select(recordings)
            .where(columns.expires_at <= now, columns.held.is_(False), columns.deleted_at.is_(None))
            .order_by(columns.expires_at)
            .limit(limit)
        )
        return [self._read(row) for row in await self._connection.execute(query)]

    async def of_calls(self, calls: Collection[str]) -> dict[str, tuple[RecordingMark, ...]]:
        """The recordings of some calls, deleted ones too, each call's in the order in which they began."""
        columns = recordings.c
        query = (
            select(columns.call, columns.id, columns.sha256)
            .where(columns.call.in_(calls))
            .order_by(columns.started_at, columns.id)
        )
        found: dict[str, list[RecordingMark]] = defaultdict(list)
        for call, id, sha256 in await self._connection.execute(query):
            found[call].append(RecordingMark(id, sha256))
        return {call: tuple(marks) for call, marks in found.items()}


def _matching(wanted: RecordingFilter) -> Select[Any]:
    columns = recordings.c
    query = select(recordings).where(columns.deleted_at.is_(None))
    for name in ("queue", "agent", "client", "call"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(columns[name] == value)
    if wanted.since is not None:
        query = query.where(columns.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(columns.started_at < wanted.until)
    if wanted.numbers is not None:
        query = query.where(or_(columns.caller.in_(wanted.numbers), columns.number.in_(wanted.numbers)))
    return query
