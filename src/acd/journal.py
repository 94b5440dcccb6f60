"""The journal: every event with the instant at which it was decided, and snapshots of where they led.

A router made from a snapshot and given the records that follow it takes the decisions that were taken then.
Records are msgpack: ``[at, [tag, fields ...]]``. New fields go to the end, with a default, so that old journals read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct, msgpack

from acd.events import AnyEvent, Event
from acd.records import RouterState
from acd.router import Router


class JournalUnavailable(Exception):
    """The journal does not answer now; the same append may be tried again."""


class JournalLost(Exception):
    """The journal belongs to another writer from now on: whatever was not appended has not happened."""


class Journal(Protocol):
    """Where records are kept, in their order.

    Every method raises JournalUnavailable or JournalLost. An append that raised JournalUnavailable may still have been
    written; trying it again must not write it twice.
    """

    async def load(self) -> tuple[bytes | None, list[bytes]]:
        """The last snapshot, if there is one, and every record after it."""

    async def append(self, records: list[bytes]) -> None:
        """Write records, all or none; they are durable when this returns."""

    async def save_snapshot(self, snapshot: bytes) -> None:
        """Keep the state that all records appended so far led to; what it covers may be forgotten."""


class Record(Struct, frozen=True, array_like=True):
    """One line of the journal."""

    at: float
    event: AnyEvent


class _Written(Struct, frozen=True, array_like=True):
    """A record on its way out: any event, which need not be told apart again."""

    at: float
    event: Event


_encoder = msgpack.Encoder()
_record_decoder = msgpack.Decoder(Record)
_state_decoder = msgpack.Decoder(RouterState)


def encode_record(at: float, event: Event) -> bytes:
    return _encoder.encode(_Written(at, event))


def decode_record(data: bytes) -> Record:
    """Raises msgspec.DecodeError or msgspec.ValidationError for what is no record."""
    return _record_decoder.decode(data)


def encode_state(state: RouterState) -> bytes:
    return _encoder.encode(state)


def decode_state(data: bytes) -> RouterState:
    """Raises msgspec.DecodeError or msgspec.ValidationError for what is no snapshot."""
    return _state_decoder.decode(data)


def replay(snapshot: bytes | None, records: Iterable[bytes]) -> tuple[Router, float]:
    """The router where the journal ends, and the instant of the last record (0.0 with no record)."""
    router = Router(decode_state(snapshot) if snapshot is not None else None)
    at = 0.0
    for data in records:
        record = decode_record(data)
        router.decide(record.event, record.at)
        at = record.at
    return router, at
