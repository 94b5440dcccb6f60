"""The spool of a recording: the file that grows while a call lasts, in the clear (WAV) or sealed.

Both forms can be read up to their last piece at any moment, so that a crash loses no more than what was not written
yet. A sealed spool is a head in the clear and pieces, each encrypted by itself (AES-256-GCM, RFC 5116) under a key of
this one file, with its number as the nonce; a piece that was cut short by a crash is left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from struct import Struct as Layout

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from pbx.media import wav
from pbx.plane.recording import seconds_in_file

CHANNELS = 2
MAGIC = b"CNTRSPL1"
LARGEST_PIECE = 1 << 20
_HEAD = Layout("!8sBI")
_SIZE = Layout("!I")
_READ = 1 << 16


class SpoolError(Exception):
    """A spool cannot be read; the text says why."""


class PlainSpool:
    """A stereo WAV file, whose header is brought up to date with each piece."""

    def __init__(self, path: str, law: int, note: bytes) -> None:
        """Create the file, which must not be there. Raises OSError, and ValueError for what is no path."""
        self._law = law
        self._note = note
        self._file = _create(path)
        self._octets = 0
        self._begin = os.write(self._file, wav.header(law, CHANNELS, 0, note))

    def write(self, audio: bytes | bytearray) -> None:
        """Add a piece. Raises OSError."""
        os.pwrite(self._file, audio, self._begin + self._octets)
        self._octets += len(audio)
        os.pwrite(self._file, wav.header(self._law, CHANNELS, self._octets, self._note), 0)

    def close(self) -> None:
        """No more is written."""
        os.close(self._file)


class SealedSpool:
    """The same, sealed with a key of 32 octets that belongs to this file alone."""

    def __init__(self, path: str, law: int, note: bytes, key: bytes) -> None:
        """Create the file. Raises OSError, and ValueError for what is no path or no key."""
        self._cipher = AESGCM(key)
        self._file = _create(path)
        self._pieces = 0
        os.write(self._file, _HEAD.pack(MAGIC, law, len(note)) + note)

    def write(self, audio: bytes | bytearray) -> None:
        """Add a piece. Raises OSError."""
        sealed = self._cipher.encrypt(self._pieces.to_bytes(12, "big"), bytes(audio), None)
        self._pieces += 1
        os.write(self._file, _SIZE.pack(len(sealed)) + sealed)

    def close(self) -> None:
        """No more is written."""
        os.close(self._file)


AnySpool = PlainSpool | SealedSpool


def create_spool(path: str, law: int, note: bytes, key: bytes | None) -> AnySpool:
    """A new spool, sealed where there is a key. Raises OSError and ValueError."""
    return PlainSpool(path, law, note) if key is None else SealedSpool(path, law, note, key)


class SpoolReader(Struct, frozen=True):
    """What a spool holds."""

    law: int
    note: bytes
    octets: int
    """Octets of audio, both channels."""
    sealed: bool
    _path: str
    _begin: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.octets / CHANNELS / wav.RATE

    def pieces(self, key: bytes | None = None) -> Iterator[bytes]:
        """The audio in order: octets of G.711, left and right in turn. Raises SpoolError, OSError."""
        with open(self._path, "rb") as file:
            file.seek(self._begin)
            if not self.sealed:
                while audio := file.read(_READ):
                    yield audio
                return
            if key is None:
                raise SpoolError("it is sealed, and there is no key")
            cipher = AESGCM(key)
            for number, sealed in enumerate(_sealed_pieces(file.read)):
                try:
                    yield cipher.decrypt(number.to_bytes(12, "big"), sealed, None)
                except InvalidTag:
                    raise SpoolError(f"piece {number} cannot be opened: another key, or changed") from None


def read_spool(path: str) -> SpoolReader:
    """Look at a spool, whoever wrote it and however that ended. Raises SpoolError, OSError."""
    with open(path, "rb") as file:
        head = file.read(_READ)
        size = os.fstat(file.fileno()).st_size
        if not head.startswith(MAGIC):
            try:
                found = wav.read_header(head)
            except wav.WavError as error:
                raise SpoolError(str(error)) from None
            octets = (size - found.size) & ~(CHANNELS - 1)
            return SpoolReader(found.law, found.note, octets, False, path, found.size)
        if len(head) < _HEAD.size:
            raise SpoolError("its head is cut short")
        _, law, noted = _HEAD.unpack_from(head)
        begin = _HEAD.size + noted
        file.seek(begin)
        octets = sum(len(piece) - 16 for piece in _sealed_pieces(file.read))
        return SpoolReader(law, head[_HEAD.size : begin], octets, True, path, begin)


def seconds_of(path: str) -> float:
    """How long the audio of a recording of any kind is that nobody ended; 0 where there is none."""
    try:
        return read_spool(path).seconds
    except (SpoolError, OSError, ValueError):
        return seconds_in_file(path)


def _sealed_pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while len(head := read(_SIZE.size)) == _SIZE.size:
        (size,) = _SIZE.unpack(head)
        if size > LARGEST_PIECE or len(sealed := read(size)) < size:
            return
        yield sealed


def _create(path: str) -> int:
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
