"""The region of an address, in ISO 3166, and its time zone where it has only one."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import Any

import phonenumbers
import yaml

ISO_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_ZIP = re.compile(r"([0-9]{5})(-?[0-9]{4})?")


class BadRegion(ValueError):
    """No such region is known."""


class Regions:
    """What is known of regions."""

    def __init__(self) -> None:
        states = _read("dialer.compliance", "data", "north_america.yaml")["states"]
        self._zones = {code: row["zones"] for code, row in states.items() if len(row["zones"]) == 1}
        self._codes = set(states)
        self._names: dict[str, str] = {row["name"].casefold(): code for code, row in states.items()}
        self._by_zip: dict[str, str] = {}
        for state, ranges in _read("dialer.addresses", "us_postcodes.yaml").items():
            for first, last in (text.split("-") for text in ranges):
                self._by_zip |= {f"{number:03}": state for number in range(int(first), int(last) + 1)}

    @lru_cache(maxsize=4096)  # noqa: B019 - there is one of these, for ever
    def region_of(self, text: str, country: str) -> str:
        """The code of ``US-FL``, ``FL``, ``Florida`` or ``DE``; a mere state is of ``country``. Raises BadRegion."""
        code = text.strip().upper()
        if country == "US" and f"US-{code}" in self._codes:
            return f"US-{code}"
        if code in self._codes or code in phonenumbers.SUPPORTED_REGIONS:
            return code
        if (named := self._names.get(text.strip().casefold())) is not None:
            return named
        within, _, part = code.partition("-")
        if part and within != "US" and within in phonenumbers.SUPPORTED_REGIONS and ISO_REGION.fullmatch(code):
            return code
        raise BadRegion("expected a region such as US-FL, FL, Florida or DE")

    def of_postcode(self, text: str, country: str) -> str:
        """The region of a postcode; empty where that tells nothing. Raises BadRegion for one that cannot be."""
        if country != "US" or not text.strip():
            return ""
        code = text.strip()
        # A spreadsheet takes away leading zeros.
        found = _ZIP.fullmatch(code.zfill(5) if code.isdecimal() else code)
        region = self._by_zip.get(found[1][:3]) if found is not None else None
        if region is None:
            raise BadRegion("this is no ZIP code")
        return region

    def zone_of(self, region: str) -> str:
        """The IANA name of a region's time zone; empty where it has several, or is not known."""
        zones = self._zones.get(region)
        return zones[0] if zones else ""


@lru_cache(maxsize=1)
def regions() -> Regions:
    """What is known of regions, read once."""
    return Regions()


def _read(package: str, *path: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(resources.files(package).joinpath(*path).read_text("utf-8"))
    return found
