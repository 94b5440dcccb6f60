"""Numbers as people write them into lists."""

from __future__ import annotations

import pytest

from dialer.lead import NumberKind
from dialer.numbers.reader import BadNumber, Fault, NumberReader, ReadNumber


@pytest.mark.parametrize(
    ("text", "region", "number", "kind", "zone"),
    [
        ("+381641234567", "US", "+381641234567", NumberKind.MOBILE, "Europe/Belgrade"),
        ("064/123-4567", "RS", "+381641234567", NumberKind.MOBILE, "Europe/Belgrade"),
        ("00381 64 1234567", "RS", "+381641234567", NumberKind.MOBILE, "Europe/Belgrade"),
        ("(415) 555-2671", "US", "+14155552671", NumberKind.UNKNOWN, "America/Los_Angeles"),
        ("1-850-234-5678", "US", "+18502345678", NumberKind.UNKNOWN, "America/Chicago"),
        ("+44 (0)20 7946 0123", "US", "+442079460123", NumberKind.FIXED, "Europe/London"),
        ("02 1234 5678", "IT", "+390212345678", NumberKind.FIXED, "Europe/Rome"),
        ("0171 123 4567", "DE", "+491711234567", NumberKind.MOBILE, "Europe/Berlin"),
    ],
)
def test_a_number_is_e164_and_says_where_it_rings(
    text: str, region: str, number: str, kind: NumberKind, zone: str
) -> None:
    read = NumberReader(region).read(text)
    assert (read.number, read.kind, read.zone) == (number, kind, zone)


def test_the_country_is_that_of_the_number() -> None:
    assert NumberReader("US").read("604 555 2671") == ReadNumber(
        "+16045552671", NumberKind.UNKNOWN, "America/Vancouver", "CA"
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        ("  ", Fault.EMPTY),
        ("n/a", Fault.NOT_A_NUMBER),
        ("3.81641E+11", Fault.ROUNDED),
        ("+999 123 456", Fault.NO_SUCH_COUNTRY),
        ("555-2671", Fault.TOO_SHORT),
        ("+1 415 555 26711", Fault.TOO_LONG),
        ("+1 115 555 2671", Fault.UNASSIGNED),
        ("+1 900 234 5678", Fault.CHARGED),
        ("4" * 300, Fault.NOT_A_NUMBER),
    ],
)
def test_what_cannot_be_called_is_refused_with_a_reason(text: str, fault: Fault) -> None:
    with pytest.raises(BadNumber) as refused:
        NumberReader("US").read(text)
    assert refused.value.fault is fault
    assert str(refused.value)


def test_without_a_country_of_its_own_a_list_needs_the_plus() -> None:
    reader = NumberReader("XX")
    assert reader.read("+14155552671").country == "US"
    with pytest.raises(BadNumber):
        reader.read("4155552671")
