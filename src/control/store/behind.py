"""Writes what happened behind the calls' back: in order, retried while the database fails, bounded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog

from control.store.cdr_writer import OUTAGES, first_line
from control.store.store import Records, Store

RETRY_S = 1.0
LIMIT = 10_000
"""Changes that wait while the database fails; the oldest are lost beyond that."""

Write: TypeAlias = Callable[[Records], Awaitable[None]]
Done: TypeAlias = Callable[[], None]

log = structlog.get_logger(__name__)


class WriteBehind:
    """Takes changes at any time and brings them into the store, one transaction each."""

    def __init__(self, store: Store, *, limit: int = LIMIT, retry_s: float = RETRY_S) -> None:
        self._store = store
        self._retry_s = retry_s
        self._waiting: deque[tuple[Write, Done]] = deque(maxlen=limit)
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def add(self, write: Write, done: Done = lambda: None) -> None:
        """Carry out a change soon; returns at once. ``done`` is called once it is committed.

        A change that is carried out again after a failure must come to the same.
        """
        self._waiting.append((write, done))
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._write_until_empty())

    async def stop(self) -> None:
        """Write what waits, now; gives up on a database that still fails."""
        self._stopping.set()
        if self._task is not None:
            await self._task
        if self._waiting:
            log.error("changes lost at stop", count=len(self._waiting))

    async def _write_until_empty(self) -> None:
        try:
            while self._waiting:
                write, done = self._waiting.popleft()
                try:
                    async with self._store.write() as records:
                        await write(records)
                    done()
                except OUTAGES as error:
                    self._waiting.appendleft((write, done))
                    log.error("what callers left cannot be written, keeping it", error=first_line(error))
                    if self._stopping.is_set():
                        return
                    await self._rest()
                except Exception as error:
                    log.error("what a caller left was refused", error=first_line(error))
        finally:
            self._task = None

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._retry_s):
                await self._stopping.wait()
        except TimeoutError:
            pass
