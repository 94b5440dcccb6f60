"""Telephone numbers: the ways in which one number may have been dialled or shown."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumberFormat

from control.errors import Invalid


def spellings(number: str, region: str) -> tuple[str, ...]:
    """A number as given and, where it is a telephone number, in E.164 and its national and international forms.

    Records keep what was on the wire; they are searched for all spellings. ``region`` is the ISO 3166 country of a
    number without ``+``.
    """
    found = {number: None}
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return tuple(found)
    if phonenumbers.is_possible_number(parsed):
        e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
        national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
        digits = "".join(character for character in national if character.isdigit())
        for spelling in (e164, e164[1:], f"00{e164[1:]}", digits):
            found[spelling] = None
    return tuple(found)


def to_e164(number: str, region: str) -> str:
    """A number in E.164 with its plus. Raises Invalid for what is none."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException as error:
        raise Invalid(f"expected a telephone number, such as +381112345678, not {number!r}", field="number") from error
    if not phonenumbers.is_possible_number(parsed):
        raise Invalid(f"{number} is too short or too long for a number of its country", field="number")
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
