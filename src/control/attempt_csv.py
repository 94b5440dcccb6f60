"""Attempts of campaigns as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator

from control.csv_text import csv_of
from control.schemas.attempt import AttemptShown
from control.store.attempts import AttemptFilter, AttemptPosition
from control.store.store import Store

COLUMNS = tuple(AttemptShown.model_fields)


def csv_of_attempts(store: Store, wanted: AttemptFilter, after: AttemptPosition | None) -> AsyncIterator[str]:
    """The newest first."""
    return csv_of(
        store,
        COLUMNS,
        lambda records, limit, after: records.attempts.page(wanted, limit, after),
        lambda entry: AttemptPosition(entry.decided_at, entry.id),
        after,
    )
