from __future__ import annotations

import pytest

from pbx.plane.addresses import MediaAddress, address_for

INSIDE, OUTSIDE = MediaAddress("10.0.0.1", "10.0.0.1"), MediaAddress("10.0.1.1", "192.0.2.1")
SIX = MediaAddress("::", "2001:db8::1")


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("10.0.0.1", INSIDE),
        ("192.0.2.1", OUTSIDE),
        ("2001:db8::1", SIX),
        ("198.51.100.7", INSIDE),
        ("2001:db8:2::7", SIX),
        ("", INSIDE),
    ],
)
def test_the_address_told_goes_before_the_first_of_the_family(host: str, found: MediaAddress) -> None:
    assert address_for((INSIDE, OUTSIDE, SIX), host) is found


def test_where_there_is_none_of_the_family_the_first_one_serves() -> None:
    assert address_for((INSIDE, OUTSIDE), "2001:db8::1") is INSIDE
