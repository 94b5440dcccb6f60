"""Telephone numbers as dialled, as the world knows them (E.164), and as a carrier wants them written."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from msgspec import Struct
from phonenumbers import CountryCodeSource, PhoneNumber, PhoneNumberFormat

from pbx.routing.trunks.trunk import NumberFormat

UNKNOWN = "ZZ"
"""The user-assigned code of ISO 3166 for a country that cannot be told."""
INTERNATIONAL = (CountryCodeSource.FROM_NUMBER_WITH_PLUS_SIGN, CountryCodeSource.FROM_NUMBER_WITH_IDD)


class Called(Struct, frozen=True):
    """A dialled number, read in the home region."""

    dialled: str
    e164: str
    """With ``+``; empty for what is no telephone number (a short code of the home network)."""
    country: str
    """ISO 3166; ``001`` where no country is meant; ``ZZ`` where it cannot be told."""


@lru_cache(maxsize=8192)
def read_number(dialled: str, region: str) -> Called:
    """Read a number as a person in ``region`` (ISO 3166) dials it.

    With a ``+`` or the region's international prefix its length alone is checked, since numbering plans grow
    faster than libraries; else it must be a number of the region, or it is a short code there.
    """
    parsed = _parse(dialled, region)
    if parsed is None:
        return Called(dialled, "", region)
    return Called(dialled, phonenumbers.format_number(parsed, PhoneNumberFormat.E164), _country(parsed))


def _parse(dialled: str, region: str) -> PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(dialled, region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None
    international = parsed.country_code_source in INTERNATIONAL
    right = phonenumbers.is_possible_number(parsed) if international else phonenumbers.is_valid_number(parsed)
    return parsed if right else None


def _country(number: PhoneNumber) -> str:
    found = phonenumbers.region_code_for_number(number)
    if found is not None:
        return str(found)
    # A number that no country claims, of a code that several share, may be the dear one among them.
    sharing = phonenumbers.region_codes_for_country_code(number.country_code or 0)
    return str(sharing[0]) if len(sharing) == 1 else UNKNOWN


@lru_cache(maxsize=8192)
def write_number(called: Called, form: NumberFormat, region: str) -> str:
    """The number as a carrier in ``region`` wants it; what is no telephone number stays as dialled."""
    if not called.e164:
        return called.dialled
    if form == "plus":
        return called.e164
    if form == "e164":
        return called.e164[1:]
    parsed = phonenumbers.parse(called.e164, region)
    written = phonenumbers.format_out_of_country_calling_number(parsed, region)
    if called.country == region:
        written = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return "".join(character for character in written if character.isdigit())
