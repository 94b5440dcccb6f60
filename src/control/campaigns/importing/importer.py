"""Imports one list: rows are read, those that are known already found, the rest added, a batch a transaction."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TextIO

from msgspec.structs import replace

from control.campaigns.importing.columns import columns_of
from control.campaigns.importing.reading import Row, Source
from control.campaigns.importing.rows import Complaint, Refused, RowReader
from control.lead_import import ImportOptions, Progress, Task
from control.spreadsheet import harmless
from control.store.store import Records, Store
from dialer.lead import Lead

BATCH = 2000
"""Rows in one transaction: whoever else writes waits no longer than for these."""
REPORT_HEAD = ("row", "column", "value", "reason", "detail", "taken")


class Report(Protocol):
    """A writer of CSV."""

    def writerow(self, row: tuple[Any, ...], /) -> Any:
        """Write a line."""


class Importer:
    """Imports one list into a store."""

    def __init__(self, store: Store, task: Task, progress: Progress, *, clock: Callable[[], float] = time.time) -> None:
        """``progress`` is how far it came before the program died, where it did."""
        self._store = store
        self._task = task
        self._options: ImportOptions = task.options
        self._clock = clock
        self.progress = progress
        self._reasons = Counter(progress.reasons)
        # What a dry run would have added: a number of eight octets for each.
        self._rehearsed: set[int] = set()

    async def run(self, told: Callable[[Progress], bool]) -> bool:
        """Read the list to its end; ``told`` hears of each batch, and ends it by answering False.

        True where it came to the end. Raises Invalid (columns) and Unreadable.
        """
        source = Source(Path(self._task.file), self._options.shape)
        try:
            columns = columns_of([name for name in source.names if name], self._options.columns)
            reader = RowReader(self._task.campaign, self._options, columns, self._clock())
            rows = islice(source.rows(), self.progress.read, None)
            with _open_report(Path(self._task.report), self.progress.report_octets) as file:
                report = csv.writer(file)
                if not self.progress.report_octets:
                    report.writerow(REPORT_HEAD)
                while batch := list(islice(rows, BATCH)):
                    await self._take(batch, reader, report, file, source)
                    if not told(self.progress):
                        return False
        finally:
            source.close()
        return True

    async def _take(
        self, batch: list[tuple[int, Row]], reader: RowReader, report: Report, file: TextIO, source: Source
    ) -> None:
        good: list[tuple[int, Lead]] = []
        for number, row in batch:
            try:
                lead, complaints = reader.read(row)
            except Refused as refused:
                self._complain(report, number, refused.complaint, taken=False)
                continue
            good.append((number, lead))
            for complaint in complaints:
                self._complain(report, number, complaint, taken=True)
        refused_rows = len(batch) - len(good)
        async with self._store.write() as records:
            new, updated, known = await self._sort_out(records, good)
            for number, complaint in known:
                self._complain(report, number, complaint, taken=False)
            file.flush()
            before = self.progress
            self.progress = Progress(
                read=before.read + len(batch),
                taken=before.taken + len(new),
                updated=before.updated + len(updated),
                duplicates=before.duplicates + len(known),
                refused=before.refused + refused_rows,
                octets=source.octets,
                report_octets=file.tell(),
                reasons=dict(self._reasons),
            )
            if self._options.dry_run:
                self._rehearsed.update(hash(key) for lead in new for key in self._keys(lead))
            else:
                await records.leads.add(new, self._clock())
                for lead in updated:
                    await records.leads.put(lead, self._clock())
            await records.imports.progressed(self._task.id, self.progress)

    async def _sort_out(
        self, records: Records, good: list[tuple[int, Lead]]
    ) -> tuple[list[Lead], list[Lead], list[tuple[int, Complaint]]]:
        """What is new, what of the known is changed, and what is neither."""
        if self._options.duplicates == "keep":
            return [lead for _, lead in good], [], []
        known = await self._known(records, [lead for _, lead in good])
        new: list[Lead] = []
        place_of: dict[tuple[str, str], int] = {}
        changes: dict[int, Lead] = {}
        duplicates: list[tuple[int, Complaint]] = []
        for number, lead in good:
            keys = self._keys(lead)
            at_rest = next((known[key] for key in keys if key in known), None)
            in_batch = next((place_of[key] for key in keys if key in place_of), None)
            rehearsed = self._options.dry_run and any(hash(key) in self._rehearsed for key in keys)
            if at_rest is None and in_batch is None and not rehearsed:
                place_of |= dict.fromkeys(keys, len(new))
                new.append(lead)
            elif self._options.duplicates == "refuse":
                where = f"lead {at_rest}" if at_rest is not None else "this list"
                text = lead.numbers[0].number
                duplicates.append((number, Complaint("", text, "duplicate", f"its number is known from {where}")))
            elif at_rest is None or at_rest in changes:
                if at_rest is not None:
                    changes[at_rest] = _merged(changes[at_rest], lead)
                elif in_batch is not None:
                    new[in_batch] = _merged(new[in_batch], lead)
                duplicates.append((number, Complaint("", lead.numbers[0].number, "merged", "a row before it has it")))
            else:
                changes[at_rest] = lead
        before = {lead.id: lead for lead in await records.leads.many(changes)} if changes else {}
        return new, [_merged(before[id], lead) for id, lead in changes.items() if id in before], duplicates

    def _keys(self, lead: Lead) -> list[tuple[str, str]]:
        """By what a lead is known: its numbers, within its list where these are asked for."""
        scope = lead.list if self._options.within == "list" else ""
        return [(scope, one.number) for one in lead.numbers]

    async def _known(self, records: Records, leads: list[Lead]) -> dict[tuple[str, str], int]:
        """The leads at rest, by scope and number."""
        found: dict[tuple[str, str], int] = {}
        within_list = self._options.within == "list"
        for name in {lead.list for lead in leads} if within_list else {""}:
            numbers = [one.number for lead in leads if not within_list or lead.list == name for one in lead.numbers]
            known = await records.leads.known(self._task.campaign, numbers, name if within_list else None)
            found |= {(name, number): lead for number, lead in known.items()}
        return found

    def _complain(self, report: Report, number: int, complaint: Complaint, *, taken: bool) -> None:
        self._reasons[complaint.reason] += 1
        value, column = harmless(complaint.value), harmless(complaint.column)
        report.writerow((number, column, value, complaint.reason, complaint.detail, "yes" if taken else "no"))


def _merged(before: Lead, row: Lead) -> Lead:
    """A lead with what a newer row says of it; how far it is stays."""
    numbers = {one.number: one for one in row.numbers} | {one.number: one for one in before.numbers}
    return replace(
        before,
        numbers=tuple(numbers.values()),
        priority=row.priority,
        zone=row.zone or before.zone,
        region=row.region or before.region,
        language=row.language or before.language,
        fields=before.fields | row.fields,
        consent=row.consent or before.consent,
    )


def _open_report(path: Path, octets: int) -> TextIO:
    """The report, without what was written of rows that were not committed."""
    path.touch()
    with path.open("r+b") as file:
        file.truncate(octets)
    return path.open("a", encoding="utf-8", newline="")
