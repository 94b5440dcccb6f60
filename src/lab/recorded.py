"""A recorded day, replayed: are its decisions taken again?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import DecodeError, Struct, field

from acd import events
from acd.journal import JournalUnreadable, Record, decode_record, encode_state
from acd.records import FORMAT
from lab.day import Stretch, decode_decisions, encode_decisions
from lab.episodes import Span
from lab.figures import Figures, joined
from lab.reading import Reader

PROGRESS_EVERY = 20_000
"""Records between two words about how far it is."""


class Difference(Struct, frozen=True):
    """A record that does not lead to what it led to when it was written."""

    at: float
    event: events.Event
    recorded: list[list[Any]]
    now: list[list[Any]]


class Recorded(Struct):
    """A day, replayed."""

    spans: list[Span] = field(default_factory=list)
    records: int = 0
    decisions: int = 0
    """How many they lead to."""
    recorded: int = 0
    """Records of which it was recorded what they led to; if it is not the same it is among ``differences``."""
    differences: list[Difference] = field(default_factory=list)

    @property
    def figures(self) -> dict[str, Figures]:
        """The day by queue."""
        figures: dict[str, Figures] = {}
        for span in self.spans:
            figures = joined(figures, span.figures)
        return figures


def replay_day(stretches: Iterable[Stretch], progress: Callable[[int], None] = lambda _: None) -> Recorded:
    """Decide a day anew. ``progress`` is told now and then how many records are done.

    Raises JournalUnreadable for what this version of the program does not know.
    """
    day = Recorded()
    reader: Reader | None = None
    for stretch in stretches:
        if not stretch.records:
            continue
        try:
            first = decode_record(stretch.records[0])
            if reader is None or encode_state(reader.router.state()) != stretch.base:
                if reader is not None:
                    reader.close()
                reader = Reader(stretch.base, first.at)
                day.spans.append(reader.span)
            for data, decisions in zip(stretch.records, stretch.decisions, strict=True):
                _replay(day, reader, _read(data), decisions)
                if day.records % PROGRESS_EVERY == 0:
                    progress(day.records)
        except DecodeError as error:
            raise JournalUnreadable(f"the day cannot be read by this version: {error}") from error
    if reader is not None:
        reader.close()
    return day


def _read(data: bytes) -> Record:
    record = decode_record(data)
    if record.format > FORMAT:
        raise DecodeError(f"a record is of format {record.format}, and {FORMAT} is the newest known")
    return record


def _replay(day: Recorded, reader: Reader, record: Record, recorded: bytes | None) -> None:
    taken = reader.read(day.records, record)
    day.records += 1
    day.decisions += len(taken)
    if recorded is None:
        return
    day.recorded += 1
    decisions = encode_decisions(taken)
    if recorded != decisions:
        day.differences.append(
            Difference(record.at, record.event, decode_decisions(recorded), decode_decisions(decisions))
        )
