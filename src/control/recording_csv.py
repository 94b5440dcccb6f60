"""Recordings as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator

from control.csv_text import csv_of
from control.recording import Recording
from control.store.recordings import RecordingFilter, RecordingPosition
from control.store.store import Store

_LEFT_OUT = ("file", "deleted_at")
COLUMNS = tuple(name for name in Recording.__struct_fields__ if name not in _LEFT_OUT)


def csv_of_recordings(
    store: Store, wanted: RecordingFilter, after: RecordingPosition | None
) -> AsyncIterator[str]:  # fmt: skip
    """The newest first."""
    return csv_of(
        store,
        COLUMNS,
        lambda records, limit, after: records.recordings.newest(wanted, limit, after),
        lambda recording: RecordingPosition(recording.started_at, recording.id),
        after,
    )
