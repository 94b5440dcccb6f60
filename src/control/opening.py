"""When queues and sites are open, as values: weekly hours, holidays of their own and of a shared calendar."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pbx.routing.hours import DAYS, OpeningHours, OwnHours, Window

SiteKind: TypeAlias = Literal["onshore", "nearshore", "offshore"]

UTC = "UTC"
AROUND_THE_CLOCK = (Window(DAYS, "00:00", "24:00"),)


class Hours(Struct, frozen=True):
    """When something is open."""

    time_zone: str | None = None
    """IANA name; None is that of the site, or UTC where there is none."""
    windows: tuple[Window, ...] = ()
    """Empty: around the clock, holidays excepted."""
    holidays: tuple[str, ...] = ()
    """``2026-01-02``, or ``01-02`` for the day of every year."""
    exceptions: tuple[OwnHours, ...] = ()
    """Dates with hours of their own, which go before holidays and windows."""
    calendar: str | None = None
    """A calendar whose holidays and exceptions hold as well."""


class Calendar(Struct, frozen=True):
    """Holidays that several queues and sites share."""

    id: str
    name: str
    holidays: tuple[str, ...] = ()
    exceptions: tuple[OwnHours, ...] = ()


class Site(Struct, frozen=True):
    """Where agents sit."""

    id: str
    name: str
    kind: SiteKind = "onshore"
    time_zone: str = UTC
    hours: Hours | None = None
    """While it is closed its agents serve no queue; None: it is always open."""


class SitePreference(Struct, frozen=True):
    """A site whose agents serve a queue, or all sites of a kind."""

    site: str | None = None
    kind: SiteKind | None = None
    after_s: float = 0.0
    """Their agents are asked once work has waited this long."""


def opening_hours(hours: Hours, calendar: Calendar | None, time_zone: str = UTC) -> OpeningHours:
    """Hours as a whole, in a time zone where they name none. Own hours of a date go before the calendar's."""
    shared = calendar.exceptions if calendar is not None else ()
    dates = {own.date for own in hours.exceptions}
    return OpeningHours(
        hours.time_zone or time_zone,
        hours.windows or AROUND_THE_CLOCK,
        (*hours.holidays, *(calendar.holidays if calendar is not None else ())),
        (*hours.exceptions, *(own for own in shared if own.date not in dates)),
    )
