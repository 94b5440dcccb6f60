"""The days of the routing journal, a file each, in the folder ``journal`` of the data folder.

What a snapshot covers goes from Redis into the file of the day on which it began; it is deflated and written by a
thread. A day ends with the first records after midnight, local time.
"""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import date, datetime, timedelta
from math import inf
from pathlib import Path

from acd.decisions import Decision
from acd.journal import decode_record
from lab.day import MAGIC, DayUnreadable, Stretch, encode_decisions, encode_stretch, unknown, whole_length

log = logging.getLogger(__name__)

JOURNAL_FOLDER = "journal"
"""Of the data folder."""
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.day")


def day_file(folder: Path, day: date) -> Path:
    """Where a day is kept."""
    return folder / f"{day.isoformat()}.day"


def days_kept(folder: Path) -> list[date]:
    """The days of which there is a file, the oldest first."""
    names = [match for path in folder.glob("*.day") if (match := _NAME.fullmatch(path.name))]
    return sorted(date.fromisoformat(name[1]) for name in names)


class DayKeeper:
    """An ``acd.journal.History`` that keeps a number of days."""

    def __init__(self, folder: Path, keep_days: int) -> None:
        self._folder = folder
        self._keep_days = keep_days
        self._base: bytes | None = None
        self._records: list[bytes] = []
        self._decisions: list[list[Decision]] = []
        self._unknown = 0
        """How many of the first records were taken over from before a restart."""
        self._ends_at = inf
        self._sound: set[Path] = set()
        """Files whose end was looked at."""

    def begin(self, snapshot: bytes | None, records: list[bytes]) -> None:
        """Start with what the journal held."""
        self._base, self._records, self._decisions = snapshot, list(records), []
        self._unknown = len(records)
        self._set_end()

    def note(self, records: list[bytes], decisions: list[list[Decision]]) -> None:
        """Gather what was written."""
        first = not self._records
        self._records += records
        self._decisions += decisions
        if first:
            self._set_end()

    def due(self, now: float) -> bool:
        """Whether the day is over."""
        return now >= self._ends_at

    async def keep(self, snapshot: bytes) -> None:
        """Write what was gathered into the file of its day, and let files go that are too old."""
        base, records, decisions, known_from = self._base, self._records, self._decisions, self._unknown
        self._base, self._records, self._decisions, self._unknown, self._ends_at = snapshot, [], [], 0, inf
        if not records:
            return
        try:
            await asyncio.to_thread(self._write, base, records, decisions, known_from)
        except (OSError, DayUnreadable) as error:
            log.error("a stretch of the routing journal could not be kept in %s: %s", self._folder, error)

    def _set_end(self) -> None:
        if self._records:
            tomorrow = _day_of(self._records[0]) + timedelta(days=1)
            self._ends_at = datetime(tomorrow.year, tomorrow.month, tomorrow.day).timestamp()

    def _write(
        self, base: bytes | None, records: list[bytes], decisions: list[list[Decision]], known_from: int
    ) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        day = _day_of(records[0])
        path = day_file(self._folder, day)
        if path not in self._sound:
            _mend(path)
            self._sound = {path}
        known = [encode_decisions(one) for one in decisions]
        with path.open("ab") as file:
            if not file.tell():
                file.write(MAGIC)
            file.write(encode_stretch(Stretch(base, records, [*unknown(known_from), *known])))
        for kept in days_kept(self._folder):
            if kept <= day - timedelta(days=self._keep_days):
                day_file(self._folder, kept).unlink(missing_ok=True)


def _day_of(record: bytes) -> date:
    return date.fromtimestamp(decode_record(record).at)


def _mend(path: Path) -> None:
    """Cut off what a crash left unfinished. Raises DayUnreadable for a file that is something else."""
    if path.exists():
        data = path.read_bytes()
        length = whole_length(data)
        if length < len(data):
            with path.open("r+b") as file:
                file.truncate(length)
