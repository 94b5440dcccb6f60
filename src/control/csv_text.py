"""Records as CSV (RFC 4180), for spreadsheets: as many as there are, a page of the store at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from control.recording import RecordingMark
from control.schemas.common import to_iso
from control.spreadsheet import harmless
from control.store.store import Records, Store

ROWS_A_TIME = 1000

T = TypeVar("T")
P = TypeVar("P")


async def csv_of(
    store: Store,
    columns: Sequence[str],
    page: Callable[[Records, int, P | None], Awaitable[list[T]]],
    position: Callable[[T], P],
    after: P | None,
) -> AsyncIterator[str]:
    """A head line, then one line a record, in pieces; they are read as the client takes them.

    ``page`` has at most so many records after a ``position``; ``columns`` are attributes of theirs.
    """
    yield lines([columns])
    while True:
        async with store.read() as records:
            found = await page(records, ROWS_A_TIME, after)
        if found:
            yield lines([[cell(name, getattr(record, name)) for name in columns] for record in found])
            after = position(found[-1])
        if len(found) < ROWS_A_TIME:
            return


def cell(name: str, value: str | float | tuple[RecordingMark, ...] | None) -> str:
    """One value as a spreadsheet takes it."""
    match value:
        case None:
            return ""
        case str():
            return harmless(value)
        case tuple():
            return " ".join(f"{mark.id}:{mark.sha256}" for mark in value)
        case bool():
            return str(value).lower()
        case _ if name.endswith("_at"):
            return to_iso(value)
        case int():
            return str(value)
        case _:
            return f"{value:.3f}"


def lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as text."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
