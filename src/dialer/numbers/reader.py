"""Reads numbers as people write them into lists."""

from __future__ import annotations

import re
from enum import StrEnum

import phonenumbers
from msgspec import Struct
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

from dialer.lead import NumberKind
from dialer.numbers.plan import country_code_of, plan_of, plans_of, region_and_type

LONGEST = 64
"""Characters; a longer text is no number."""
SHORTEST_PLAIN, LONGEST_NATIONAL = 3, 17
_LENGTHS_THAT_TELL = {
    first: sorted({len(prefix) for prefix in TIMEZONE_DATA if prefix[0] == first}, reverse=True)
    for first in "123456789"
}
"""How long the prefixes are by which time zones are told, by their first digit: the longest, which tell most, first."""

# What may stand between digits without meaning anything; whatever else stands there is left to ``phonenumbers``.
_PLAIN = re.compile(r"(\+?)([0-9(][0-9 ().-]*)")
_PUNCTUATION = str.maketrans("", "", " ().-")
_ROUNDED = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]+")

_KINDS = {PhoneNumberType.FIXED_LINE: NumberKind.FIXED, PhoneNumberType.MOBILE: NumberKind.MOBILE}
_CHARGED = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})


class Fault(StrEnum):
    """Why a text is no number to be called."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    ROUNDED = "rounded"
    NO_SUCH_COUNTRY = "no_such_country"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNASSIGNED = "unassigned"
    CHARGED = "charged"

    @property
    def detail(self) -> str:
        """In words."""
        return _DETAILS[self]


_DETAILS = {
    Fault.EMPTY: "there is no number",
    Fault.NOT_A_NUMBER: "this is no telephone number",
    Fault.ROUNDED: "a spreadsheet has rounded this number: format its column as text",
    Fault.NO_SUCH_COUNTRY: "no country has this calling code",
    Fault.TOO_SHORT: "too few digits for its country",
    Fault.TOO_LONG: "too many digits for its country",
    Fault.UNASSIGNED: "its country's numbering plan has no such number",
    Fault.CHARGED: "a premium or shared-cost number",
}
_UNPARSED = {
    NumberParseException.INVALID_COUNTRY_CODE: Fault.NO_SUCH_COUNTRY,
    NumberParseException.NOT_A_NUMBER: Fault.NOT_A_NUMBER,
    NumberParseException.TOO_SHORT_AFTER_IDD: Fault.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: Fault.TOO_SHORT,
    NumberParseException.TOO_LONG: Fault.TOO_LONG,
}
_IMPOSSIBLE = {
    ValidationResult.INVALID_COUNTRY_CODE: Fault.NO_SUCH_COUNTRY,
    ValidationResult.TOO_SHORT: Fault.TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Fault.TOO_SHORT,
    ValidationResult.TOO_LONG: Fault.TOO_LONG,
}


class BadNumber(ValueError):
    """A text is no number to be called; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.fault = fault


class ReadNumber(Struct, frozen=True):
    """What is known of a number by itself."""

    number: str
    """E.164 with its plus."""
    kind: NumberKind
    zone: str
    """IANA name where there is only one in which it may ring; else empty."""
    country: str
    """ISO 3166; empty for numbers of no country."""


class NumberReader:
    """Reads the numbers of one list."""

    def __init__(self, region: str) -> None:
        """``region`` is the ISO 3166 country of numbers without ``+``."""
        self._region = region
        self._home = plan_of(region) if region in phonenumbers.SUPPORTED_REGIONS else None

    def read(self, text: str) -> ReadNumber:
        """A number from a text. Raises BadNumber."""
        if (plain := _PLAIN.fullmatch(text)) is not None:
            digits = plain[2].translate(_PUNCTUATION)
            if len(digits) > SHORTEST_PLAIN:
                found = self._international(digits) if plain[1] else self._national(digits)
                if found is not None:
                    return found
        return self.read_at_length(text)

    def read_at_length(self, text: str) -> ReadNumber:
        """The same, by ``phonenumbers`` alone. Raises BadNumber."""
        if not text.strip():
            raise BadNumber(Fault.EMPTY)
        if _ROUNDED.fullmatch(text.strip()):
            raise BadNumber(Fault.ROUNDED)
        if len(text) > LONGEST:
            raise BadNumber(Fault.NOT_A_NUMBER)
        try:
            number = phonenumbers.parse(text, self._region if self._home is not None else None)
        except NumberParseException as error:
            raise BadNumber(_UNPARSED.get(error.error_type, Fault.NOT_A_NUMBER)) from None
        possible = phonenumbers.is_possible_number_with_reason(number)
        if possible != ValidationResult.IS_POSSIBLE or not phonenumbers.is_valid_number(number):
            raise BadNumber(_IMPOSSIBLE.get(possible, Fault.UNASSIGNED))
        kind = phonenumbers.number_type(number)
        if kind in _CHARGED:
            raise BadNumber(Fault.CHARGED)
        zones = time_zones_for_number(number)
        return ReadNumber(
            phonenumbers.format_number(number, PhoneNumberFormat.E164),
            _KINDS.get(kind, NumberKind.UNKNOWN),
            zones[0] if len(zones) == 1 and zones[0] != UNKNOWN_TIMEZONE else "",
            (phonenumbers.region_code_for_number(number) or "").replace("001", ""),
        )

    # The short way, as ``phonenumbers.parse`` goes it. None wherever its rules do more than they do for most numbers.

    def _international(self, digits: str) -> ReadNumber | None:
        """Digits after a plus, or after the prefix that stands for it."""
        code = country_code_of(digits)
        return self._after_code(code, digits[len(code) :]) if code else None

    def _after_code(self, code: str, digits: str) -> ReadNumber | None:
        plans = plans_of(code)
        if not plans or (plans[0].national is not None and plans[0].national(digits)):
            return None
        return self._checked(code, digits)

    def _national(self, digits: str) -> ReadNumber | None:
        home = self._home
        if home is None:
            return None
        if home.international is not None and (prefix := home.international(digits)):
            rest = digits[prefix.end() :]
            return self._international(rest) if len(rest) > SHORTEST_PLAIN and rest[0] != "0" else None
        code = str(home.country_code)
        if digits.startswith(code):
            rest = digits[len(code) :]
            if home.general.looks_like(digits) or (home.national is not None and home.national(rest)):
                return None
            return self._after_code(code, rest) if home.general.looks_like(rest) else None
        if home.national is not None and home.national(digits):
            rest = digits[len(home.plain_national) :]
            if not home.plain_national or not home.general.matches(rest):
                return None
            return self._checked(code, rest)
        return self._checked(code, digits)

    def _checked(self, code: str, digits: str) -> ReadNumber | None:
        """A national significant number, where a plan has it and it is not a leading zero that makes it one."""
        if not digits or digits[0] == "0" or len(digits) > LONGEST_NATIONAL:
            return None
        found = region_and_type(code, digits)
        if found is None or found[1] in _CHARGED:
            return None
        region, kind = found
        number = code + digits
        zone = _zone_of(number if phonenumbers.is_number_type_geographical(kind, int(code)) else code)
        return ReadNumber(f"+{number}", _KINDS.get(kind, NumberKind.UNKNOWN), zone, region)


def _zone_of(digits: str) -> str:
    """The only zone of numbers that begin so: that of the longest prefix of which something is known."""
    for length in _LENGTHS_THAT_TELL[digits[0]]:
        if (zones := TIMEZONE_DATA.get(digits[:length])) is not None:
            return zones[0] if len(zones) == 1 else ""
    return ""
