"""Attempts of campaigns at rest: begun before they are dialled, chained when they are over (``dialer.ledger``)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import BigInteger, Row, Select, and_, bindparam, case, cast, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from control.store.ledger_tables import attempts, ledger_head
from dialer.ledger import PERMITTED, Entry, Head, Record, chain, head_of
from dialer.outcome import ANSWERED_BY_A_PERSON

Kind = TypeVar("Kind", bound=Entry)

AT_A_TIME = 5000
"""Values in one statement; databases have limits of some ten thousand."""
QUARTER_HOUR_S = 900

_c = attempts.c
_ENTRY = tuple(attempts.c[name] for name in Entry.__struct_fields__)
_RECORD = tuple(attempts.c[name] for name in Record.__struct_fields__)
_CLOSE = update(attempts).where(_c.id == bindparam("closed")).values(
    {name: bindparam(name) for name in Record.__struct_fields__ if name != "id"}
)  # fmt: skip


class AttemptFilter(Struct, frozen=True):
    """Which attempts are wanted; what is None does not matter."""

    campaign: str | None = None
    lead: int | None = None
    number_key: str | None = None
    """The number as the chain has it, so that it is found when it is forgotten as well."""
    verdict: str | None = None
    outcome: str | None = None
    refused: bool | None = None
    """Refusals only, or dialled ones only."""
    since: float | None = None
    """Decided then or later."""
    until: float | None = None
    """Decided before then."""


class AttemptPosition(Struct, frozen=True, array_like=True):
    """A place in the list: the attempt that was read last."""

    decided_at: float
    id: str


class Counted(Struct, frozen=True):
    """What people answered within a quarter of an hour, of one campaign."""

    campaign: str
    at: float
    answered: int
    abandoned: int


class Attempts:
    """All attempts, and refusals. One writer at a time appends to the chain, in whichever process it is."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, entries: Sequence[Entry]) -> None:
        """Write attempts down that are about to be dialled. Those that are there already stay as they are."""
        there = await self._there([entry.id for entry in entries])
        if new := [_row(entry) for entry in entries if entry.id not in there]:
            await self._connection.execute(insert(attempts), new)

    async def close(self, entries: Sequence[Entry], now: float) -> list[Record]:
        """Chain attempts that are over, and refusals, which need not have begun; in their order.

        Returns their records. What is in the chain already stays there as it is, and has none.
        """
        there = await self._there([entry.id for entry in entries])
        once = {entry.id: entry for entry in entries if not there.get(entry.id, False)}
        if not once:
            return []
        records = chain(once.values(), await self._lock_head(), now)
        begun = [_row(record) | {"closed": record.id} for record in records if record.id in there]
        if begun:
            await self._connection.execute(_CLOSE, begun)
        if new := [_row(record) for record in records if record.id not in there]:
            await self._connection.execute(insert(attempts), new)
        head = head_of(records[-1])
        await self._connection.execute(update(ledger_head).values(seq=head.seq, hash=head.hash))
        return records

    async def open(self) -> list[Entry]:
        """Those that were begun and never came to an end, the first one first."""
        query = select(*_ENTRY).where(_c.seq.is_(None)).order_by(_c.decided_at, _c.id)
        return [_value(row, Entry) for row in await self._connection.execute(query)]

    async def page(self, wanted: AttemptFilter, limit: int, after: AttemptPosition | None = None) -> list[Entry]:
        """At most ``limit`` attempts, newest first, beginning after a position."""
        query = _matching(wanted).order_by(_c.decided_at.desc(), _c.id.desc()).limit(limit)
        if after is not None:
            earlier = and_(_c.decided_at == after.decided_at, _c.id < after.id)
            query = query.where(or_(_c.decided_at < after.decided_at, earlier))
        return [_value(row, Entry) for row in await self._connection.execute(query)]

    async def head(self) -> Head:
        """Where the chain ends."""
        row = (await self._connection.execute(select(ledger_head.c.seq, ledger_head.c.hash))).one()
        return Head(row.seq, row.hash)

    async def records(self, after: int, limit: int) -> list[Record]:
        """At most ``limit`` records of the chain, beginning after the number ``after``."""
        query = select(*_RECORD).where(_c.seq > after).order_by(_c.seq).limit(limit)
        return [_value(row, Record) for row in await self._connection.execute(query)]

    async def counted(self, since: float) -> list[Counted]:
        """Answered and abandoned calls since a moment, for ``dialer.abandon``."""
        quarter = cast(_c.answered_at, BigInteger) // QUARTER_HOUR_S
        query = (
            select(_c.campaign, quarter, func.count(), func.sum(case((_c.abandoned, 1), else_=0)))
            .where(_c.decided_at >= since, _c.answered_at.is_not(None), _c.outcome.in_(ANSWERED_BY_A_PERSON))
            .group_by(_c.campaign, quarter)
            .order_by(quarter)
        )
        return [
            Counted(campaign, at * float(QUARTER_HOUR_S), answered, abandoned)
            for campaign, at, answered, abandoned in await self._connection.execute(query)
        ]

    async def calls(self, since: float) -> list[tuple[str, str, float]]:
        """Client, number and moment of each call that was begun since a moment, the first one first."""
        query = (
            select(_c.client, _c.number, _c.decided_at)
            .where(_c.decided_at >= since, _c.verdict == PERMITTED, _c.number != "")
            .order_by(_c.decided_at)
        )
        return [(client, number, at) for client, number, at in await self._connection.execute(query)]

    async def forget(self, leads: Collection[int]) -> None:
        """Let no number of these leads stand beside the chain any more; the chain still holds."""
        wanted = list(leads)
        for first in range(0, len(wanted), AT_A_TIME):
            some = wanted[first : first + AT_A_TIME]
            await self._connection.execute(update(attempts).where(_c.lead.in_(some)).values(number=""))

    async def _there(self, ids: list[str]) -> dict[str, bool]:
        """Which of these are there, and whether each is in the chain."""
        found: dict[str, bool] = {}
        for first in range(0, len(ids), AT_A_TIME):
            query = select(_c.id, _c.seq).where(_c.id.in_(ids[first : first + AT_A_TIME]))
            found |= {id: seq is not None for id, seq in await self._connection.execute(query)}
        return found

    async def _lock_head(self) -> Head:
        # SQLite has locked everything by now (BEGIN IMMEDIATE); elsewhere the row keeps other writers waiting.
        row = (await self._connection.execute(select(ledger_head.c.seq, ledger_head.c.hash).with_for_update())).one()
        return Head(row.seq, row.hash)


def _matching(wanted: AttemptFilter) -> Select[Any]:
    query = select(*_ENTRY)
    for name in ("campaign", "lead", "number_key", "verdict", "outcome"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(_c[name] == value)
    if wanted.refused is not None:
        query = query.where(_c.verdict != PERMITTED if wanted.refused else _c.verdict == PERMITTED)
    if wanted.since is not None:
        query = query.where(_c.decided_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(_c.decided_at < wanted.until)
    return query


def _row(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__struct_fields__}


def _value(row: Row[Any], kind: type[Kind]) -> Kind:
    return msgspec.convert(dict(zip(kind.__struct_fields__, row, strict=True)), kind)
