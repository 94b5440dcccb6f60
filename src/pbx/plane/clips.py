"""The clips of a switch: WAV files in one folder, which operators may replace with their own.

What this project brings along is written there when absent, and never over a file that is there. Beside these, any WAV
file can be played by its absolute path: a prompt, a greeting, a message that a caller left.
"""

from __future__ import annotations

import os
import re
import stat
from collections import OrderedDict
from pathlib import Path

from pbx.media.clip import Clip, ClipError, from_wav, to_wav
from pbx.media.tune import CLIPS

MOST_KEPT_S = 1200.0
"""Seconds of the audio of files that are kept for the next time: some 20 MB."""

LARGEST_FILE = 20_000_000
"""Octets; 20 minutes of audio. A larger file would hold up everybody's audio while it is read."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def furnish(folder: Path) -> None:
    """Create the folder, and in it each clip of our own that is absent. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in CLIPS.items():
        path = folder / f"{name}.wav"
        if not path.exists():
            draft = path.with_suffix(".part")  # a reader never sees half a file
            draft.write_bytes(to_wav(make()))
            draft.replace(path)


class ClipLibrary:
    """Clips by name, each read once, and by path, those lately used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clips: dict[str, Clip] = {}
        self._files = ClipFiles()

    def load_all(self) -> list[str]:
        """Read every clip of the folder, so that none is read while calls run; what could not be read, a line each."""
        troubles = []
        for path in sorted(self._folder.glob("*.wav")):
            try:
                self.get(path.stem)
            except ClipError as error:
                troubles.append(str(error))
        return troubles

    def get(self, name: str) -> Clip:
        """A clip, by its name or by the absolute path of a file. Raises ClipError for one that cannot be used."""
        if name.startswith("/"):
            return self._files.get(name)
        clip = self._clips.get(name)
        if clip is None:
            clip = self._clips[name] = self._read(name)
        return clip

    def _read(self, name: str) -> Clip:
        if not _NAME.fullmatch(name):
            raise ClipError(f"clip {name!r}: a name has letters, digits, dots, dashes and underscores")
        path = self._folder / f"{name}.wav"
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ClipError(f"clip {name}: {path}: {error.strerror}") from None
        return from_wav(name, data)


class ClipFiles:
    """Clips by path. A file is read when it is first asked for, and again when it was changed."""

    def __init__(self) -> None:
        self._clips: OrderedDict[str, tuple[Clip, tuple[int, int]]] = OrderedDict()  # the least lately used first
        self._kept_s = 0.0

    def get(self, path: str) -> Clip:
        """The clip; raises ClipError."""
        if "\0" in path:
            raise ClipError(f"clip {path!r}: not a path")
        try:
            status = os.stat(path)
            version = (status.st_mtime_ns, status.st_size)
            clip, known = self._clips.get(path, (None, None))
            if clip is None or known != version:
                clip = self._read(path, status)
                self._keep(path, clip, version)
        except OSError as error:
            raise ClipError(f"clip {path}: {error.strerror}") from None
        self._clips.move_to_end(path)
        return clip

    def _read(self, path: str, status: os.stat_result) -> Clip:
        if not stat.S_ISREG(status.st_mode):
            raise ClipError(f"clip {path}: not a file")  # a pipe would hold up everybody's audio
        if status.st_size > LARGEST_FILE:
            raise ClipError(f"clip {path}: {status.st_size} octets, expected at most {LARGEST_FILE}")
        return from_wav(path, Path(path).read_bytes())

    def _keep(self, path: str, clip: Clip, version: tuple[int, int]) -> None:
        self._forget(path)
        self._clips[path] = clip, version
        self._kept_s += clip.duration_s
        while self._kept_s > MOST_KEPT_S and len(self._clips) > 1:
            self._forget(next(iter(self._clips)))

    def _forget(self, path: str) -> None:
        if path in self._clips:
            self._kept_s -= self._clips.pop(path)[0].duration_s
