"""Hours on the wire: windows of the week, holidays, and dates with hours of their own."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints

from control.schemas.common import Declared, Shown, Slug
from pbx.routing.hours import Day, is_date


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # nothing, a folder such as ``Europe``, a path
        raise ValueError("expected an IANA time zone such as Europe/Belgrade") from error
    return name


def _date(text: str) -> str:
    if not is_date(text):
        raise ValueError("expected a date such as 2026-01-02, or 01-02 for that of every year")
    return text


TimeZone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_time_zone)]
Clock = Annotated[str, StringConstraints(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]
Date = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2}$"), AfterValidator(_date)]
Ends = Clock | Literal["24:00"]


class WindowDeclared(Declared):
    """A part of some days."""

    days: Annotated[list[Day], Field(min_length=1, max_length=7)]
    start: Clock
    end: Ends = Field(description="Not later than `start` means of the next day.")


class OwnHoursDeclared(Declared):
    """The hours of one date, in place of all others; a date may have several."""

    date: Date
    start: Clock
    end: Ends = Field(description="Not later than `start` means of the next day.")


Holidays = Annotated[list[Date], Field(max_length=1000)]
Exceptions = Annotated[list[OwnHoursDeclared], Field(max_length=1000)]


class HoursDeclared(Declared):
    """When something is open."""

    time_zone: TimeZone | None = Field(default=None, description="An IANA name; null: that of the site, or UTC.")
    windows: Annotated[list[WindowDeclared], Field(max_length=50)] = Field(
        default_factory=list, description="Hours of the week; none: around the clock, holidays excepted."
    )
    holidays: Holidays = Field(
        default_factory=list, description="Closed from midnight to midnight: `2026-01-02`, or `01-02` every year."
    )
    exceptions: Exceptions = Field(
        default_factory=list, description="Dates with hours of their own, which go before holidays and windows."
    )
    calendar: Slug | None = Field(default=None, description="A calendar whose holidays and exceptions hold, too.")


class WindowShown(Shown):
    """A part of some days."""

    days: list[str]
    start: str
    end: str


class OwnHoursShown(Shown):
    """The hours of one date."""

    date: str
    start: str
    end: str


class HoursShown(Shown):
    """When something is open."""

    time_zone: str | None
    windows: list[WindowShown]
    holidays: list[str]
    exceptions: list[OwnHoursShown]
    calendar: str | None
