"""Where the people of a list live."""

from __future__ import annotations

import pytest

from dialer.addresses.regions import BadRegion, regions


@pytest.mark.parametrize(
    ("text", "country", "region"),
    [("FL", "US", "US-FL"), ("florida", "US", "US-FL"), ("US-NY", "RS", "US-NY"), ("CA", "US", "US-CA"),
     ("CA", "GB", "CA"), ("de", "RS", "DE"), ("DE", "US", "US-DE"), ("DE-BY", "RS", "DE-BY")],
)  # fmt: skip
def test_a_state_or_a_country_is_known_by_its_code_or_its_name(text: str, country: str, region: str) -> None:
    assert regions().region_of(text, country) == region


@pytest.mark.parametrize("text", ["", "Atlantis", "US-XX", "XX", "12"])
def test_what_is_no_region_is_not_guessed(text: str) -> None:
    with pytest.raises(BadRegion):
        regions().region_of(text, "US")


def test_a_zip_code_tells_the_state_also_where_a_spreadsheet_took_its_zeros() -> None:
    codes = {"02134": "US-MA", "2134": "US-MA", "33101-1234": "US-FL", "501": "US-NY", "99501": "US-AK"}
    assert {code: regions().of_postcode(code, "US") for code in codes} == codes
    assert regions().of_postcode("11000", "RS") == ""
    for bad in ("ABCDE", "123456", "00000"):
        with pytest.raises(BadRegion):
            regions().of_postcode(bad, "US")


def test_only_a_region_with_one_zone_has_a_zone() -> None:
    zones = {"US-NY": "America/New_York", "US-FL": "", "US-HI": "Pacific/Honolulu", "DE": ""}
    assert {region: regions().zone_of(region) for region in zones} == zones


def test_no_zip_code_is_of_two_states() -> None:
    states = [regions().of_postcode(f"{number:03}01", "US") for number in range(1000) if _is_used(number)]
    assert len(set(states)) == 54


def _is_used(number: int) -> bool:
    try:
        return bool(regions().of_postcode(f"{number:03}01", "US"))
    except BadRegion:
        return False
