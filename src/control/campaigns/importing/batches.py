"""Lists read in batches: the leads that rows became, and what is wrong with the others.

Reading touches no database, so that it can be done here or in a process beside the one that writes (``apart``).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from itertools import islice
from pathlib import Path

from msgspec import Struct

from control.campaigns.importing.columns import columns_of
from control.campaigns.importing.reading import Row, Source
from control.campaigns.importing.rows import Complaint, Refused, RowReader
from control.lead_import import Task
from dialer.lead import Lead

BATCH = 4000
"""Rows in one batch, which one transaction takes: whoever else writes waits no longer than for these."""
LARGEST_BATCH = 16_000_000
"""Octets of the file after which a batch ends with fewer rows."""


class Order(Struct, frozen=True):
    """What is to be read."""

    task: Task
    skip: int
    """Rows that were read by an earlier run."""
    now: float
    """When the leads are imported."""


class Batch(Struct, frozen=True, tag="batch"):
    """Some rows of a list, in order; each is known by its number."""

    read: int
    """How many rows these were."""
    octets: int
    """Of the file, that are read by now."""
    leads: list[tuple[int, Lead]]
    complaints: list[tuple[int, Complaint, bool]]
    """What is wrong with a row, and whether it was taken all the same."""


def batches_of(order: Order) -> Iterator[Batch]:
    """A list to its end, from its first row or where it was left. Raises Invalid (columns) and Unreadable."""
    options = order.task.options
    source = Source(Path(order.task.file), options.shape)
    try:
        columns = columns_of([name for name in source.names if name], options.columns)
        reader = RowReader(order.task.campaign, options, columns, order.now)
        rows = islice(source.rows(), order.skip, None)
        while (batch := _batch(rows, reader, source)).read:
            yield batch
    finally:
        source.close()


def _batch(rows: Iterator[tuple[int, Row]], reader: RowReader, source: Source) -> Batch:
    """The next rows; without any where the list has ended."""
    leads: list[tuple[int, Lead]] = []
    complaints: list[tuple[int, Complaint, bool]] = []
    read, enough = 0, source.octets + LARGEST_BATCH
    for number, row in islice(rows, BATCH):
        read += 1
        try:
            lead, wrong = reader.read(row)
        except Refused as refused:
            complaints.append((number, refused.complaint, False))
        else:
            leads.append((number, lead))
            complaints += [(number, one, True) for one in wrong]
        if source.octets > enough:
            break
    return Batch(read, source.octets, leads, complaints)


async def here(order: Order) -> AsyncGenerator[Batch]:
    """The same, in this process: for small lists, and where there is one core only."""
    for batch in batches_of(order):
        yield batch
