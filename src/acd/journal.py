"""The journal: every event with the instant at which it was decided, and snapshots of where they led.

A router made from a snapshot and given the records that follow it takes the decisions that were taken then.
Records are msgpack: ``[at, [tag, fields ...], format]``. New fields go to the end, with a default, so that old journals
read; what cannot be read so counts ``records.FORMAT`` up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from msgspec import DecodeError, Struct, ValidationError, convert, msgpack

from acd.decisions import Decision
from acd.events import AnyEvent, Event
from acd.journal_upgrade import upgraded
from acd.records import FORMAT, RouterState
from acd.router import Router


class JournalUnavailable(Exception):
    """The journal does not answer now; the same append may be tried again."""


class JournalLost(Exception):
    """The journal belongs to another writer from now on: whatever was not appended has not happened."""


class JournalUnreadable(JournalLost):
    """The journal was written in a way that this program does not know."""


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


class History(Protocol):
    """Keeps what a journal may forget: a stretch of it from one snapshot to the next, with the decisions taken."""

    def begin(self, snapshot: bytes | None, records: list[bytes]) -> None:
        """Where the journal stands as its writer starts. Which decisions its records led to is not known any more."""

    def note(self, records: list[bytes], decisions: list[list[Decision]]) -> None:
        """Records were written, and each led to these decisions."""

    def due(self, now: float) -> bool:
        """Whether a stretch should end here."""

    async def keep(self, snapshot: bytes) -> None:
        """A stretch has ended in this state, in which the next begins; what fails is told, and never raised."""


class Record(Struct, frozen=True, array_like=True):
    """One line of the journal."""

    at: float
    event: AnyEvent
    format: int = 0


class _Written(Struct, frozen=True, array_like=True):
    """A record on its way out: any event, which need not be told apart again."""

    at: float
    event: Event
    format: int = FORMAT


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
    raw: dict[str, Any] = msgpack.decode(data, type=dict[str, Any])
    if raw.get("format", 0) > FORMAT:
        raise ValidationError(f"it is of format {raw['format']}")
    if raw.get("format", 0) == 0:
        return convert(upgraded(raw), RouterState)
    return _state_decoder.decode(data)


def replay(snapshot: bytes | None, records: Iterable[bytes]) -> tuple[Router, float]:
    """The router where the journal ends, and the instant of the last record (0.0 with no record).

    Raises JournalUnreadable for what another version of the program wrote and this one does not know.
    """
    router, at, number = Router(), 0.0, 0
    try:
        if snapshot is not None:
            router = Router(decode_state(snapshot))
        for data in records:
            number += 1
            record = decode_record(data)
            if record.format > FORMAT:
                raise DecodeError(f"it is of format {record.format}")
            router.decide(record.event, record.at)
            at = record.at
    except DecodeError as error:
        what = f"record {number} of the routing journal" if number else "the snapshot of the routing journal"
        raise JournalUnreadable(
            f"{what} cannot be read by this version, which knows formats up to {FORMAT}: {error}"
        ) from error
    return router, at
