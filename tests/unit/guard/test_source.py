"""Whom a message is held against."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from pbx.guard.source import Ranges, parse_source, source_of


@pytest.mark.parametrize(
    ("host", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("example.com", "example.com"),
    ],
    ids=["IPv4", "IPv4 in IPv6", "IPv6", "link local with its zone", "a name"],
)
def test_a_source_is_an_address_or_a_whole_ipv6_network(host: str, source: str) -> None:
    assert source_of(host) == source


@pytest.mark.parametrize("text", ["2001:db8:0:1::/64", "2001:db8:0:1::5", "192.0.2.7"])
def test_a_person_may_name_an_address_or_a_network_of_64_bits(text: str) -> None:
    assert parse_source(text) == source_of(text.partition("/")[0])


@pytest.mark.parametrize("text", ["", "nowhere", "192.0.2.0/24", "2001:db8::/48", "192.0.2.7/32", "/64"])
def test_anything_else_is_no_source(text: str) -> None:
    with pytest.raises(ValueError, match="neither an IP address nor an IPv6 /64"):
        parse_source(text)


def test_a_range_covers_its_hosts_and_their_sources() -> None:
    ranges = Ranges([ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")])
    assert ranges.covers("10.1.2.3")
    assert ranges.covers("::ffff:10.1.2.3")
    assert ranges.covers("2001:db8:5::1")
    assert ranges.covers("2001:db8:5::/64")
    assert not ranges.covers("11.1.2.3")
    assert not ranges.covers("example.com")
