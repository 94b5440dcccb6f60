"""Calendars on the wire."""

from __future__ import annotations

from pydantic import Field

from control.schemas.common import Declared, DisplayName, Shown, Slug
from control.schemas.hours import Exceptions, Holidays, OwnHoursShown


class CalendarDeclared(Declared):
    """Holidays that several queues and sites share."""

    name: DisplayName | None = Field(default=None, description="The id, where none is given.")
    holidays: Holidays = Field(
        default_factory=list, description="Closed from midnight to midnight: `2026-01-02`, or `01-02` every year."
    )
    exceptions: Exceptions = Field(
        default_factory=list, description="Dates with hours of their own; those of a queue or a site go before them."
    )


class CalendarShown(Shown):
    """A calendar."""

    id: Slug
    name: str
    holidays: list[str]
    exceptions: list[OwnHoursShown]
