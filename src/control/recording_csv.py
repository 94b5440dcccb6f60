"""Recordings as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

from collections.abc import AsyncIterator

from control.cdr_csv import ROWS_A_TIME, cell, lines
from control.recording import Recording
from control.store.recordings import RecordingFilter, RecordingPosition
from control.store.store import Store

_LEFT_OUT = ("file", "deleted_at")
COLUMNS = tuple(name for name in Recording.__struct_fields__ if name not in _LEFT_OUT)


async def csv_of(store: Store, wanted: RecordingFilter, after: RecordingPosition | None = None) -> AsyncIterator[str]:
    """A head line, then one line a recording, newest first, in pieces; read as the client takes them."""
    yield lines([COLUMNS])
    while True:
        async with store.read() as records:
            found = await records.recordings.newest(wanted, ROWS_A_TIME, after)
        if found:
            yield lines([[cell(name, getattr(recording, name)) for name in COLUMNS] for recording in found])
            after = RecordingPosition(found[-1].started_at, found[-1].id)
        if len(found) < ROWS_A_TIME:
            return
