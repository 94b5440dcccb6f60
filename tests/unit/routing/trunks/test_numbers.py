"""Numbers as dialled, in E.164, and as carriers want them."""

from __future__ import annotations

import pytest

from pbx.routing.trunks.emergency import EmergencyNumbers
from pbx.routing.trunks.numbers import read_number, write_number
from pbx.routing.trunks.trunk import NumberFormat


@pytest.mark.parametrize(
    ("dialled", "e164", "country"),
    [
        ("0641234567", "+381641234567", "RS"),
        ("00381641234567", "+381641234567", "RS"),
        ("+33142278186", "+33142278186", "FR"),
        ("00390612345678", "+390612345678", "IT"),
        ("+390612345678", "+390612345678", "IT"),
        ("+12425551234", "+12425551234", "BS"),
        ("+19995551234", "+19995551234", "ZZ"),
        ("+881612345678", "+881612345678", "001"),
        ("1985", "", "RS"),
        ("700", "", "RS"),
        ("*70", "", "RS"),
    ],
)
def test_a_number_is_read_as_it_is_dialled_at_home(dialled: str, e164: str, country: str) -> None:
    called = read_number(dialled, "RS")
    assert (called.e164, called.country) == (e164, country)


@pytest.mark.parametrize(
    ("dialled", "form", "written"),
    [
        ("0641234567", "plus", "+381641234567"),
        ("0641234567", "e164", "381641234567"),
        ("+381641234567", "national", "0641234567"),
        ("+33142278186", "national", "0033142278186"),
        ("+390612345678", "national", "00390612345678"),
        ("1985", "plus", "1985"),
    ],
)
def test_a_number_is_written_as_the_carrier_wants_it(dialled: str, form: NumberFormat, written: str) -> None:
    assert write_number(read_number(dialled, "RS"), form, "RS") == written


@pytest.mark.parametrize("number", ["112", "911", "192", "1234"])
def test_calls_for_help_are_known(number: str) -> None:
    assert number in EmergencyNumbers("RS", ("1234",))


@pytest.mark.parametrize("number", ["700", "1985", "", "*70", "11", "1120", "0112223333", "+381112"])
def test_other_numbers_are_no_calls_for_help(number: str) -> None:
    assert number not in EmergencyNumbers("RS")


def test_the_region_has_its_own_emergency_numbers() -> None:
    assert "999" in EmergencyNumbers("GB")
    assert "999" not in EmergencyNumbers("RS")
