"""Which leads are called next, and what is written of each attempt: before it is dialled, and when it is over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from control.store.lead_rows import COLUMNS, lead_of, line_of, standing, text_of
from control.store.lead_tables import CALLBACK, IN_LINE, LATER, leads
from dialer.campaign import Campaign
from dialer.lead import Lead, LeadState, Tried
from dialer.lists import Mix
from dialer.outcome import Outcome

PROMOTED_AT_ONCE = 5000
"""Leads that become due and are moved into the line in one statement."""
CALLABLE = (str(LeadState.READY), str(LeadState.CALLBACK))


class LeadLine:
    """The line of leads of every campaign."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def due(
        self,
        campaign: Campaign,
        now: float,
        limit: int,
        *,
        exclude: Collection[int] = (),
        owners: Collection[str] = (),
        mix: Mix | None = None,
    ) -> list[Lead]:
        """At most ``limit`` leads to be called now, in that order; to be asked within a transaction that writes.

        Callbacks come first, by the time for which they were promised: those of ``owners``, the agents who are free,
        and those of nobody. Then leads by the campaign's ``list_mix``, and within a list by priority and ``order``.
        ``exclude`` has those that are known already; ``mix`` is kept by whoever asks, one for each campaign.
        """
        await self._promote(campaign.id, now)
        found = await self._callbacks(campaign.id, now, limit, exclude, ("", *owners))
        if len(found) < limit:
            found += await self._ready(campaign, limit - len(found), exclude, mix or Mix())
        return found

    async def begin(self, attempts: Sequence[tuple[int, str]], now: float) -> list[Lead]:
        """Attempts, each a lead's id and the number to be dialled, are about to be made: the leads as they stand now.

        Commit before the first of them is dialled. One that may not be called any more, since it is dialled already,
        was changed or is gone, is left out. Until ``finish`` says better each attempt counts as interrupted, which is
        what it is after the program died.
        """
        number_of = dict(attempts)
        query = select(*COLUMNS).where(leads.c.id.in_(list(number_of)), leads.c.state.in_(CALLABLE))
        begun = []
        for lead in map(lead_of, await self._connection.execute(query)):
            tried = (*lead.tried, Tried(number_of[lead.id], now, Outcome.INTERRUPTED))
            begun.append(replace(lead, state=LeadState.DIALLING, tried=tried))
        await self._update([{"_id": lead.id, **standing(lead, now)} for lead in begun])
        return begun

    async def finish(self, ended: Iterable[Lead], now: float) -> None:
        """Attempts are over: write how far these leads are, and what became of their numbers.

        What agents said of the conversation while it lasted (``wish``) goes before what its outcome would do.
        """
        ended = list(ended)
        rows = [
            {"_id": lead.id, **standing(lead, now), "numbers": text_of(lead.numbers), "owner": lead.owner,
             "verdict": lead.verdict}
            for lead in ended
        ]  # fmt: skip
        await self._update(rows)
        wished = select(leads.c.id, leads.c.wish).where(leads.c.id.in_([lead.id for lead in ended]), leads.c.wish != "")
        for id, wish in (await self._connection.execute(wished)).all():
            await self._connection.execute(update(leads).where(leads.c.id == id).values(_granted(wish, now)))

    async def wish(self, lead: Lead, now: float) -> bool:
        """An agent says what is to become of a lead: at once, or once its attempt is over, which the answer tells."""
        row = {"disposition": lead.disposition, "owner": lead.owner, "verdict": lead.verdict}
        wish = text_of({"state": lead.state, "due_at": lead.due_at, "owner": lead.owner, "verdict": lead.verdict})
        dialling = update(leads).where(leads.c.id == lead.id, leads.c.state == str(LeadState.DIALLING))
        under_way = await self._connection.execute(dialling.values(disposition=lead.disposition, wish=wish))
        if under_way.rowcount:
            return False
        await self._connection.execute(
            update(leads).where(leads.c.id == lead.id).values(row | _granted(wish, now))
        )  # fmt: skip
        return True

    async def postpone(self, until: Iterable[tuple[int, float]], now: float) -> None:
        """Leads, each with the time until which nothing allows to call it; those that are being dialled stay so."""
        await self._update(
            [{"_id": id, "due_at": at, "line": line_of(LeadState.READY, at, now)} for id, at in until],
            leads.c.state == str(LeadState.READY),
        )

    async def interrupted(self, campaign: str) -> list[Lead]:
        """Those whose attempt was under way when the program died; their last attempt says at which number."""
        query = select(*COLUMNS).where(leads.c.campaign == campaign, leads.c.state == str(LeadState.DIALLING))
        return [lead_of(row) for row in await self._connection.execute(query)]

    async def next_due_at(self, campaign: str) -> float | None:
        """When the next lead becomes due that is not yet; None where there is none."""
        found: list[float | None] = []
        for line in (LATER, CALLBACK):
            query = select(func.min(leads.c.due_at)).where(leads.c.campaign == campaign, _stands(line))
            found.append((await self._connection.execute(query)).scalar())
        return min((at for at in found if at is not None), default=None)

    async def _promote(self, campaign: str, now: float) -> None:
        """Move those into the line that have become due."""
        waiting = (
            select(leads.c.id)
            .where(leads.c.campaign == campaign, _stands(LATER), leads.c.due_at <= now)
            .order_by(leads.c.due_at)
            .limit(PROMOTED_AT_ONCE)
        )
        due = list((await self._connection.execute(waiting)).scalars())
        if due:
            await self._connection.execute(update(leads).where(leads.c.id.in_(due)).values(line=IN_LINE))

    async def _callbacks(
        self, campaign: str, now: float, limit: int, exclude: Collection[int], owners: Iterable[str]
    ) -> list[Lead]:
        found: list[Lead] = []
        for owner in dict.fromkeys(owners):
            query = (
                select(*COLUMNS)
                .where(leads.c.campaign == campaign, _stands(CALLBACK), leads.c.owner == owner, leads.c.due_at <= now)
                .order_by(leads.c.due_at)
            )
            found += await self._first(query, limit, exclude)
        # Promises of one who is free go before those that anybody may keep.
        return sorted(found, key=lambda lead: (not lead.owner, lead.due_at, lead.id))[:limit]

    async def _ready(self, campaign: Campaign, limit: int, exclude: Collection[int], mix: Mix) -> list[Lead]:
        waiting: dict[str, list[Lead]] = {}
        for name in await self._lists(campaign.id):
            if campaign.list_mix.get(name, 1) > 0:
                first = await self._first(_in_order(campaign, name), limit, exclude)
                waiting[name] = first[::-1]
        found: list[Lead] = []
        while len(found) < limit and (open := [name for name, rest in waiting.items() if rest]):
            found.append(waiting[mix.next(open, campaign.list_mix)].pop())
        return found

    async def _lists(self, campaign: str) -> list[str]:
        """The lists that have somebody in line: one look into the index for each."""
        found: list[str] = []
        while True:
            query = select(func.min(leads.c.list)).where(leads.c.campaign == campaign, _stands(IN_LINE))
            if found:
                query = query.where(leads.c.list > found[-1])
            name = (await self._connection.execute(query)).scalar()
            if name is None:
                return found
            found.append(name)

    async def _first(self, query: Select[Any], limit: int, exclude: Collection[int]) -> list[Lead]:
        rows = await self._connection.execute(query.limit(limit + len(exclude)))
        return [lead_of(row) for row in rows if row.id not in exclude][:limit]

    async def _update(self, rows: list[dict[str, Any]], *conditions: ColumnElement[bool]) -> None:
        if rows:
            changed: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "_id"}
            statement = update(leads).where(leads.c.id == bindparam("_id"), *conditions).values(changed)
            await self._connection.execute(statement, rows)


def _in_order(campaign: Campaign, name: str) -> Select[Any]:
    """The leads of a list that are in line, in the order of the campaign."""
    query = select(*COLUMNS).where(leads.c.campaign == campaign.id, leads.c.list == name, _stands(IN_LINE))
    match campaign.order:
        case "newest":
            return query.order_by(leads.c.priority.desc(), leads.c.id.desc())
        case "random":
            return query.order_by(leads.c.priority.desc(), leads.c.lot.desc())
        case _:
            return query.order_by(leads.c.rank, leads.c.id)


def _granted(wish: str, now: float) -> dict[str, Any]:
    """The columns that a wish changes."""
    wanted: dict[str, Any] = msgspec.json.decode(wish)
    return wanted | {"line": line_of(LeadState(wanted["state"]), wanted["due_at"], now), "wish": ""}


def _stands(line: int) -> ColumnElement[bool]:
    """Written out, since a database must see that the rows wanted are those of the index."""
    return leads.c.line == literal_column(str(line))
