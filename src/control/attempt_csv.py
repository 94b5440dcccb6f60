"""Attempts of campaigns as CSV, for spreadsheets."""

from __future__ import annotations

from collections.abc import AsyncIterator

from control.cdr_csv import ROWS_A_TIME, cell, lines
from control.schemas.attempt import AttemptShown
from control.store.attempts import AttemptFilter, AttemptPosition
from control.store.store import Store
from dialer.ledger import Entry

COLUMNS = tuple(AttemptShown.model_fields)


async def csv_of(store: Store, wanted: AttemptFilter, after: AttemptPosition | None = None) -> AsyncIterator[str]:
    """A head line, then one line an attempt, newest first, in pieces; they are read as the client takes them."""
    yield lines([COLUMNS])
    while True:
        async with store.read() as records:
            found = await records.attempts.page(wanted, ROWS_A_TIME, after)
        if found:
            yield lines([_cells(entry) for entry in found])
            after = AttemptPosition(found[-1].decided_at, found[-1].id)
        if len(found) < ROWS_A_TIME:
            return


def _cells(entry: Entry) -> list[str]:
    return [str(entry.lead) if name == "lead" else cell(name, getattr(entry, name)) for name in COLUMNS]
