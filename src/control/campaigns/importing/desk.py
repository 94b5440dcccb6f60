"""Imports as they run: one at a time, in processes of their own, taken up again after a restart.

<folder>/<import>.list     what was uploaded; deleted once it is read
<folder>/<import>.csv      the report of what was refused; kept with the import
"""

from __future__ import annotations

import asyncio
import math
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog
from msgspec.structs import replace

from control.campaigns.importing.columns import columns_of
from control.campaigns.importing.program import BAD_LIST, ENDED_EARLY
from control.campaigns.importing.reading import Source, Unreadable
from control.errors import Invalid, NotFound, Refused, TooLarge
from control.lead_import import ENDED, ImportOptions, ImportState, LeadImport, Progress, Shape, Task
from control.settings import cores
from control.store.store import Store

log = structlog.get_logger(__name__)

LARGEST_LIST = 2_000_000_000
"""Octets; a million leads with ten fields are about 150 million."""
WORTH_A_PROCESS = 4_000_000
"""Octets of a list which two processes share, one that reads and one that writes, where there are cores for both."""
PATIENCE_S = 10.0
"""How long a batch may take when the program is to end."""
LONGEST_TROUBLE = 500


class ImportDesk:
    """The imports of all campaigns. Made within the event loop that uses it."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        database_url: str,
        *,
        clock: Callable[[], float] = time.time,
        worth_a_process: float | None = None,
    ) -> None:
        self._store = store
        self._folder = folder
        self._url = database_url
        self.changed: Callable[[LeadImport], None] = lambda job: None
        """Told of each batch, and each change of state."""
        self._clock = clock
        if worth_a_process is None:
            worth_a_process = WORTH_A_PROCESS if cores() > 1 else math.inf
        self._worth_a_process = worth_a_process
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._working: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._current: LeadImport | None = None
        self._cancelled = False
        self._stopping = False

    async def start(self) -> None:
        """Take up what a former run left."""
        async with self._store.read() as records:
            for job in await records.imports.open():
                self._put(job.id)

    async def stop(self) -> None:
        """End after the batch at hand; the next run goes on with the rest."""
        self._stopping = True
        self._end_program()
        working = self._working
        if working is not None:
            await asyncio.wait([working], timeout=PATIENCE_S)
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working

    async def add(
        self, campaign: str, options: ImportOptions, content: AsyncIterator[bytes], *, shape: Shape | None = None
    ) -> LeadImport:
        """Keep what is uploaded, and import it when its turn has come; without a ``shape`` its beginning tells.

        Raises NotFound (campaign), TooLarge, and Invalid for what is no list, or whose columns make no sense.
        """
        async with self._store.read() as records:
            if await records.campaigns.get(campaign) is None:
                raise NotFound(f"there is no campaign {campaign}")
        self._folder.mkdir(parents=True, exist_ok=True)
        id = f"{int(self._clock() * 1000):013x}-{uuid.uuid4().hex[:8]}"
        path = self._list(id)
        try:
            size = await _receive(content, path)
            options = replace(options, shape=shape or await asyncio.to_thread(_shape_of, path))
            await asyncio.to_thread(_check, path, options)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        job = LeadImport(id, campaign, options, size, self._clock())
        await self._keep(job)
        self._put(id)
        return job

    async def get(self, campaign: str, id: str) -> LeadImport:
        """One import, as far as it is. Raises NotFound."""
        if self._current is not None and self._current.id == id and self._current.campaign == campaign:
            return self._current
        async with self._store.read() as records:
            job = await records.imports.get(id)
        if job is None or job.campaign != campaign:
            raise NotFound(f"campaign {campaign} has no import {id}")
        return job

    async def cancel(self, campaign: str, id: str) -> LeadImport:
        """End an import; what it has taken stays. Raises NotFound, and Refused for one that has ended."""
        job = await self.get(campaign, id)
        if job.state in ENDED:
            raise Refused(f"import {id} is {job.state}")
        if self._current is not None and self._current.id == id:
            self._cancelled = True
            self._end_program()
            return job
        return await self._end(job, ImportState.CANCELLED)

    def report(self, job: LeadImport) -> Path | None:
        """The report of an import: CSV; None where nothing was said yet."""
        path = self._report(job.id)
        return path if path.exists() else None

    async def forget_campaign(self, campaign: str) -> None:
        """A campaign is deleted. Raises Refused while one of its lists is coming in."""
        async with self._store.write() as records:
            jobs = await records.imports.of_campaign(campaign, 100_000)
            if any(job.state not in ENDED for job in jobs):
                raise Refused(f"a list of campaign {campaign} is coming in; cancel that first")
            for job in jobs:
                await records.imports.delete(job.id)
                self._list(job.id).unlink(missing_ok=True)
                self._report(job.id).unlink(missing_ok=True)

    def _put(self, id: str) -> None:
        self._queue.put_nowait(id)
        if self._working is None:
            self._working = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while not self._queue.empty() and not self._stopping:
                id = self._queue.get_nowait()
                async with self._store.read() as records:
                    job = await records.imports.get(id)
                if job is not None and job.state not in ENDED:
                    await self._import(job)
        finally:
            self._working = None

    async def _import(self, job: LeadImport) -> None:
        self._cancelled = False
        started_at = job.started_at if job.started_at is not None else self._clock()
        self._current = job = await self._keep(replace(job, state=ImportState.RUNNING, started_at=started_at))
        try:
            status, trouble = await self._run(job)
        except OSError as error:
            status, trouble = BAD_LIST, str(error)
        self._current = None
        async with self._store.read() as records:
            job = await records.imports.get(job.id) or job  # it may have come further than it could tell
        if status == 0:
            await self._end(job, ImportState.DONE)
        elif self._cancelled:
            await self._end(job, ImportState.CANCELLED)
        elif status == ENDED_EARLY or self._stopping:
            await self._keep(replace(job, state=ImportState.QUEUED))
        else:
            await self._end(job, ImportState.FAILED, trouble or "the program that imports has died")

    async def _run(self, job: LeadImport) -> tuple[int, str]:
        """Let a program import; its status, and what it says of trouble."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "control.campaigns.importing.program"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        file, report = str(self._list(job.id)), str(self._report(job.id))
        apart = job.size >= self._worth_a_process
        task = Task(job.id, job.campaign, job.options, self._url, file, report, apart)
        try:
            process.stdin.write(msgspec.json.encode(task) + b"\n")
            if self._stopping or self._cancelled:
                process.stdin.close()
            async for line in process.stdout:
                self._current = job = replace(job, progress=msgspec.json.decode(line, type=Progress))
                self.changed(job)
            told = (await process.stderr.read()).decode("utf-8", "replace").strip()
            status = await process.wait()
        finally:
            self._process = None
            if process.returncode is None:
                process.kill()
                await process.wait()
        if status not in (0, ENDED_EARLY):
            log.error("a list cannot be imported", campaign=job.campaign, id=job.id, reason=told[-2000:])
        return status, told if status == BAD_LIST else ""

    def _end_program(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def _end(self, job: LeadImport, state: ImportState, trouble: str = "") -> LeadImport:
        ended = await self._keep(
            replace(job, state=state, ended_at=self._clock(), trouble=trouble[:LONGEST_TROUBLE])
        )  # fmt: skip
        self._list(job.id).unlink(missing_ok=True)
        return ended

    async def _keep(self, job: LeadImport) -> LeadImport:
        async with self._store.write() as records:
            await records.imports.put(job)
        self.changed(job)
        return job

    def _list(self, id: str) -> Path:
        return self._folder / f"{id}.list"

    def _report(self, id: str) -> Path:
        return self._folder / f"{id}.csv"


async def _receive(content: AsyncIterator[bytes], path: Path) -> int:
    """Write what comes to a file; its octets. Raises TooLarge."""
    octets = 0
    with path.open("wb") as file:
        async for piece in content:
            octets += len(piece)
            if octets > LARGEST_LIST:
                raise TooLarge(f"a list may have {LARGEST_LIST} octets")
            await asyncio.to_thread(file.write, piece)
    return octets


def _shape_of(path: Path) -> Shape:
    with path.open("rb") as file:
        beginning = file.read(4096).decode("utf-8-sig", "ignore").lstrip()
    return "json" if beginning[:1] in ("[", "{") else "csv"


def _check(path: Path, options: ImportOptions) -> None:
    """Look at the head of a list. Raises Invalid."""
    try:
        source = Source(path, options.shape)
    except Unreadable as error:
        raise Invalid(str(error), field="body") from None
    try:
        names = [name for name in source.names if name]
        if not names:
            raise Invalid("the first line names no columns", field="body")
        columns_of(names, options.columns)
    finally:
        source.close()
