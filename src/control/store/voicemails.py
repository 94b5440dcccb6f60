"""Voicemail messages at rest."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from control.leftovers import Voicemail
from control.store.repository import Repository
from control.store.tables import voicemails


class VoicemailPosition(Struct, frozen=True, array_like=True):
    """A place in the list: the message that was read last."""

    left_at: float
    id: str


class Voicemails(Repository[Voicemail]):
    """The messages of all boxes."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, voicemails, "id", Voicemail)

    async def newest(self, box: str | None, limit: int, after: VoicemailPosition | None = None) -> list[Voicemail]:
        """At most ``limit`` messages of a box (or of all), the newest first, beginning after a position."""
        columns = voicemails.c
        query = select(voicemails).order_by(columns.left_at.desc(), columns.id.desc()).limit(limit)
        if box is not None:
            query = query.where(columns.box == box)
        if after is not None:
            query = query.where(
                or_(columns.left_at < after.left_at, and_(columns.left_at == after.left_at, columns.id < after.id))
            )
        return [self._read(row) for row in await self._connection.execute(query)]

    async def counts(self, box: str) -> tuple[int, int]:
        """How many messages of a box are new, and how many were heard."""
        return (await self.all_counts(box)).get(box, (0, 0))

    async def all_counts(self, box: str | None = None) -> dict[str, tuple[int, int]]:
        """The same for every box that has messages, or for one."""
        columns = voicemails.c
        query = select(columns.box, columns.heard, func.count()).group_by(columns.box, columns.heard)
        if box is not None:
            query = query.where(columns.box == box)
        found: dict[str, tuple[int, int]] = {}
        for name, heard, count in await self._connection.execute(query):
            new, old = found.get(name, (0, 0))
            found[name] = (new, count) if heard else (count, old)
        return found
