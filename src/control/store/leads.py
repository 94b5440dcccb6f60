"""Leads at rest: added in batches, found by number, counted by state, changed and deleted one by one."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Table, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from control.store.attempts import Attempts
from control.store.lead_rows import COLUMNS, NEW, lead_of, new_row, row_of
from control.store.lead_tables import lead_numbers, leads, sequences
from dialer.lead import Lead, LeadState

AT_A_TIME = 5000
"""Values in one statement; databases have limits of some ten thousand."""


class LeadFilter(Struct, frozen=True):
    """Which leads are wanted; what is None does not matter."""

    campaign: str | None = None
    list: str | None = None
    state: LeadState | None = None
    owner: str | None = None
    numbers: tuple[str, ...] | None = None
    """Spellings of one number."""


class LeadPosition(Struct, frozen=True, array_like=True):
    """A place in the list: the lead that was read last."""

    list: str
    id: int


class LeadCount(Struct, frozen=True):
    """How many leads of a list are in a state."""

    list: str
    state: LeadState
    count: int


class Leads:
    """The leads of all campaigns."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: Sequence[Lead], now: float) -> range:
        """Add leads, whose numbers differ from each other within each; the ids that they were given, in order."""
        if not new:
            return range(0)
        first = await self._reserve(len(new))
        rows = [new_row(lead, id, now, random.getrandbits(31)) for id, lead in enumerate(new, first)]
        numbers = [(one.number, lead.campaign, id) for id, lead in enumerate(new, first) for one in lead.numbers]
        await self._insert(leads, NEW, rows)
        await self._insert(lead_numbers, ("number", "campaign", "lead"), numbers)
        return range(first, first + len(new))

    async def _insert(self, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Many rows, as the driver takes them: what SQLAlchemy does for each of them takes longer than the database."""
        statement = insert(table).compile(dialect=self._connection.dialect, column_keys=columns)
        assert statement.positiontup == list(columns)
        await self._connection.exec_driver_sql(str(statement), list(rows))

    async def get(self, id: int) -> Lead | None:
        """One lead."""
        found = (await self._connection.execute(select(*COLUMNS).where(leads.c.id == id))).one_or_none()
        return None if found is None else lead_of(found)

    async def many(self, ids: Iterable[int]) -> list[Lead]:
        """Those that are there, by id; a few thousand at most."""
        query = select(*COLUMNS).where(leads.c.id.in_(list(ids))).order_by(leads.c.id)
        return [lead_of(row) for row in await self._connection.execute(query)]

    async def put(self, lead: Lead, now: float) -> None:
        """Change a lead that is there, in all that it holds."""
        before = await self.get(lead.id)
        if before is None:
            return
        changed = update(leads).where(leads.c.id == lead.id).values(row_of(lead, now))
        await self._connection.execute(changed)
        if {one.number for one in before.numbers} != {one.number for one in lead.numbers}:
            await self._forget_numbers([before])
            await self._connection.execute(insert(lead_numbers), _number_rows(lead))

    async def delete(self, gone: Sequence[Lead]) -> None:
        """Forget leads; some thousand at most. Attempts to reach them stay, without the numbers."""
        if gone:
            await self._forget_numbers(gone)
            await Attempts(self._connection).forget([lead.id for lead in gone])
            await self._connection.execute(delete(leads).where(leads.c.id.in_([lead.id for lead in gone])))

    async def known(self, campaign: str, numbers: Sequence[str], list: str | None = None) -> dict[str, int]:
        """Which of these numbers a campaign, or one list of it, has already, each with the first lead that has it."""
        found: dict[str, int] = {}
        for begin in range(0, len(numbers), AT_A_TIME):
            query = select(lead_numbers.c.number, lead_numbers.c.lead).where(
                lead_numbers.c.number.in_(numbers[begin : begin + AT_A_TIME]), lead_numbers.c.campaign == campaign
            )
            if list is not None:
                query = query.join(leads, leads.c.id == lead_numbers.c.lead).where(leads.c.list == list)
            for number, lead in await self._connection.execute(query):
                found[number] = min(lead, found.get(number, lead))
        return found

    async def page(self, wanted: LeadFilter, limit: int, after: LeadPosition | None = None) -> list[Lead]:
        """At most ``limit`` leads in the order of import, beginning after a position.

        Where a state is wanted they come list by list, as the index has them.
        """
        query = select(*COLUMNS).limit(limit)
        for name in ("campaign", "list", "owner"):
            value = getattr(wanted, name)
            if value is not None:
                query = query.where(leads.c[name] == value)
        by_list = wanted.state is not None
        if by_list:
            query = query.where(leads.c.state == str(wanted.state)).order_by(leads.c.list, leads.c.id)
        else:
            query = query.order_by(leads.c.id)
        if wanted.numbers is not None:
            having = select(lead_numbers.c.lead).where(lead_numbers.c.number.in_(wanted.numbers))
            query = query.where(leads.c.id.in_(having))
        if after is not None:
            later = leads.c.id > after.id
            if by_list:
                later = or_(leads.c.list > after.list, and_(leads.c.list == after.list, later))
            query = query.where(later)
        return [lead_of(row) for row in await self._connection.execute(query)]

    async def counts(self, campaign: str) -> list[LeadCount]:
        """How many leads of each list are in each state: the penetration of the lists."""
        query = (
            select(leads.c.state, leads.c.list, func.count())
            .where(leads.c.campaign == campaign)
            .group_by(leads.c.state, leads.c.list)
        )
        return [LeadCount(list, LeadState(state), n) for state, list, n in await self._connection.execute(query)]

    async def _reserve(self, count: int) -> int:
        """The first of so many ids that nothing had before."""
        for _ in range(2):
            taken = await self._connection.execute(
                update(sequences)
                .where(sequences.c.name == leads.name)
                .values(next=sequences.c.next + count)
                .returning(sequences.c.next)
            )
            if (end := taken.scalar()) is not None:
                return int(end) - count
            await self._connection.execute(insert(sequences).values(name=leads.name, next=1))
        raise AssertionError("a sequence that was made is there")

    async def _forget_numbers(self, gone: Sequence[Lead]) -> None:
        rows = (row for lead in gone for row in _number_rows(lead))
        keys = [{"a": row["number"], "b": row["campaign"], "c": row["lead"]} for row in rows]
        await self._connection.execute(_FORGET_NUMBER, keys)


_FORGET_NUMBER = delete(lead_numbers).where(
    lead_numbers.c.number == bindparam("a"),
    lead_numbers.c.campaign == bindparam("b"),
    lead_numbers.c.lead == bindparam("c"),
)


def _number_rows(lead: Lead) -> list[dict[str, str | int]]:
    numbers = dict.fromkeys(one.number for one in lead.numbers)
    return [{"number": number, "campaign": lead.campaign, "lead": lead.id} for number in numbers]
