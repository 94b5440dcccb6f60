"""Imports of lists on the wire."""

from __future__ import annotations

import time

from pydantic import Field

from control.lead_import import ImportState, LeadImport
from control.schemas.common import Instant, Shown


class ImportShown(Shown):
    """One import of a list."""

    id: str
    campaign: str
    list: str
    state: ImportState
    dry_run: bool = Field(description="Whether it only reads and reports.")
    size: int = Field(description="Octets of the list.")
    octets: int = Field(description="Those that are read.")
    read: int = Field(description="Rows.")
    taken: int = Field(description="Rows that became leads.")
    updated: int = Field(description="Rows that changed leads that were known.")
    duplicates: int = Field(description="Rows whose numbers were known.")
    refused: int = Field(description="Rows that could not be taken.")
    reasons: dict[str, int] = Field(description="How often each reason stands in the report.")
    rows_per_s: float | None
    created_at: Instant
    started_at: Instant | None
    ended_at: Instant | None
    trouble: str = Field(description="What ended it, where it has failed.")


def import_shown(job: LeadImport) -> ImportShown:
    """An import as far as it is."""
    progress = job.progress
    elapsed = (job.ended_at or time.time()) - job.started_at if job.started_at is not None else 0.0
    return ImportShown(
        id=job.id,
        campaign=job.campaign,
        list=job.options.list,
        state=job.state,
        dry_run=job.options.dry_run,
        size=job.size,
        octets=job.size if job.state is ImportState.DONE else min(progress.octets, job.size),
        read=progress.read,
        taken=progress.taken,
        updated=progress.updated,
        duplicates=progress.duplicates,
        refused=progress.refused,
        reasons=progress.reasons,
        rows_per_s=round(progress.read / elapsed, 1) if elapsed > 0 and progress.read else None,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        trouble=job.trouble,
    )
