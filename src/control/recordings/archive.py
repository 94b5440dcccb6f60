"""What becomes of recordings that are kept: found, checked, held, and deleted when their time is up.

Deleting takes the audio; what is known of the recording stays, and with it the hash in its call's record. Each deletion
leaves a line in the log that says what was deleted, and by whom. The file goes first: a crash in between leaves a
record without audio, never audio that nobody knows of.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

import structlog
from msgspec.structs import replace

from control.errors import NotFound, Refused
from control.recording import Recording
from control.recordings.keys import KeyMissing
from control.recordings.library import Library
from control.recordings.links import Links
from control.recordings.sealed import Audio, Damaged
from control.store.store import Store

SWEEP_S = 600.0
"""Between looks at what has expired."""
GROUP = 100
"""Recordings that are deleted in one transaction."""
PART = 1 << 18

log = structlog.get_logger(__name__)


class Archive:
    """The recordings that are kept. ``deleted`` hears of each whose audio is gone."""

    def __init__(
        self, store: Store, library: Library, *, deleted: Callable[[str], None] = lambda recording: None
    ) -> None:
        self._store = store
        self._library = library
        self.deleted = deleted
        self.links = Links()

    async def get(self, id: str) -> Recording:
        """A recording whose audio is there. Raises NotFound."""
        async with self._store.read() as records:
            return _there(await records.recordings.get(id), id)

    async def open(self, id: str) -> tuple[Recording, Audio]:
        """A recording and its audio. Raises NotFound, and Refused where it cannot be opened."""
        recording = await self.get(id)
        try:
            return recording, await asyncio.to_thread(self._library.audio, recording)
        except FileNotFoundError:
            raise NotFound(f"the audio of recording {id} is not where it was kept") from None
        except (KeyMissing, Damaged, OSError) as error:
            raise Refused(f"recording {id} cannot be opened: {error}") from None

    async def verify(self, id: str) -> tuple[Recording, bool]:
        """A recording, and whether its audio is what it was when it was kept. Raises NotFound and Refused."""
        recording, audio = await self.open(id)
        try:
            found = await asyncio.to_thread(_digest, audio)
        except (Damaged, OSError):
            found = ""
        return recording, found == recording.sha256

    async def hold(self, id: str, *, held: bool, reason: str = "", dry_run: bool = False) -> Recording:
        """Put a recording under legal hold, or end that. Raises NotFound."""
        async with self._store.write(dry_run=dry_run) as records:
            recording = replace(_there(await records.recordings.get(id), id), held=held, hold_reason=reason)
            await records.recordings.put(recording)
        if not dry_run:
            log.info("recording.held" if held else "recording.released", recording=id, reason=reason)
        return recording

    async def delete(self, id: str, now: float, *, dry_run: bool = False) -> None:
        """Delete the audio of a recording. Raises NotFound, and Refused while it is held."""
        async with self._store.write(dry_run=dry_run) as records:
            recording = _there(await records.recordings.get(id), id)
            if recording.held:
                raise Refused(f"recording {id} is under legal hold: {recording.hold_reason or 'no reason was given'}")
            if not dry_run:
                await asyncio.to_thread(self._library.remove, recording)
            await records.recordings.put(replace(recording, deleted_at=now))
        if not dry_run:
            self._tell(recording, "api")

    async def sweep(self, now: float) -> int:
        """Delete what has expired and is not held; how many there were."""
        swept = 0
        while True:
            async with self._store.write() as records:
                expired = await records.recordings.expired(now, GROUP)
                for recording in expired:
                    await asyncio.to_thread(self._library.remove, recording)
                    await records.recordings.put(replace(recording, deleted_at=now))
            for recording in expired:
                self._tell(recording, "retention")
            swept += len(expired)
            if len(expired) < GROUP:
                return swept

    async def sweep_for_ever(self, clock: Callable[[], float]) -> None:
        """Do so now and then."""
        while True:
            try:
                await self.sweep(clock())
            except Exception as error:  # a database that is away for a moment: there is a next time
                log.error("recordings that have expired cannot be deleted for now", error=str(error))
            await asyncio.sleep(SWEEP_S)

    def _tell(self, recording: Recording, by: str) -> None:
        log.info(
            "recording.deleted", recording=recording.id, call=recording.call, by=by, sha256=recording.sha256,
            expires_at=recording.expires_at,
        )  # fmt: skip
        self.deleted(recording.id)


def _there(recording: Recording | None, id: str) -> Recording:
    if recording is None or recording.deleted_at is not None:
        raise NotFound(f"there is no recording {id}")
    return recording


def _digest(audio: Audio) -> str:
    digest = hashlib.sha256()
    for at in range(0, audio.size, PART):
        digest.update(audio.read(at, PART))
    return digest.hexdigest()
