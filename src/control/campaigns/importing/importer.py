"""Imports one list: of its leads those that are known already are found, the rest added, a batch a transaction."""

from __future__ import annotations

import asyncio
import csv
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Protocol, TextIO

from msgspec.structs import replace

from control.campaigns.importing.batches import Batch
from control.campaigns.importing.rows import Complaint
from control.lead_import import ImportOptions, Progress, Task
from control.spreadsheet import harmless
from control.store.store import Records, Store
from dialer.compliance.number_set import NumberSet
from dialer.lead import Lead

BREATH = 0.25
"""How long the database is left alone after a batch, as a share of what the batch took; SQLite lets in whoever asks at
the right moment, and who waits asks ten times a second."""
LONGEST_BREATH_S = 0.05
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
        self._rehearsed = NumberSet()

    async def run(self, batches: AsyncIterator[Batch], told: Callable[[Progress], bool]) -> bool:
        """Take a list to its end; ``told`` hears of each batch, and ends it by answering False.

        True where it came to the end. Raises what ``batches`` raises.
        """
        loop = asyncio.get_running_loop()
        with _open_report(Path(self._task.report), self.progress.report_octets) as file:
            report = csv.writer(file)
            if not self.progress.report_octets:
                report.writerow(REPORT_HEAD)
            rested_at = 0.0
            async for batch in batches:
                await asyncio.sleep(rested_at - loop.time())
                began_at = loop.time()
                await self._take(batch, report, file)
                ended_at = loop.time()
                rested_at = ended_at + min(LONGEST_BREATH_S, BREATH * (ended_at - began_at))
                if not told(self.progress):
                    return False
        return True

    async def _take(self, batch: Batch, report: Report, file: TextIO) -> None:
        for number, complaint, taken in batch.complaints:
            self._complain(report, number, complaint, taken=taken)
        async with self._store.write() as records:
            new, updated, known = await self._sort_out(records, batch.leads)
            for number, complaint in known:
                self._complain(report, number, complaint, taken=False)
            file.flush()
            before = self.progress
            self.progress = Progress(
                read=before.read + batch.read,
                taken=before.taken + len(new),
                updated=before.updated + len(updated),
                duplicates=before.duplicates + len(known),
                refused=before.refused + batch.read - len(batch.leads),
                octets=batch.octets,
                report_octets=file.tell(),
                reasons=dict(self._reasons),
            )
            if self._options.dry_run:
                for lead in new:
                    for key in self._keys(lead):
                        self._rehearsed.add(_eight_octets(key))
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
            at_rest = in_batch = None
            for key in keys:
                if at_rest is None:
                    at_rest = known.get(key)
                if in_batch is None:
                    in_batch = place_of.get(key)
            rehearsed = self._options.dry_run and any(_eight_octets(key) in self._rehearsed for key in keys)
            if at_rest is None and in_batch is None and not rehearsed:
                for key in keys:
                    place_of[key] = len(new)
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


def _eight_octets(key: tuple[str, str]) -> int:
    return hash(key) & 0xFFFF_FFFF_FFFF_FFFF


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
