"""WAV files of G.711 audio: the octets of a call as they came, behind a header that says what they are.

The header has the form that RIFF asks for audio other than PCM: a format chunk with an extension (of no octets) and a
``fact`` chunk. A note of ours may stand before the audio, in a chunk that others pass over.
"""

from __future__ import annotations

from struct import Struct as Layout

from msgspec import Struct

from pbx.media.g711 import PCMA, PCMU

RATE = 8000
TAGS = {PCMA: 6, PCMU: 7}
"""The format tags of the two laws (RFC 2361 sections A.6 and A.7)."""
LAWS = {tag: law for law, tag in TAGS.items()}

_RIFF = Layout("<4sI4s")
_FORMAT = Layout("<4sIHHIIHHH")
_FACT = Layout("<4sII")
_CHUNK = Layout("<4sI")
_NOTE = b"note"


class WavError(ValueError):
    """What was read is not a WAV file of G.711 audio; the text says why."""


class WavHeader(Struct, frozen=True):
    """What stands before the audio."""

    law: int
    """PCMU or PCMA."""
    channels: int
    note: bytes
    size: int
    """Octets of the header."""


def header(law: int, channels: int, octets: int, note: bytes = b"") -> bytes:
    """The header before so many octets of audio; its size depends on the note alone."""
    noted = _CHUNK.pack(_NOTE, len(note)) + note + bytes(len(note) % 2) if note else b""
    body = b"".join(
        (
            _FORMAT.pack(b"fmt ", 18, TAGS[law], channels, RATE, RATE * channels, channels, 8, 0),
            _FACT.pack(b"fact", 4, octets // channels),
            noted,
            _CHUNK.pack(b"data", octets),
        )
    )
    return _RIFF.pack(b"RIFF", 4 + len(body) + octets, b"WAVE") + body


def read_header(data: bytes) -> WavHeader:
    """Read a header that ``header`` wrote; ``data`` may go on behind it. Raises WavError."""
    if len(data) < _RIFF.size or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise WavError("octet 0: not a WAV file")
    at, law, channels, note = _RIFF.size, None, 0, b""
    while at + _CHUNK.size <= len(data):
        name, size = _CHUNK.unpack_from(data, at)
        begin = at + _CHUNK.size
        if name == b"data":
            if law is None:
                raise WavError("the format chunk is missing")
            return WavHeader(law, channels, note, begin)
        if name == b"fmt " and begin + 4 <= len(data):
            tag, channels = int.from_bytes(data[begin : begin + 2], "little"), data[begin + 2]
            law = LAWS.get(tag)
            if law is None:
                raise WavError(f"octet {begin}: format {tag}, expected one of {sorted(LAWS)}")
        elif name == _NOTE:
            note = data[begin : begin + size]
        at = begin + size + size % 2
    raise WavError("the data chunk is missing")
