"""Writes call records behind the calls' back: grouped, retried, bounded.

Adding a record is an append to a list. A group is written when it is ``GROUP`` records long or its first one
``DELAY_S`` seconds old, whichever comes first.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from control.cdr import Cdr
from control.store.store import Store

GROUP = 500
DELAY_S = 0.25
RETRY_S = 1.0
LIMIT = 100_000
"""Records kept while the database fails; the oldest are lost beyond that (about five minutes of a full machine)."""

OUTAGES = (OperationalError, InterfaceError, PoolTimeoutError, OSError)
"""What is worth another try: the database is away, or busy."""

log = structlog.get_logger(__name__)


class CdrWriter:
    """Takes finished calls' records at any time and brings them into the store."""

    def __init__(self, store: Store, *, limit: int = LIMIT, retry_s: float = RETRY_S) -> None:
        self._store = store
        self._limit = limit
        self._retry_s = retry_s
        self._waiting: deque[Cdr] = deque()
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failing = False
        self._stopping = False
        self.lost = 0
        """Records dropped since the start: the database failed for too long, or refused them."""

    @property
    def waiting(self) -> int:
        """Records not yet in the database."""
        return len(self._waiting)

    def add(self, record: Cdr) -> None:
        """Keep a record for the next group; returns at once."""
        if len(self._waiting) >= self._limit:
            self._waiting.popleft()
            self.lost += 1
        self._waiting.append(record)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._write_until_empty())
        elif len(self._waiting) >= GROUP and not self._failing:
            self._hurry.set()

    async def stop(self) -> None:
        """Write what waits, now; gives up on a database that still fails."""
        self._stopping = True
        self._hurry.set()
        if self._task is not None:
            await self._task
        if self._waiting:
            self.lost += len(self._waiting)
            log.error("call records lost at stop", count=len(self._waiting))

    async def _write_until_empty(self) -> None:
        try:
            while self._waiting:
                await self._rest()
                if not await self._write_group() and self._stopping:
                    return
        finally:
            self._task = None

    async def _rest(self) -> None:
        """Wait for the group to fill or to grow old; a failing database is left alone for longer."""
        if not self._stopping:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._retry_s if self._failing else DELAY_S):
                    await self._hurry.wait()

    async def _write_group(self) -> bool:
        """Write the oldest records; False when the database fails, and they wait on."""
        group = [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
        if len(self._waiting) < GROUP:
            self._hurry.clear()
        try:
            async with self._store.write() as records:
                await records.cdrs.add(group)
        except OUTAGES as error:
            self._put_back(group)
            self._hurry.clear()
            if not self._failing:
                log.error("call records cannot be written, keeping them", error=first_line(error))
            self._failing = True
            return False
        except Exception:
            await self._write_one_by_one(group)
        if self._failing:
            log.info("call records are written again", waiting=len(self._waiting))
        self._failing = False
        return True

    def _put_back(self, group: list[Cdr]) -> None:
        room = max(0, self._limit - len(self._waiting))
        kept = group[-room:] if room else []
        self.lost += len(group) - len(kept)
        self._waiting.extendleft(reversed(kept))

    async def _write_one_by_one(self, group: list[Cdr]) -> None:
        """One record that the database refuses (text it cannot hold) must not keep the others out."""
        for record in group:
            try:
                async with self._store.write() as records:
                    await records.cdrs.add([record])
            except OUTAGES:
                self._put_back([record])
            except Exception as error:
                self.lost += 1
                log.error("a call record was refused", call=record.id, error=first_line(error))


def first_line(error: BaseException) -> str:
    """What happened, without the statement and the parameters that SQLAlchemy adds below it."""
    return (str(error).splitlines() or [type(error).__name__])[0]
