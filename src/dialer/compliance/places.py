"""Where a called party may be: the zones its clock may show, and the regions whose rules may apply."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    PhoneNumber,
    region_code_for_country_code,
    region_code_for_number,
)
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_geographical_number

from dialer.lead import Lead, LeadNumber, NumberKind

NORTH_AMERICA = "1"
NO_COUNTRY = "001"
"""What the numbering data calls numbers of no country, such as those of satellites."""
DIGITS_THAT_TELL = 9
"""No longer prefix of a number tells more of where it rings."""


class Places:
    """The geography of numbers and regions."""

    def __init__(self, north_america: Mapping[str, Any]) -> None:
        """``north_america`` is as data/north_america.yaml has it."""
        states = north_america["states"]
        self._state_zones = {code: tuple(row["zones"]) for code, row in states.items()}
        self._state_of = {str(code): state for state, row in states.items() for code in row["area_codes"]}
        self._split = {str(code): tuple(zones) for code, zones in north_america["split"].items()}

    def regions(self, lead_region: str, digits: str) -> tuple[str, ...]:
        """Codes of the regions that a number (digits of E.164, without plus) may reach, countries first.

        An area code counts even where the lead's address is elsewhere: which law protects its owner is not for us to
        decide (Florida presumes that its own does, Fla. Stat. 501.059(8)(d)).
        """
        found = [lead_region] if lead_region else []
        found.append(self._state_of.get(digits[1:4]) or _country(digits) if _is_american(digits) else _country(digits))
        countries = [code.partition("-")[0] for code in found if code]
        return tuple(dict.fromkeys(countries + [code for code in found if code]))

    def zones(self, lead: Lead, number: LeadNumber, digits: str) -> tuple[str, ...]:
        """All zones in which the called party may be, the most likely one first; empty where nothing is known.

        The lead's own zone, from its address, is taken at its word. A number that moves with its owner may ring
        wherever its country or the lead's region has people, besides where it was given out; of North America's, which
        all look alike, the area code is believed.
        """
        if lead.zone:
            return (lead.zone,)
        found = [number.zone] if number.zone else []
        found += self._zones_of_number(digits)
        if number.kind is not NumberKind.FIXED:
            if not _is_american(digits):
                found += self._zones_of_region(_country(digits))
            found += self._zones_of_region(lead.region)
        return tuple(dict.fromkeys(found))

    def _zones_of_number(self, digits: str) -> tuple[str, ...]:
        if _is_american(digits) and digits[1:4] in self._split:
            return self._split[digits[1:4]]
        code = _calling_code(digits)
        if not code or not digits[len(code) :]:
            return ()
        zones = time_zones_for_geographical_number(
            PhoneNumber(country_code=int(code), national_number=int(digits[len(code) :]))
        )
        return tuple(zone for zone in zones if zone != UNKNOWN_TIMEZONE)

    def _zones_of_region(self, region: str) -> tuple[str, ...]:
        return self._state_zones.get(region) or _country_zones().get(region.partition("-")[0], ())


def _calling_code(digits: str) -> str:
    return next((digits[:length] for length in (1, 2, 3) if int(digits[:length]) in COUNTRY_CODE_TO_REGION_CODE), "")


def _country(digits: str) -> str:
    """The country of a number; of those that share a calling code the chief one, unless the number tells."""
    code = _calling_code(digits)
    if not code or not digits[len(code) :]:
        return ""
    number = PhoneNumber(country_code=int(code), national_number=int(digits[len(code) :]))
    found = region_code_for_number(number) or region_code_for_country_code(int(code))
    return "" if found == NO_COUNTRY else found


def _is_american(digits: str) -> bool:
    return digits.startswith(NORTH_AMERICA)


@lru_cache(maxsize=1)
def _country_zones() -> dict[str, tuple[str, ...]]:
    """Each country's zones, as the time zone database lists them (zone.tab: code, coordinates, name, remark)."""
    found: dict[str, tuple[str, ...]] = {}
    for line in resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), zone)
    return found
