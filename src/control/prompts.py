"""Prompts: what callers are told, from recordings or, where ``espeak-ng`` is installed, from text.

A recording (``prompt_files``) always wins over the text. What is made from text is kept in the data folder under a
digest of language and text, so that each text is spoken once.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import wave
from io import BytesIO
from pathlib import Path

import numpy as np

from control.prompt_files import PromptFiles
from pbx.media.clip import to_wav
from pbx.media.speech import level, resample

PROGRAM = "espeak-ng"
WORDS_A_MINUTE = 150
LONGEST_TEXT = 2000
"""Characters; about two minutes."""
PATIENCE_S = 20.0
"""How long a text may take to be spoken."""
AT_ONCE = 2
"""Texts that are spoken at the same time; the others wait."""
MOST_KEPT = 5000
"""Texts that are kept; when there are more, those longest not asked for are dropped."""


class PromptError(Exception):
    """There is no such prompt, and none can be made; one line says why."""


class Prompts:
    """The prompts of a centre. Made within the event loop that uses it."""

    def __init__(self, recordings: Path, spoken: Path, *, program: str = PROGRAM, keep: int = MOST_KEPT) -> None:
        """``recordings`` is the operators' folder, ``spoken`` is ours and holds some ``keep`` texts."""
        self.files = PromptFiles(recordings)
        self._spoken = spoken
        self._program = shutil.which(program)
        self._voices: frozenset[str] | None = None
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._making: dict[Path, asyncio.Task[Path]] = {}
        self._keep = keep
        self._made = 0

    @property
    def speaks(self) -> bool:
        """Whether text can be spoken at all."""
        return self._program is not None

    def recorded(self, name: str, language: str, client: str = "") -> Path | None:
        """The recording of a prompt, where there is one for the language."""
        return self.files.find(name, language, client)

    async def check(self, language: str) -> None:
        """Whether text in a language can be spoken. Raises PromptError, which says what is missing."""
        if self._program is None:
            raise PromptError(f"text cannot be spoken: {PROGRAM} is not installed, and there is no recording")
        if self._voices is None:
            self._voices = _voices(await self._run(self._program, "--voices", said=""))
        if language not in self._voices:
            raise PromptError(f"text cannot be spoken: {PROGRAM} has no voice for the language {language!r}")

    async def path(self, text: str, language: str) -> Path:
        """A file in which the text is spoken, for ``Play``. Raises PromptError."""
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise PromptError(f"a text has 1 to {LONGEST_TEXT} characters, this one {len(text.strip())}")
        if (kept := self.kept(text, language)) is not None:
            return kept
        path = self._place(text, language)
        task = self._making.get(path)
        if task is None:
            task = self._making[path] = asyncio.create_task(self._make(path, text, language))
            task.add_done_callback(lambda _: self._making.pop(path, None))
        return await asyncio.shield(task)  # others may wait for the same text

    def kept(self, text: str, language: str) -> Path | None:
        """The file in which the text was spoken before; None where it was not, or has been dropped."""
        path = self._place(text, language)
        if not path.exists():
            return None
        os.utime(path)  # it was asked for: others are dropped first
        return path

    def _place(self, text: str, language: str) -> Path:
        digest = hashlib.sha256(f"{language}\n{WORDS_A_MINUTE}\n{text}".encode()).hexdigest()
        return (self._spoken / f"{digest[:32]}.wav").resolve()

    async def _make(self, path: Path, text: str, language: str) -> Path:
        await self.check(language)
        assert self._program is not None
        async with self._turns:
            # The text goes in by a pipe: it is neither an option nor seen in a list of processes.
            sound = await self._run(
                self._program, "-v", language, "-s", str(WORDS_A_MINUTE), "--stdin", "--stdout", said=text
            )
            try:
                await asyncio.to_thread(_write, path, sound)
                self._made += 1
                if self._made % max(1, self._keep // 50) == 0:
                    await asyncio.to_thread(_drop_oldest, self._spoken, self._keep)
            except OSError as error:
                raise PromptError(f"{path}: {error.strerror}") from None
        return path

    async def _run(self, *command: str, said: str) -> bytes:
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
        except OSError as error:
            raise PromptError(f"{command[0]} cannot be started: {error.strerror}") from None
        try:
            async with asyncio.timeout(PATIENCE_S):
                out, err = await process.communicate(said.encode())
        except TimeoutError:
            raise PromptError(f"{PROGRAM} took more than {PATIENCE_S:g} s for a text") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            lines = err.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
            raise PromptError(f"{PROGRAM} failed: {lines[0]}")
        return out


def _voices(listing: bytes) -> frozenset[str]:
    """The languages in a table of voices, and those of which they are a dialect: ``en`` for ``en-gb``."""
    rows = [line.split() for line in listing.decode("utf-8", "replace").splitlines()[1:]]
    languages = {row[1].lower() for row in rows if len(row) > 1}
    return frozenset(languages | {language.partition("-")[0] for language in languages})


def _write(path: Path, sound: bytes) -> None:
    """Bring what was spoken to the telephone's rate and level, and keep it. Raises PromptError and OSError."""
    try:
        with wave.open(BytesIO(sound)) as file:
            rate, shape = file.getframerate(), (file.getnchannels(), file.getsampwidth())
            audio = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise PromptError(f"{PROGRAM} gave no sound: {error or 'it is cut short'}") from None
    samples = np.frombuffer(audio[: len(audio) & ~1], "<i2").astype(np.int16)
    if shape != (1, 2) or not len(samples):
        raise PromptError(f"{PROGRAM} gave {len(samples)} samples of {shape[0]} channels, expected some of one")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")  # a reader never sees half a file
    draft.write_bytes(to_wav(level(resample(samples, rate))))
    draft.replace(path)


def _drop_oldest(folder: Path, keep: int) -> None:
    """Drop the texts longest not asked for. Raises OSError."""
    by_age = sorted(folder.glob("*.wav"), key=lambda path: path.stat().st_mtime)
    for path in by_age[:-keep]:
        path.unlink(missing_ok=True)
