"""Call detail records as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator

from control.cdr import Cdr
from control.recording import RecordingMark
from control.schemas.common import to_iso
from control.spreadsheet import harmless
from control.store.cdrs import CdrFilter, CdrPosition
from control.store.store import Store

COLUMNS = tuple(name for name in Cdr.__struct_fields__ if name not in ("legs", "diversions"))
ROWS_A_TIME = 1000


async def csv_of(store: Store, wanted: CdrFilter, after: CdrPosition | None = None) -> AsyncIterator[str]:
    """A head line, then one line a record, newest first, in pieces; records are read as the client takes them."""
    yield lines([COLUMNS])
    while True:
        async with store.read() as records:
            found = await records.cdrs.page(wanted, ROWS_A_TIME, after)
        if found:
            yield lines([_cells(record) for record in found])
            after = CdrPosition(found[-1].started_at, found[-1].id)
        if len(found) < ROWS_A_TIME:
            return


def _cells(record: Cdr) -> list[str]:
    return [cell(name, getattr(record, name)) for name in COLUMNS]


def cell(name: str, value: str | float | tuple[RecordingMark, ...] | None) -> str:
    """One value as a spreadsheet takes it."""
    if isinstance(value, tuple):
        return " ".join(f"{mark.id}:{mark.sha256}" for mark in value)
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    return to_iso(value) if name.endswith("_at") else f"{value:.3f}"


def lines(rows: list[list[str]] | list[tuple[str, ...]]) -> str:
    """Rows as text."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
