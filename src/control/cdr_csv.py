"""Call detail records as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator

from control.cdr import Cdr
from control.csv_text import csv_of
from control.store.cdrs import CdrFilter, CdrPosition
from control.store.store import Store

COLUMNS = tuple(name for name in Cdr.__struct_fields__ if name not in ("legs", "diversions"))


def csv_of_cdrs(store: Store, wanted: CdrFilter, after: CdrPosition | None) -> AsyncIterator[str]:
    """The newest call first."""
    return csv_of(
        store,
        COLUMNS,
        lambda records, limit, after: records.cdrs.page(wanted, limit, after),
        lambda record: CdrPosition(record.started_at, record.id),
        after,
    )
