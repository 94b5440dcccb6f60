"""Hosts as text."""

from __future__ import annotations

import pytest

from pbx.sip.text import is_address


@pytest.mark.parametrize(
    ("host", "address"), [("192.0.2.1", True), ("::1", True), ("example.com", False), ("", False), ("1.2.3", False)]
)
def test_addresses_are_told_from_names(host: str, address: bool) -> None:
    assert is_address(host) is address
