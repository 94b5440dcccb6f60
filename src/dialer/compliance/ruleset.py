"""The rule set: regions and places as data, what a number's place demands, and the version of it all."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
import yaml
from msgspec import Struct

from dialer.compliance.places import DIGITS_THAT_TELL, Places
from dialer.compliance.region import ALWAYS, Demand, demands_of, read_region
from dialer.compliance.week import Week, both
from dialer.lead import Lead, LeadNumber

PLACES_KEPT = 65_536


class Place(Struct, frozen=True):
    """Where a called party may be, and what is demanded there."""

    zones: tuple[ZoneInfo, ...]
    """All in which it may be, the most likely one first; empty where nothing is known."""
    codes: tuple[str, ...]
    """ISO 3166 codes of the regions, countries first."""
    demands: dict[str, tuple[Demand, ...]]
    """What they demand, by kind (``demands_of``); ``RuleSet.default`` where nothing is known of any."""
    week: Week
    """Hours that all regions allow."""


class RuleSet:
    """What the rules know of the world. Two rule sets with one version answer alike."""

    def __init__(self, regions: dict[str, Any], north_america: dict[str, Any], version: str) -> None:
        """The content of the files in data/. Raises ValueError, KeyError or msgspec.ValidationError."""
        self.version = version
        self.regions = {code: read_region(code, row) for code, row in regions["regions"].items()}
        self.default = read_region("", regions["default"])
        self._places = Places(north_america)
        self._known: dict[tuple[str, ...], Place] = {}

    def place(self, lead: Lead, number: LeadNumber) -> Place:
        """Where a number, E.164 with its plus, may ring."""
        digits = number.number[1:]
        key = (digits[:DIGITS_THAT_TELL], lead.region, lead.zone, number.zone, number.kind)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= PLACES_KEPT:
                self._known.clear()
            found = self._known[key] = self._find_place(lead, number, digits)
        return found

    def _find_place(self, lead: Lead, number: LeadNumber, digits: str) -> Place:
        codes = self._places.regions(lead.region, digits)
        regions = tuple(self.regions[code] for code in codes if code in self.regions) or (self.default,)
        week = ALWAYS
        for region in regions:
            week = both(week, region.week)
        try:
            zones = tuple(map(ZoneInfo, self._places.zones(lead, number, digits)))
        except (ZoneInfoNotFoundError, ValueError):
            zones = ()  # A zone that nobody knows is as good as none.
        return Place(zones, codes, demands_of(regions), week)


@lru_cache(maxsize=1)
def standard() -> RuleSet:
    """The rule set of this program."""
    data = resources.files("dialer.compliance").joinpath("data")
    regions, north_america = (
        yaml.load(data.joinpath(name).read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for name in ("regions.yaml", "north_america.yaml")
    )
    return RuleSet(regions, north_america, f"{regions['edition']}+{_digest(resources.files('dialer.compliance'))}")


def prepare(year: int) -> None:
    """Read the tables and know the holidays of a year and the next one: half a second that no call should wait for."""
    for region in standard().regions.values():
        region.prepare(year)
        region.prepare(year + 1)


def _digest(folder: Traversable) -> str:
    """A hash of the rules: data and code alike, and of the numbering plans that they ask."""
    digest = hashlib.sha256(phonenumbers.__version__.encode())
    for file in _files(folder):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _files(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for child in sorted(folder.iterdir(), key=lambda child: child.name):
        if child.is_dir() and child.name != "__pycache__":
            found += _files(child)
        elif child.name.endswith((".py", ".yaml")):
            found.append(child)
    return found
