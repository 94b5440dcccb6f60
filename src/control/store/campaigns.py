"""Campaigns at rest, and whether each of them runs."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from control.nouns import Campaign
from control.store.repository import Repository
from control.store.tables import campaign_runs, campaigns
from dialer.campaign import Run

_COLUMNS = ("id", "name", "queue")


class CampaignRun(Struct, frozen=True):
    """Whether a campaign dials: what operators and the dialer did, which no declaration changes."""

    campaign: str
    run: Run = Run.STOPPED
    since: float = 0.0
    """Seconds since the epoch; 0 where it never ran."""
    reason: str = ""
    """Why, where nobody asked for it: ``quota``, ``ended`` ..."""


class Campaigns(Repository[Campaign]):
    """The campaigns. What is not a column of its own rests in ``terms``."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, campaigns, "id", Campaign)

    async def put(self, value: Campaign) -> None:
        """Replace the campaign with this id, or add it."""
        terms = msgspec.to_builtins(value)
        row = {name: terms.pop(name) for name in _COLUMNS} | {"terms": terms}
        changed = await self._connection.execute(update(campaigns).where(campaigns.c.id == value.id).values(row))
        if changed.rowcount == 0:
            await self._connection.execute(insert(campaigns).values(row))

    async def delete(self, id: str) -> None:
        """Remove the campaign with that id, and what it was told to do."""
        await super().delete(id)
        await self._connection.execute(delete(campaign_runs).where(campaign_runs.c.campaign == id))

    def _read(self, row: Row[Any]) -> Campaign:
        columns = row._mapping
        return msgspec.convert(columns["terms"] | {name: columns[name] for name in _COLUMNS}, Campaign)


class CampaignRuns(Repository[CampaignRun]):
    """What each campaign was told to do."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, campaign_runs, "campaign", CampaignRun)

    async def of(self, campaign: str) -> CampaignRun:
        """A campaign's; stopped, where it never ran."""
        return await self.get(campaign) or CampaignRun(campaign)

    async def among(self, ids: list[str]) -> dict[str, CampaignRun]:
        """Those of some campaigns."""
        rows = await self._connection.execute(select(campaign_runs).where(campaign_runs.c.campaign.in_(ids)))
        return {id: CampaignRun(id) for id in ids} | {run.campaign: run for run in map(self._read, rows)}
