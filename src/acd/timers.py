"""What is due, in the order of time. A record knows its own timer: an entry of another one is struck."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from acd.line import Entries
from acd.records import Assignment, BreakLimit, Rest, Timer, WorkRecord
from acd.waiting import WaitingQueue

Timed: TypeAlias = Assignment | BreakLimit | Rest | WaitingQueue | WorkRecord


class Timers(Entries[tuple[Timer, Any]]):
    """Records in the order in which they are due."""

    __slots__ = ()

    def stands(self, entry: tuple[Timer, Timed]) -> bool:
        return entry[1].timer is entry[0]

    def of_those_standing(self, entries: Iterable[tuple[Timer, Timed]]) -> list[tuple[Timer, Timed]]:
        return [entry for entry in entries if entry[1].timer is entry[0]]

    def set(self, record: Timed, timer: Timer) -> None:
        """Let a record be due."""
        record.timer = timer
        self.push((timer, record))

    def first(self) -> Timed | None:
        """The record that is due next."""
        entry = self.peek()
        return entry[1] if entry is not None else None
