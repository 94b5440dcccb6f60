"""Numbering plans: the patterns of libphonenumber's metadata, asked in its order (``phonenumberutil``)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, PhoneNumberType

_SPECIAL = (
    ("premium_rate", PhoneNumberType.PREMIUM_RATE),
    ("toll_free", PhoneNumberType.TOLL_FREE),
    ("shared_cost", PhoneNumberType.SHARED_COST),
    ("voip", PhoneNumberType.VOIP),
    ("personal_number", PhoneNumberType.PERSONAL_NUMBER),
    ("pager", PhoneNumberType.PAGER),
    ("uan", PhoneNumberType.UAN),
    ("voicemail", PhoneNumberType.VOICEMAIL),
)
NO_COUNTRY = "001"


class _Pattern:
    """One description of numbers: a pattern, and the lengths that they may have."""

    def __init__(self, description: Any) -> None:
        self.text = (description.national_number_pattern or "") if description is not None else ""
        self._match = re.compile(self.text).fullmatch if self.text else None
        self.lengths = frozenset(description.possible_length) if description is not None else frozenset()

    def matches(self, digits: str) -> bool:
        """``_is_number_matching_desc``."""
        if self._match is None or (self.lengths and len(digits) not in self.lengths):
            return False
        return self._match(digits) is not None

    def looks_like(self, digits: str) -> bool:
        """``_match_national_number``: whatever the length."""
        return self._match is not None and self._match(digits) is not None


class Plan:
    """The numbering plan of one region."""

    def __init__(self, region: str) -> None:
        """``region`` is one that libphonenumber supports."""
        metadata = PhoneMetadata.metadata_for_region(region, None)
        assert metadata is not None
        self.region = region
        self.country_code = metadata.country_code
        self.general = _Pattern(metadata.general_desc)
        self._special = [
            (pattern, kind) for name, kind in _SPECIAL if (pattern := _Pattern(getattr(metadata, name))).text
        ]  # fmt: skip
        # Most numbers are none of these, which one look tells.
        self._any_special = re.compile(
            "|".join(f"(?:{pattern.text})" for pattern, _ in self._special) or "$."
        ).fullmatch
        self._fixed, self._mobile = _Pattern(metadata.fixed_line), _Pattern(metadata.mobile)
        self._alike = metadata.same_mobile_and_fixed_line_pattern
        leading = metadata.leading_digits
        self.leading = re.compile(leading).match if leading is not None else None
        international = metadata.international_prefix
        self.international = re.compile(international).match if international else None
        prefix, rule = metadata.national_prefix_for_parsing or "", metadata.national_prefix_transform_rule
        self.national = re.compile(prefix).match if prefix else None
        self.plain_national = prefix if prefix.isdecimal() and not rule else ""
        """A national prefix that is nothing but dropped, such as 0."""

    def type_of(self, digits: str) -> int:
        """``_number_type_helper``: a ``PhoneNumberType`` for a national number."""
        if not self.general.matches(digits):
            return PhoneNumberType.UNKNOWN
        if self._any_special(digits):
            for pattern, kind in self._special:
                if pattern.matches(digits):
                    return kind
        if self._fixed.matches(digits):
            both = self._alike or self._mobile.matches(digits)
            return PhoneNumberType.FIXED_LINE_OR_MOBILE if both else PhoneNumberType.FIXED_LINE
        if not self._alike and self._mobile.matches(digits):
            return PhoneNumberType.MOBILE
        return PhoneNumberType.UNKNOWN


@lru_cache(maxsize=512)
def plan_of(region: str) -> Plan:
    """The plan of a region."""
    return Plan(region)


@lru_cache(maxsize=512)
def plans_of(country_code: str) -> tuple[Plan, ...]:
    """The plans that share a calling code, the chief one first; none for an unknown code, and for no country's."""
    if not country_code.isdecimal():
        return ()
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(country_code), ())
    return tuple(plan_of(region) for region in regions if region in phonenumbers.SUPPORTED_REGIONS)


def country_code_of(digits: str) -> str:
    """The calling code with which digits begin; empty for none (``_extract_country_code``)."""
    for length in (1, 2, 3):
        # ``06`` is no calling code, though 6 may be the beginning of one.
        if digits[0] != "0" and int(digits[:length]) in COUNTRY_CODE_TO_REGION_CODE:
            return digits[:length]
    return ""


def region_and_type(country_code: str, digits: str) -> tuple[str, int] | None:
    """The region of a national number and its type (``region_code_for_number``); None for one that is in no plan."""
    plans = plans_of(country_code)
    if not plans or len(digits) not in plans[0].general.lengths:  # ``is_possible_number``
        return None
    for plan in plans:
        if len(plans) == 1 or plan.leading is None:
            kind = plan.type_of(digits)
            if kind != PhoneNumberType.UNKNOWN:
                return plan.region, kind
        elif plan.leading(digits):
            kind = plan.type_of(digits)
            return None if kind == PhoneNumberType.UNKNOWN else (plan.region, kind)
    return None
