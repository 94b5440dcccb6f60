"""Call detail records at rest: added in groups, searched newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from control.cdr import Cdr
from control.store.recordings import Recordings
from control.store.tables import cdrs
from pbx.events import DiversionRecord, LegRecord

DAY_S = 86_400.0

_encode = msgspec.json.Encoder().encode
_decode_legs = msgspec.json.Decoder(tuple[LegRecord, ...]).decode
_decode_diversions = msgspec.json.Decoder(tuple[DiversionRecord, ...]).decode
_COLUMNS = tuple(column.name for column in cdrs.c if column.name not in ("legs", "diversions"))

# Writing a record again is harmless: a group whose commit was in doubt is simply written once more.
_INSERTS = {
    "sqlite": sqlite.insert(cdrs).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(cdrs).on_conflict_do_nothing(),
}


class CdrFilter(Struct, frozen=True):
    """Which records are wanted; what is None does not matter."""

    queue: str | None = None
    agent: str | None = None
    client: str | None = None
    since: float | None = None
    """Calls that started then or later."""
    until: float | None = None
    """Calls that started before then."""
    trunk: str | None = None
    mos_below: float | None = None
    """Calls of which a leg's mean MOS was lower."""
    trouble: str | None = None
    """Calls whose audio had that trouble."""
    numbers: tuple[str, ...] | None = None
    """Spellings of one number, either the caller's or the dialled one."""


class CdrPosition(Struct, frozen=True, array_like=True):
    """A place in the list: the record that was read last."""

    started_at: float
    id: str


class Cdrs:
    """Call detail records."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, records: Sequence[Cdr]) -> None:
        """Add records in one statement; those that are there already stay as they are."""
        statement = _INSERTS.get(self._connection.dialect.name, cdrs.insert())
        await self._connection.execute(statement, [_to_row(record) for record in records])

    async def page(self, wanted: CdrFilter, limit: int, after: CdrPosition | None = None) -> list[Cdr]:
        """At most ``limit`` records, newest first, beginning after a position."""
        query = _matching(wanted).order_by(cdrs.c.started_at.desc(), cdrs.c.id.desc()).limit(limit)
        if after is not None:
            query = query.where(
                or_(
                    cdrs.c.started_at < after.started_at,
                    and_(cdrs.c.started_at == after.started_at, cdrs.c.id < after.id),
                )
            )
        found = [_from_row(row) for row in await self._connection.execute(query)]
        recorded = await Recordings(self._connection).of_calls([record.id for record in found])
        return [replace(record, recordings=recorded.get(record.id, ())) for record in found] if recorded else found

    async def spent(self, trunk: str, since: float) -> float:
        """What the calls over a trunk cost that ended then or later, none of them longer than a day."""
        total = select(func.sum(cdrs.c.cost)).where(
            cdrs.c.trunk == trunk, cdrs.c.started_at >= since - DAY_S, cdrs.c.ended_at >= since
        )
        return (await self._connection.execute(total)).scalar() or 0.0


def _matching(wanted: CdrFilter) -> Select[Any]:
    query = select(cdrs)
    for column in ("queue", "agent", "client", "trunk"):
        value = getattr(wanted, column)
        if value is not None:
            query = query.where(cdrs.c[column] == value)
    if wanted.since is not None:
        query = query.where(cdrs.c.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(cdrs.c.started_at < wanted.until)
    if wanted.mos_below is not None:
        query = query.where(cdrs.c.mos_mean < wanted.mos_below)
    if wanted.trouble is not None:
        query = query.where(cdrs.c.troubles.contains(wanted.trouble, autoescape=True))
    if wanted.numbers is not None:
        query = query.where(or_(cdrs.c.caller.in_(wanted.numbers), cdrs.c.number.in_(wanted.numbers)))
    return query


def _to_row(record: Cdr) -> dict[str, Any]:
    row = {name: getattr(record, name) for name in _COLUMNS}
    row["legs"] = _encode(record.legs).decode()
    row["diversions"] = _encode(record.diversions).decode()
    return row


def _from_row(row: Row[Any]) -> Cdr:
    columns = row._asdict()
    columns["legs"] = _decode_legs(columns["legs"])
    columns["diversions"] = _decode_diversions(columns["diversions"])
    return Cdr(**columns)
