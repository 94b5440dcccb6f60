"""Call detail records as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator

from control.cdr import Cdr
from control.schemas.common import to_iso
from control.store.cdrs import CdrFilter, CdrPosition
from control.store.store import Store

COLUMNS = tuple(name for name in Cdr.__struct_fields__ if name not in ("legs", "diversions"))
_ROWS_A_TIME = 1000

# A spreadsheet runs a cell that begins like this, and callers choose their names. A telephone number is harmless.
_FORMULA = re.compile(r"[=+\-@\t\r](?![0-9]*$)")


async def csv_of(store: Store, wanted: CdrFilter, after: CdrPosition | None = None) -> AsyncIterator[str]:
    """A head line, then one line a record, newest first, in pieces; records are read as the client takes them."""
    yield _lines([COLUMNS])
    while True:
        async with store.read() as records:
            found = await records.cdrs.page(wanted, _ROWS_A_TIME, after)
        if found:
            yield _lines([_cells(record) for record in found])
            after = CdrPosition(found[-1].started_at, found[-1].id)
        if len(found) < _ROWS_A_TIME:
            return


def _cells(record: Cdr) -> list[str]:
    return [_cell(name, getattr(record, name)) for name in COLUMNS]


def _cell(name: str, value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return to_iso(value) if name.endswith("_at") else f"{value:.3f}"


def _lines(rows: list[list[str]] | list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
