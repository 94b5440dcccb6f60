"""The clips of a switch: WAV files in one folder, which operators may replace with their own.

What this project brings along is written there when absent, and never over a file that is there.
"""

from __future__ import annotations

import re
from pathlib import Path

from pbx.media.clip import Clip, ClipError, from_wav, to_wav
from pbx.media.tune import CLIPS

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
    """Clips by name, each read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clips: dict[str, Clip] = {}

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
        """A clip; raises ClipError for one that is missing or cannot be used."""
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
