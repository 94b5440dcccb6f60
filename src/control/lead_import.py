"""An import as a value: what is wanted of it, and how far it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from msgspec import Struct

Shape = Literal["csv", "json"]
Duplicates = Literal["refuse", "update", "keep"]


class ImportState(StrEnum):
    """Where an import stands."""

    __hash__ = str.__hash__

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    """What was taken by then stays."""
    FAILED = "failed"
    """``trouble`` says why."""


ENDED = frozenset({ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED})


class ImportOptions(Struct, frozen=True):
    """What is wanted of an import."""

    shape: Shape = "csv"
    list: str = ""
    region: str = "US"
    """ISO 3166 country of numbers without ``+``, and of states."""
    columns: dict[str, str] = {}
    """What each column is, by its name, where the name alone does not tell (``columns``)."""
    duplicates: Duplicates = "refuse"
    """What becomes of a row one of whose numbers is known already."""
    within: Literal["campaign", "list"] = "campaign"
    """Where it has to be known."""
    priority: int = 0
    """Of rows without one."""
    dry_run: bool = False
    """Read and report, and keep nothing."""


class Progress(Struct, frozen=True):
    """How far an import is; all of it is written together with the leads that it counts."""

    read: int = 0
    """Rows."""
    taken: int = 0
    updated: int = 0
    duplicates: int = 0
    refused: int = 0
    """Rows, duplicates not among them."""
    octets: int = 0
    """Of the file, that are read."""
    report_octets: int = 0
    """Of the report, that belong to what is written."""
    reasons: dict[str, int] = {}
    """How often each reason stands in the report."""


class LeadImport(Struct, frozen=True):
    """One import."""

    id: str
    campaign: str
    options: ImportOptions
    size: int
    """Octets of the file."""
    created_at: float
    state: ImportState = ImportState.QUEUED
    started_at: float | None = None
    ended_at: float | None = None
    trouble: str = ""
    progress: Progress = Progress()


class Task(Struct, frozen=True):
    """What the process that imports is told."""

    id: str
    campaign: str
    options: ImportOptions
    database_url: str
    file: str
    report: str
    apart: bool = False
    """Whether another process reads the list, while this one writes what is read."""
