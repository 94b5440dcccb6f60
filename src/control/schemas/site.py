"""Sites on the wire."""

from __future__ import annotations

from pydantic import Field

from control.opening import Calendar, Site, SiteKind, opening_hours
from control.schemas.common import Declared, DisplayName, Instant, Shown, Slug
from control.schemas.hours import HoursDeclared, HoursShown, TimeZone


class SiteDeclared(Declared):
    """Where agents sit."""

    name: DisplayName | None = Field(default=None, description="The id, where none is given.")
    kind: SiteKind = Field(default="onshore", description="Queues may prefer sites by it (`sites`).")
    time_zone: TimeZone = Field(default="UTC", description="An IANA name.", examples=["Asia/Manila"])
    hours: HoursDeclared | None = Field(
        default=None, description="While the site is closed its agents serve no queue; null: it is always open."
    )


class SiteShown(Shown):
    """A site, and whether it is open now."""

    id: Slug
    name: str
    kind: SiteKind
    time_zone: str
    hours: HoursShown | None
    open: bool
    next_change_at: Instant | None = Field(
        description="When it opens or closes next; null: not within a year, or never."
    )


def site_shown(site: Site, calendar: Calendar | None, now: float) -> SiteShown:
    """A site at ``now`` (seconds since the epoch); ``calendar`` is the one that its hours name."""
    hours = opening_hours(site.hours, calendar, site.time_zone) if site.hours is not None else None
    return SiteShown(
        id=site.id,
        name=site.name,
        kind=site.kind,
        time_zone=site.time_zone,
        hours=HoursShown.model_validate(site.hours) if site.hours is not None else None,
        open=hours is None or hours.is_open(now),
        next_change_at=hours.next_change(now) if hours is not None else None,
    )
