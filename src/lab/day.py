"""A day of the routing journal as a file: stretches from one snapshot to the next, with the decisions taken then.

MAGIC, then for each stretch its length (four octets, the highest first) and as many octets: msgpack, deflated
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import Any

from msgspec import MsgspecError, Struct, msgpack

from acd.decisions import Decision

MAGIC = b"centrala day 1\n"
_HEAD = 4
_FAST = 1
"""Deflate's quickest level: records repeat each other so much that a slower one gains little."""

_encoder = msgpack.Encoder()


class DayUnreadable(Exception):
    """A file is no day of a journal, or is damaged; the message is one line."""


class Stretch(Struct, frozen=True, array_like=True):
    """Records in their order, and what they began from."""

    base: bytes | None
    """The snapshot; None: a router that knew nothing."""
    records: list[bytes]
    decisions: list[bytes | None]
    """What each record led to (see ``encode_decisions``); None where that is not known: after a restart, for what the
    journal held beyond its snapshot."""


_decoder = msgpack.Decoder(Stretch)


def encode_decisions(decisions: list[Decision]) -> bytes:
    """Decisions as octets, which are equal when they are."""
    return _encoder.encode(decisions)


def decode_decisions(data: bytes) -> list[list[Any]]:
    """Their names and fields, to be shown."""
    found: list[list[Any]] = msgpack.decode(data)
    return found


def unknown(count: int) -> list[bytes | None]:
    """The decisions of so many records of which they are not known."""
    return list(repeat(None, count))


def encode_stretch(stretch: Stretch) -> bytes:
    """What is appended to a file."""
    packed = zlib.compress(_encoder.encode(stretch), _FAST)
    return len(packed).to_bytes(_HEAD, "big") + packed


def whole_length(data: bytes) -> int:
    """How many octets are whole stretches: a file whose writing was cut off goes on there. Raises DayUnreadable."""
    if data and not data.startswith(MAGIC[: len(data)]):
        raise DayUnreadable("it is no day of a routing journal")
    end = len(MAGIC) if len(data) >= len(MAGIC) else 0
    while 0 < end + _HEAD <= len(data):
        size = int.from_bytes(data[end : end + _HEAD], "big")
        if end + _HEAD + size > len(data):
            break
        end += _HEAD + size
    return end


def read_day(data: bytes) -> Iterator[Stretch]:
    """The stretches of a file. Raises DayUnreadable."""
    return without_repeats(_stretches(data))


def without_repeats(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Stretches of which none begins as the one before it did: the longer is the same stretch, seen later. So it is
    with one that was kept while its snapshot was not saved any more, and is found in the journal again by a restart.
    """
    before: Stretch | None = None
    for stretch in stretches:
        if before is not None and _repeats(before, stretch):
            longer = max(before, stretch, key=lambda one: len(one.records))
            known = before.decisions + longer.decisions[len(before.decisions) :]
            before = Stretch(longer.base, longer.records, known)
            continue
        if before is not None:
            yield before
        before = stretch
    if before is not None:
        yield before


def _repeats(one: Stretch, other: Stretch) -> bool:
    shorter = min(len(one.records), len(other.records))
    return one.base == other.base and one.records[:shorter] == other.records[:shorter]


def _stretches(data: bytes) -> Iterator[Stretch]:
    end, at = whole_length(data), len(MAGIC)
    if not end:
        raise DayUnreadable("it is no day of a routing journal")
    while at < end:
        size = int.from_bytes(data[at : at + _HEAD], "big")
        try:
            yield _decoder.decode(zlib.decompress(data[at + _HEAD : at + _HEAD + size]))
        except (zlib.error, MsgspecError) as error:
            raise DayUnreadable(f"it is damaged at octet {at}: {error}") from error
        at += _HEAD + size
