"""The recordings of a centre: where their files are, and how a spool becomes one of them.

A recording under way is a spool in ``open``. When it has ended, or is found there after a crash, it is finished by the
presser, its record is kept, and the spool is removed: in this order, so that whatever dies in between is made good at
the next start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from control.recording import Recording
from control.recordings.finishing import Job
from control.recordings.keys import KeyMissing, KeyRing
from control.recordings.presser import Presser
from control.recordings.sealed import Audio, PlainAudio, SealedAudio, head
from control.store.cdr_writer import OUTAGES, first_line
from control.store.store import Store
from pbx.plane.spool import SpoolError, SpoolReader, read_spool

RETRY_S = 1.0
LINGER_S = 10.0
"""How long the presser waits for another job."""
LAST_JOBS_S = 20.0
"""How long a stop waits for spools to be finished; those that are left have their turn at the next start."""

log = structlog.get_logger(__name__)


class Note(Struct, frozen=True):
    """What is written in a spool: all that has to be known of it."""

    recording: Recording
    """As it was when it began."""
    key_id: str | None = None
    wrapped: bytes = b""
    """The spool's own key, wrapped."""


class Opened(Struct, frozen=True):
    """A spool to be written."""

    path: str
    note: str
    key: bytes | None


class Library:
    """All files below one folder."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        keys: KeyRing,
        *,
        compress: bool = True,
        kept: Callable[[Recording], None] = lambda recording: None,
        retry_s: float = RETRY_S,
    ) -> None:
        """``kept`` hears of each recording that is complete."""
        self._store = store
        self._folder = folder
        self._keys = keys
        self._format = "opus" if compress else "wav"
        self.kept = kept
        self._retry_s = retry_s
        self._presser = Presser()
        self._waiting: asyncio.Queue[tuple[Path, Recording | None]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    @property
    def _open(self) -> Path:
        return self._folder / "open"

    async def start(self) -> None:
        """Take up what was left behind. Raises OSError where there is no folder to be had."""
        self._open.mkdir(parents=True, exist_ok=True, mode=0o700)
        left = sorted(path for path in self._open.iterdir() if path.is_file())
        if left:
            log.warning("recordings were interrupted; they are finished now", count=len(left))
        for path in left:
            self._waiting.put_nowait((path, None))
        self._task = asyncio.create_task(self._finish_all(), name="recordings")

    async def stop(self) -> None:
        """Finish what has ended, as far as there is time."""
        if self._task is None:
            return
        try:
            async with asyncio.timeout(LAST_JOBS_S):
                await self._waiting.join()
        except TimeoutError:
            log.warning("recordings are left to be finished at the next start", count=self._waiting.qsize())
        self._task.cancel()
        await asyncio.wait([self._task])
        await self._presser.rest()

    # From the switch

    def open(self, recording: Recording) -> Opened:
        """The spool of a recording that begins."""
        note, key = Note(recording), None
        if (key_id := self._keys.current) is not None:
            key, wrapped = self._keys.new_key()
            note = Note(recording, key_id, wrapped)
        return Opened(str(self._open / recording.id), msgspec.json.encode(note).decode(), key)

    def ended(self, path: str, recording: Recording) -> None:
        """A recording has ended, and this is known of it now; its file is made soon."""
        self._waiting.put_nowait((Path(path), recording))

    async def _finish_all(self) -> None:
        while True:
            try:
                async with asyncio.timeout(LINGER_S if self._presser.runs else None):
                    path, recording = await self._waiting.get()
            except TimeoutError:
                await self._presser.rest()
                continue
            try:
                await self._finish(path, recording)
            except (*OUTAGES, SpoolError, KeyMissing, msgspec.MsgspecError) as error:
                log.error("a recording cannot be finished; it stays where it is", file=str(path), reason=str(error))
            finally:
                self._waiting.task_done()

    async def _finish(self, path: Path, recording: Recording | None) -> None:
        spool = await asyncio.to_thread(_look, path)
        if spool is None:
            return
        note = msgspec.json.decode(spool.note, type=Note)
        recording = recording or replace(note.recording, interrupted=True)
        if not spool.octets or await self._is_kept(recording.id):
            await asyncio.to_thread(path.unlink)
            return
        spool_key = self._keys.unwrap(note.key_id, note.wrapped) if spool.sealed and note.key_id else None
        day = datetime.fromtimestamp(recording.started_at, UTC).date().isoformat()
        job = Job(str(path), spool_key, str(self._folder / day / recording.id), self._format)
        if (key_id := self._keys.current) is not None:
            key, wrapped = self._keys.new_key()
            job = replace(job, head=head(key_id, wrapped), key=key)
        done = await self._presser.press(job)
        if done.trouble:
            log.error("a recording was not finished as it should be", recording=recording.id, reason=done.trouble)
        if not done.path:
            return
        recording = replace(
            recording,
            seconds=done.seconds,
            format=done.format,
            file=str(Path(done.path).relative_to(self._folder)),
            octets=done.octets,
            sha256=done.sha256,
            key_id=key_id,
        )
        await self._keep(recording)
        await asyncio.to_thread(path.unlink)
        self.kept(recording)

    async def _is_kept(self, id: str) -> bool:
        """Whether only the spool was left to be removed."""
        async with self._store.read() as records:
            return await records.recordings.get(id) is not None

    async def _keep(self, recording: Recording) -> None:
        """Write the record, however long the database takes."""
        while True:
            try:
                async with self._store.write() as records:
                    await records.recordings.put(recording)
                return
            except OUTAGES as error:
                log.error("recordings cannot be kept in the database for now", error=first_line(error))
                await asyncio.sleep(self._retry_s)

    # Files that are kept

    def audio(self, recording: Recording) -> Audio:
        """The audio of a recording. Raises KeyMissing, Damaged and OSError."""
        path = self._folder / recording.file
        return PlainAudio(path) if recording.key_id is None else SealedAudio(path, self._keys)

    def remove(self, recording: Recording) -> None:
        """Delete the audio of a recording. Raises OSError, not where it is gone already."""
        (self._folder / recording.file).unlink(missing_ok=True)


def _look(path: Path) -> SpoolReader | None:
    """What a spool holds; None for one that is not there: nothing could be written."""
    try:
        return read_spool(str(path))
    except FileNotFoundError:
        return None
