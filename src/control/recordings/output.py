"""Where the octets of a recording's audio file go: hashed, and sealed where there is a key."""

from __future__ import annotations

import hashlib
import os
from typing import BinaryIO

from control.recordings.sealed import SealedWriter


class Output:
    """Takes the octets of one audio file."""

    def __init__(self, file: BinaryIO, key: bytes | None, head: bytes) -> None:
        """``head`` is what a sealed file begins with. Raises OSError."""
        self._hash = hashlib.sha256()
        self._sealed = None
        self._file = file
        self.octets = 0
        if key is not None:
            file.write(head)
            self._sealed = SealedWriter(file, key)

    def write(self, data: bytes) -> int:
        """Add octets. Raises OSError."""
        self._hash.update(data)
        self.octets += len(data)
        (self._file if self._sealed is None else self._sealed).write(data)
        return len(data)

    def finish(self) -> str:
        """No more comes; the SHA-256 of all, hexadecimal. Raises OSError."""
        if self._sealed is not None:
            self._sealed.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._hash.hexdigest()
