"""Gives spools to the program that finishes them (``press``), one after the other, and hears what became of them.

The program is started with the first job and ended when there was none for a while. Where it dies, the job is done
here, in a thread and without compression: an encoder that a file brings down must not lose the call.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

import msgspec
import structlog

from control.recordings.finishing import Finished, Job, finish
from pbx.plane.spool import SpoolError

log = structlog.get_logger(__name__)

LONGEST_ANSWER = 1 << 16


class Presser:
    """One program, for one job at a time."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    @property
    def runs(self) -> bool:
        """Whether the program is there."""
        return self._process is not None

    async def press(self, job: Job) -> Finished:
        """Do a job; where it comes to nothing, the answer has no path."""
        with suppress(OSError, msgspec.DecodeError):
            return await self._ask(job)
        log.error("recordings cannot be compressed for now", spool=job.spool)
        await self.rest()
        try:
            return await asyncio.to_thread(finish, msgspec.structs.replace(job, format="wav"))
        except (OSError, SpoolError) as error:
            return Finished(trouble=str(error))

    async def _ask(self, job: Job) -> Finished:
        """Let the program do it. Raises OSError and DecodeError where it died."""
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "control.recordings.press"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=LONGEST_ANSWER,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(msgspec.json.encode(job) + b"\n")
        await self._process.stdin.drain()
        return msgspec.json.decode(await self._process.stdout.readline(), type=Finished)

    async def rest(self) -> None:
        """There is nothing to do: end the program."""
        process = self._process
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            with suppress(ProcessLookupError):
                if process.returncode is None and not await _ended(process):
                    process.kill()
            await process.wait()
            self._process = None


async def _ended(process: asyncio.subprocess.Process) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(5.0):
            await process.wait()
            return True
    return False
