"""Regions and what each demands, read from data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal

import msgspec
from msgspec import Struct

from dialer.compliance.week import MINUTES_A_DAY, Week, both, parse_week

ALWAYS: Week = (((0, MINUTES_A_DAY),),) * 7
PUBLIC = "public"


class Attempts(Struct, frozen=True, forbid_unknown_fields=True):
    """So many calls of one person within a time."""

    times: int
    within_h: float


class ListDemand(Struct, frozen=True, forbid_unknown_fields=True):
    """A list that somebody else keeps and that must be looked at."""

    name: str
    max_age_days: float
    required: bool = False
    """Whether calls are refused where the list is missing."""


class CellPhones(Struct, frozen=True, forbid_unknown_fields=True):
    """Automated modes need a consent that covers cell phones."""

    unknown_kind_is_one: bool = False
    """Whether a number of which it is not known is taken for a cell phone's."""


class Provision(Struct, frozen=True, forbid_unknown_fields=True):
    """One demand, with where it is written."""

    source: str
    hours: str | dict[str, str] | None = None
    holidays: Literal["public"] | tuple[str, ...] | None = None
    attempts: Attempts | None = None
    minimum_gap_h: float | None = None
    imported_list: ListDemand | None = None
    consent: str | None = None
    cell_phones: CellPhones | None = None
    prerecorded: str | None = None


class Region(Struct, frozen=True):
    """A country or state, and what it demands."""

    code: str
    name: str
    provisions: tuple[Provision, ...]
    week: Week
    """Hours that every provision allows."""

    def prepare(self, year: int) -> None:
        """Know the holidays of a year, which takes a moment, before somebody waits for them."""
        if any(row.holidays == PUBLIC for row in self.provisions):
            _public_holidays(self.code, year)


class Demand(Struct, frozen=True):
    """A provision, and whose it is."""

    region: Region
    row: Provision

    def is_holiday(self, day: date) -> bool:
        """Whether the provision allows no calls on a day."""
        holidays = self.row.holidays
        if isinstance(holidays, tuple):
            return day.strftime("%m-%d") in holidays
        return holidays == PUBLIC and day in _public_holidays(self.region.code, day.year)


def demands_of(regions: Iterable[Region]) -> dict[str, tuple[Demand, ...]]:
    """What regions demand, by the kind of it: the name of a provision's field."""
    found: dict[str, tuple[Demand, ...]] = {kind: () for kind in Provision.__struct_fields__ if kind != "source"}
    for region in regions:
        for row in region.provisions:
            for kind, others in found.items():
                if getattr(row, kind) is not None:
                    found[kind] = (*others, Demand(region, row))
    return found


def read_region(code: str, row: Mapping[str, Any]) -> Region:
    """A row of the data. Raises ValueError, or msgspec.ValidationError, that say what is wrong."""
    provisions = msgspec.convert(row["provisions"], tuple[Provision, ...])
    week = ALWAYS
    for provision in provisions:
        if provision.hours is not None:
            week = both(week, parse_week(provision.hours))
    return Region(code, row["name"], provisions, week)


@lru_cache(maxsize=1024)
def _public_holidays(code: str, year: int) -> frozenset[date]:
    # Imported here: it takes a fifth of a second, and most campaigns never ask.
    import holidays

    country, _, subdivision = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
