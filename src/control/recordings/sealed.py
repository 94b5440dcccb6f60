"""Audio files at rest, in the clear or sealed, of which any part can be read.

A sealed file is a head (which key wraps its own key, and that key, wrapped) and chunks of one size, each encrypted by
itself (AES-256-GCM, RFC 5116) with its number as the nonce. Whether it is the last one is authenticated with it, so
that a file that was cut short, or whose chunks changed places, is noticed.
"""

from __future__ import annotations

from pathlib import Path
from struct import Struct as Layout
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from control.recordings.keys import ID_LENGTH, WRAPPED_OCTETS, KeyRing

MAGIC = b"CNTRREC1"
CHUNK = 1 << 16
TAG = 16
_HEAD = Layout(f"!8s{ID_LENGTH}s{WRAPPED_OCTETS}sI")


class Damaged(Exception):
    """A file is not what was written; the text says how."""


def head(key_id: str, wrapped: bytes) -> bytes:
    """What a sealed file begins with."""
    return _HEAD.pack(MAGIC, key_id.encode(), wrapped, CHUNK)


class SealedWriter:
    """Writes a sealed file, behind its head."""

    def __init__(self, file: BinaryIO, key: bytes, chunk: int = CHUNK) -> None:
        self._file = file
        self._cipher = AESGCM(key)
        self._chunk = chunk
        self._number = 0
        self._waiting = bytearray()

    def write(self, data: bytes) -> None:
        """Add octets. Raises OSError."""
        self._waiting += data
        while len(self._waiting) > self._chunk:  # the last one is not known before the end
            self._seal(bytes(self._waiting[: self._chunk]), last=False)
            del self._waiting[: self._chunk]

    def finish(self) -> None:
        """Write the last chunk. Raises OSError."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, data: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number), data, _mark(last)))
        self._number += 1


class Audio(Protocol):
    """An audio file of which parts are read; each read opens it anew, for a thread of its own."""

    size: int
    """Octets in the clear."""

    def read(self, begin: int, count: int) -> bytes:
        """So many octets from a place on; fewer at the end. Raises Damaged and OSError."""


class PlainAudio:
    """A file in the clear."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._path = path
        self.size = path.stat().st_size

    def read(self, begin: int, count: int) -> bytes:
        """A part of it. Raises OSError."""
        with self._path.open("rb") as file:
            file.seek(begin)
            return file.read(count)


class SealedAudio:
    """A sealed file, opened with its key: only the chunks that are asked for are read."""

    def __init__(self, path: Path, keys: KeyRing) -> None:
        """Raises KeyMissing, Damaged and OSError."""
        with path.open("rb") as file:
            begin = file.read(_HEAD.size)
        if len(begin) < _HEAD.size or not begin.startswith(MAGIC):
            raise Damaged("it is no sealed recording")
        _, key_id, wrapped, self._chunk = _HEAD.unpack(begin)
        if not 1 <= self._chunk <= 1 << 24:
            raise Damaged(f"its chunks have {self._chunk} octets")
        self._cipher = AESGCM(keys.unwrap(key_id.decode("ascii", "replace"), wrapped))
        self._path = path
        sealed = path.stat().st_size - _HEAD.size
        self._chunks = max(1, -(-sealed // (self._chunk + TAG)))
        self.size = max(0, sealed - self._chunks * TAG)

    def read(self, begin: int, count: int) -> bytes:
        """A part of it. Raises Damaged and OSError."""
        end = min(begin + count, self.size)
        if begin >= end:
            return b""
        first, last = begin // self._chunk, (end - 1) // self._chunk
        parts = []
        with self._path.open("rb") as file:
            file.seek(_HEAD.size + first * (self._chunk + TAG))
            for number in range(first, last + 1):
                sealed = file.read(self._chunk + TAG)
                try:
                    parts.append(self._cipher.decrypt(_nonce(number), sealed, _mark(number == self._chunks - 1)))
                except (InvalidTag, ValueError):
                    raise Damaged(f"chunk {number} was changed, or the file was cut short") from None
        at = first * self._chunk
        return b"".join(parts)[begin - at : end - at]


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _mark(last: bool) -> bytes:
    return b"\1" if last else b"\0"
