"""The store: opens the database, brings it up to date, and hands out transactions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from control.errors import StartError
from control.store.agents import Agents
from control.store.attempts import Attempts
from control.store.calendars import Calendars
from control.store.callbacks import Callbacks
from control.store.campaign_figures import CampaignFigures
from control.store.campaigns import CampaignRuns, Campaigns
from control.store.cdrs import Cdrs
from control.store.database import WRITING, create_engine
from control.store.dispositions import Dispositions
from control.store.dnc import Dnc
from control.store.flows import Flows
from control.store.imports import Imports
from control.store.keys import ApiKeys
from control.store.lead_line import LeadLine
from control.store.leads import Leads
from control.store.migrate import UnknownRevision, upgrade
from control.store.music import MusicClasses
from control.store.queues import Queues
from control.store.recordings import Recordings
from control.store.routes import Routes
from control.store.sites import Sites
from control.store.skills import Skills
from control.store.trunks import Trunks
from control.store.voicemails import Voicemails
from control.store.work import Work

PATIENCE_S = 5.0
"""How long closing waits for transactions."""


class Records:
    """Every noun's repository within one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.skills = Skills(connection)
        self.agents = Agents(connection)
        self.queues = Queues(connection)
        self.routes = Routes(connection)
        self.flows = Flows(connection)
        self.music = MusicClasses(connection)
        self.sites = Sites(connection)
        self.calendars = Calendars(connection)
        self.callbacks = Callbacks(connection)
        self.campaigns = Campaigns(connection)
        self.campaign_runs = CampaignRuns(connection)
        self.leads = Leads(connection)
        self.campaign_figures = CampaignFigures(connection)
        self.dispositions = Dispositions(connection)
        self.imports = Imports(connection)
        self.lead_line = LeadLine(connection)
        self.trunks = Trunks(connection)
        self.voicemails = Voicemails(connection)
        self.work = Work(connection)
        self.keys = ApiKeys(connection)
        self.cdrs = Cdrs(connection)
        self.recordings = Recordings(connection)
        self.attempts = Attempts(connection)
        self.dnc = Dnc(connection)


class Store:
    """What people configured and what happened, in SQL."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(**{WRITING: True})
        self._under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @classmethod
    async def open(cls, url: str) -> Store:
        """Connect to a SQLAlchemy URL and bring what is there up to date. Raises StartError."""
        engine = create_engine(url)
        try:
            async with engine.execution_options(**{WRITING: True}).begin() as connection:
                await connection.run_sync(upgrade)
        except (SQLAlchemyError, UnknownRevision, OSError) as error:
            await engine.dispose()
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StartError(f"cannot open the database {engine.url.render_as_string()}: {reason}") from error
        return cls(engine)

    async def close(self) -> None:
        """Close every connection, once the transactions that are under way (of a request that was cancelled, say) are
        over: nobody would ever close what comes back to a pool afterwards.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self._quiet.wait()
        await self._engine.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Records]:
        """A transaction that only reads."""
        async with self._connected(self._engine) as connection:
            yield Records(connection)

    @asynccontextmanager
    async def write(self, *, dry_run: bool = False) -> AsyncIterator[Records]:
        """A transaction that is committed at the end, unless an exception leaves it or it was a dry run."""
        async with self._connected(self._writing) as connection, connection.begin() as transaction:
            yield Records(connection)
            if dry_run:
                await transaction.rollback()

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        self._under_way += 1
        self._quiet.clear()
        try:
            async with engine.connect() as connection:
                yield connection
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._quiet.set()
