"""What agents said of conversations, at rest."""

from __future__ import annotations

import msgspec
from msgspec import Struct
from sqlalchemy import case, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from control.store.lead_tables import lead_dispositions

_c = lead_dispositions.c


class Said(Struct, frozen=True):
    """What an agent said of one attempt."""

    lead: int
    attempt: int
    """Which of the lead's, counted from 1."""
    campaign: str
    code: str
    agent: str
    note: str
    right_party: bool
    conversion: bool
    at: float


class SaidCount(Struct, frozen=True):
    """How often a code was said."""

    code: str
    count: int
    right_party: int
    conversions: int


class Dispositions:
    """One for each attempt of which something was said."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, said: Said) -> bool:
        """Keep what was said, in place of what was said of the same attempt; whether it is a conversion now, and was
        none before.
        """
        same = (_c.lead == said.lead, _c.attempt == said.attempt)
        before = (await self._connection.execute(select(_c.conversion).where(*same))).scalar()
        await self._connection.execute(delete(lead_dispositions).where(*same))
        await self._connection.execute(insert(lead_dispositions).values(msgspec.to_builtins(said)))
        return said.conversion and not before

    async def of_lead(self, lead: int) -> list[Said]:
        """Those of a lead, the first attempt first."""
        query = select(lead_dispositions).where(_c.lead == lead).order_by(_c.attempt)
        return [Said(**row._asdict()) for row in await self._connection.execute(query)]

    async def counts(self, campaign: str, since: float, until: float) -> list[SaidCount]:
        """How often each code was said within a time."""
        query = (
            select(
                _c.code, func.count(), func.sum(case((_c.right_party, 1), else_=0)),
                func.sum(case((_c.conversion, 1), else_=0)),
            )
            .where(_c.campaign == campaign, _c.at >= since, _c.at < until)
            .group_by(_c.code)
            .order_by(_c.code)
        )  # fmt: skip
        return [SaidCount(*row) for row in await self._connection.execute(query)]
