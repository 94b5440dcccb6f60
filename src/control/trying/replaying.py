"""``centrala replay``: a day again, and a day otherwise."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from acd.journal import JournalUnreadable
from control.errors import StartError
from control.settings import Settings
from control.trying.days import load_day, load_file, parse_day, save_file
from control.trying.tables import (
    ALL,
    as_plain,
    compared_plain,
    console,
    day_table,
    difference_line,
    what_if_table,
)
from control.trying.wishes import Wishes
from lab.changes import ChangeError
from lab.comparing import compare, try_changes
from lab.day import Stretch
from lab.figures import Day
from lab.recorded import Recorded, replay_day

SHOWN = 5
"""Differences that are printed."""


def replay(
    settings: Settings, day: str, from_file: Path | None, save: Path | None, wishes: Wishes, runs: int, as_json: bool
) -> int:
    """Replay a day and print what came of it; status 1 where decisions are not the same. Raises StartError."""
    if from_file is None:
        which = parse_day(day, date.today())
        name, stretches = str(which), asyncio.run(load_day(settings, which))
    else:
        name, stretches = str(from_file), load_file(from_file)
    if save is not None:
        save_file(save, stretches)
    recorded = _replayed(stretches)
    shown = {"day": name, "records": recorded.records, "decisions": recorded.decisions} | {
        "compared": recorded.recorded, "different": len(recorded.differences), "queues": as_plain(recorded.figures),
    }  # fmt: skip
    out = console()
    if not as_json:
        out.print(_verdict(name, recorded), soft_wrap=True)
        for difference in recorded.differences[:SHOWN]:
            out.print(f"  {difference_line(difference)}", soft_wrap=True, markup=False, highlight=False)
        out.print(day_table(recorded.figures))
    if wishes:
        tried = _tried(recorded, wishes, runs)
        comparisons = compare(recorded.figures, tried, ALL)
        shown["what_if"] = compared_plain(comparisons)
        if not as_json:
            out.print(f"\nThe same day, {_named(wishes)} ({runs} runs, 95 % intervals):", soft_wrap=True, markup=False)
            out.print(what_if_table(comparisons))
    if as_json:
        print(json.dumps(shown))
    return 1 if recorded.differences else 0


def _replayed(stretches: list[Stretch]) -> Recorded:
    with _progress("replaying", sum(len(one.records) for one in stretches)) as bar:
        try:
            return replay_day(stretches, progress=bar.reach)
        except JournalUnreadable as error:
            raise StartError(str(error)) from error


def _tried(recorded: Recorded, wishes: Wishes, runs: int) -> list[Day]:
    with _progress("trying", runs) as bar:
        try:
            return try_changes(recorded, wishes.settings, wishes.staffing, range(1, runs + 1), bar.step)
        except ChangeError as error:
            raise StartError(str(error)) from error


def _verdict(name: str, recorded: Recorded) -> str:
    said = f"{name}: {recorded.records:,} records lead to {recorded.decisions:,} decisions"
    different, unknown = len(recorded.differences), recorded.records - recorded.recorded
    if different:
        said += f"; {different:,} records DO NOT lead to what they led to when they were written"
    elif recorded.recorded:
        said += ", the very same as on the day"
    if unknown:
        said += f" (of {unknown:,} records it was not kept what they led to)"
    if len(recorded.spans) > 1:
        said += f"; the day has {len(recorded.spans) - 1} gaps"
    return said + "."


def _named(wishes: Wishes) -> str:
    settings = [f"{setting} = {setting.value}" for setting in wishes.settings]
    return ", ".join([*settings, *map(str, wishes.staffing)])


class _Bar:
    def __init__(self, progress: Progress, what: str, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task(what, total=total)

    def reach(self, done: int) -> None:
        self._progress.update(self._task, completed=done)

    def step(self) -> None:
        self._progress.advance(self._task)


@contextmanager
def _progress(what: str, total: int) -> Iterator[_Bar]:
    """A bar for those who watch a terminal; it is gone when the work is done."""
    errors = Console(stderr=True)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
        yield _Bar(progress, what, total)
