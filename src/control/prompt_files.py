"""The recordings of a centre: files in one folder, uploaded over HTTP or put there by hand.

    <folder>/<language>/<name>.wav                     the house's: 8000 Hz, mono, 16-bit PCM
    <folder>/clients/<client>/<language>/<name>.wav    a client's own, which goes before the house's
    .../<name>.original                                what was uploaded, as it came

The folder is the only truth: what lies there is listed and played, whoever put it there.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import wave
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from control.errors import Invalid, TooLarge
from control.transcoder import TOO_LONG, UNREADABLE

LARGEST_UPLOAD = 64_000_000
"""Octets; ten minutes of uncompressed stereo are about 106 million, of FLAC half of that."""
LONGEST_S = 600.0
"""A media worker reads a clip at once when it is first played, and all its calls wait meanwhile."""
PATIENCE_S = 60.0
"""How long a conversion may take."""
AT_ONCE = 2
"""Conversions at the same time; others wait for their turn."""

NO_LANGUAGE = "zxx"
"""What holds no words, such as music and chimes (BCP 47): it serves in every language."""

LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
CLIENT = re.compile(r"[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?")
_CLIENTS = "clients"


class Prompt(Struct, frozen=True, order=True):
    """Which recording it is; its order is that in which recordings are listed."""

    client: str
    """Empty for the house's own."""
    language: str
    id: str

    @property
    def clip(self) -> str:
        """The name by which flows and queues mean this one and no other: ``welcome``, ``acme/welcome``."""
        return f"{self.client}/{self.id}" if self.client else self.id


class PromptFile(Struct, frozen=True):
    """A recording that is there."""

    prompt: Prompt
    path: Path
    duration_s: float
    octets: int
    changed_at: float
    """Seconds since the epoch."""


class PromptFiles:
    """The folder of recordings. Made within the event loop that uses it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._turns = asyncio.Semaphore(AT_ONCE)

    def find(self, name: str, language: str, client: str = "") -> Path | None:
        """What is played for a name: a client's own before the house's, the language before its main language.

        The name may itself say whose it is: ``acme/welcome``.
        """
        owners = (client, "") if client else ("",)
        if "/" in name:
            owner, _, name = name.partition("/")
            owners = (owner,)
        for tongue in dict.fromkeys((language, language.partition("-")[0], NO_LANGUAGE)):
            for owner in owners:
                path = self._path(Prompt(owner, tongue, name))
                if path is not None and path.is_file():
                    return path
        return None

    def get(self, prompt: Prompt) -> PromptFile | None:
        """One recording; None where it is not there, or cannot be played. Reads a file's head."""
        path = self._path(prompt)
        return None if path is None else _read(prompt, path)

    def page(self, limit: int, after: Prompt | None = None, *, client: str | None = None) -> list[PromptFile]:
        """Recordings in their order, at most ``limit``, of one client where one is named. Reads files: for a thread."""
        names = sorted(prompt for prompt in self._names() if client is None or prompt.client == client)
        found: list[PromptFile] = []
        for prompt in names:
            if (after is None or prompt > after) and (file := self.get(prompt)) is not None:
                found.append(file)
                if len(found) == limit:
                    break
        return found

    async def put(
        self, prompt: Prompt, audio: AsyncIterator[bytes], *, dry_run: bool = False
    ) -> tuple[PromptFile, bool]:
        """Convert and keep a recording; it, and whether it is new. Raises Invalid (unreadable) and TooLarge."""
        path = self._path(prompt)
        if path is None:
            raise Invalid("expected a language, an id and a client of letters and digits", field="id")
        original, converted = self._draft("original"), self._draft("wav")
        try:
            await _receive(audio, original)
            async with self._turns:
                await _convert(original, converted)
            file, known = _read(prompt, converted), path.is_file()
            assert file is not None
            if not dry_run:
                path.parent.mkdir(parents=True, exist_ok=True)
                original.replace(path.with_suffix(".original"))
                converted.replace(path)  # a reader never sees half a file
        finally:
            original.unlink(missing_ok=True)
            converted.unlink(missing_ok=True)
        return msgspec.structs.replace(file, path=path), not known

    def delete(self, prompt: Prompt) -> None:
        """Forget a recording that is there, and what it was made from."""
        path = self._path(prompt)
        if path is not None:
            path.unlink(missing_ok=True)
            path.with_suffix(".original").unlink(missing_ok=True)

    def _path(self, prompt: Prompt) -> Path | None:
        """Where a recording lies; None for names that could lead out of the folder."""
        if not NAME.fullmatch(prompt.id) or not LANGUAGE.fullmatch(prompt.language):
            return None
        if prompt.client and not CLIENT.fullmatch(prompt.client):
            return None
        folder = self._folder / _CLIENTS / prompt.client if prompt.client else self._folder
        return folder / prompt.language / f"{prompt.id}.wav"

    def _draft(self, ending: str) -> Path:
        folder = self._folder / ".incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{os.urandom(8).hex()}.{ending}"

    def _names(self) -> Iterator[Prompt]:
        owners = [("", self._folder), *((path.name, path) for path in _folders(self._folder / _CLIENTS))]
        for client, folder in owners:
            for language in _folders(folder):
                for path in language.glob("*.wav"):
                    yield Prompt(client, language.name, path.stem)


def _read(prompt: Prompt, path: Path) -> PromptFile | None:
    try:
        with wave.open(str(path)) as file:
            duration_s = file.getnframes() / file.getframerate()
        status = path.stat()
    except (OSError, EOFError, wave.Error, ZeroDivisionError):
        return None
    return PromptFile(prompt, path, duration_s, status.st_size, status.st_mtime)


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


async def _receive(audio: AsyncIterator[bytes], path: Path) -> None:
    """Write what comes to a file. Raises Invalid for nothing, TooLarge."""
    octets = 0
    with path.open("wb") as file:
        async for piece in audio:
            octets += len(piece)
            if octets > LARGEST_UPLOAD:
                raise TooLarge(f"a recording may have {LARGEST_UPLOAD} octets")
            await asyncio.to_thread(file.write, piece)
    if not octets:
        raise Invalid("there is no audio in the body", field="body")


async def _convert(source: Path, target: Path) -> None:
    """Convert a file for the telephone, in a process of its own. Raises Invalid and TooLarge."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "control.transcoder", str(source), str(target), str(LONGEST_S)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # each thread would reserve memory
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            _, told = await process.communicate()
    except TimeoutError:
        raise Invalid(f"its conversion takes more than {PATIENCE_S:g} s", field="body") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == TOO_LONG:
        raise TooLarge(f"a recording may last {LONGEST_S:g} s")
    if process.returncode:
        known = process.returncode == UNREADABLE
        reason = told.decode("utf-8", "replace").strip().rpartition("\n")[2] if known else "its decoder failed"
        raise Invalid(f"this is no audio that we can read ({reason}): WAV, MP3, OGG, FLAC, M4A ...", field="body")
