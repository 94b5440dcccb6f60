"""Flows: how a phone is reached again, and what it is told about ourselves."""

from __future__ import annotations

import pytest

from pbx.sip.flow import Flow, own_place, way_to
from pbx.sip.uri import Uri

PLACES = {
    "udp": ("192.0.2.1", 5060),
    "udp6": ("2001:db8::1", 5060),
    "tls": ("192.0.2.1", 5061),
    "udp/10.0.0.1:5070": ("10.0.0.1", 5070),
}


@pytest.mark.parametrize(
    ("contact", "seen", "way"),
    [
        ("sip:a@192.0.2.9:5070", Flow("udp", "192.0.2.9", 40_000), Flow("udp", "192.0.2.9", 5070)),
        ("sip:a@[2001:db8::9]", Flow("udp", "2001:db8::9", 40_000), Flow("udp", "2001:db8::9", 5060)),
        ("sip:a@10.0.0.9:5070", Flow("udp", "192.0.2.9", 40_000), Flow("udp", "192.0.2.9", 40_000)),
        ("sip:a@192.0.2.9;transport=tcp", Flow("udp", "192.0.2.9", 40_000), Flow("udp", "192.0.2.9", 40_000)),
        ("sip:a@192.0.2.9;transport=tls", Flow("tls", "192.0.2.9", 40_000), Flow("tls", "192.0.2.9", 40_000)),
        ("sip:x@df7jal23ls0d.invalid;transport=ws", Flow("wss", "192.0.2.9", 9), Flow("wss", "192.0.2.9", 9)),
        ("sip:a@192.0.2.9", Flow("udp", "192.0.2.9", 40_000, "here"), Flow("udp", "192.0.2.9", 5060, "here")),
    ],
)
def test_a_phone_is_reached_at_its_contact_or_where_it_was_seen(contact: str, seen: Flow, way: Flow) -> None:
    assert way_to(Uri.parse(contact), seen) == way


@pytest.mark.parametrize(
    ("flow", "key"),
    [
        (Flow("udp", "192.0.2.9", 5060), "udp"),
        (Flow("udp", "2001:db8::9", 5060), "udp6"),
        (Flow("udp", "10.0.0.9", 5060, "udp/10.0.0.1:5070"), "udp/10.0.0.1:5070"),
        (Flow("udp", "10.0.0.9", 5060, "an address of the last run"), "udp"),
        (Flow("tls", "2001:db8::9", 5061), "tls"),
        (Flow("tcp", "192.0.2.9", 5060), "udp"),
        (Flow("tcp", "2001:db8::9", 5060), "udp6"),
    ],
)
def test_our_own_place_is_of_the_far_sides_kind(flow: Flow, key: str) -> None:
    assert own_place(PLACES, flow) == PLACES[key]
