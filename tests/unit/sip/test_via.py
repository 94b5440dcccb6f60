"""Via: RFC 3261 sections 18.2 and 20.42, RFC 3581."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.headers.via import Via


def test_a_hop_is_taken_apart() -> None:
    via = Via.parse("SIP/2.0/udp Pc33.example.com:5066;branch=z9hG4bK1;rport")
    assert (via.transport, via.host, via.port, via.branch) == ("UDP", "Pc33.example.com", 5066, "z9hG4bK1")
    assert via.sent_by == "pc33.example.com:5066"


@pytest.mark.parametrize(
    "text",
    [
        "SIP / 2.0 / UDP first.example.com: 4000;branch=b",
        "SIP/2.0/UDP\tfirst.example.com:4000;branch=b",
        "SIP  /   2.0 /UDP    first.example.com:4000 ; branch  =  b",
        "sip/2.0/UDP first.example.com:4000;branch=b",
    ],
)
def test_white_space_may_stand_between_its_parts(text: str) -> None:
    assert str(Via.parse(text)) == "SIP/2.0/UDP first.example.com:4000;branch=b"


@pytest.mark.parametrize(
    ("text", "sent_by"),
    [
        ("SIP/2.0/UDP a.b", "a.b:5060"),
        ("SIP/2.0/TLS a.b", "a.b:5061"),
        ("SIP/2.0/UDP [2001:DB8::1]", "[2001:db8::1]:5060"),
        ("SIP/2.0/UDP [2001:db8::1]:5070", "[2001:db8::1]:5070"),
    ],
)
def test_the_port_is_the_transports_where_none_is_written(text: str, sent_by: str) -> None:
    assert Via.parse(text).sent_by == sent_by


def test_a_sender_elsewhere_than_it_says_is_noted_as_received() -> None:
    via = Via.parse("SIP/2.0/UDP 10.0.0.1;branch=b").seen_from("203.0.113.7", 40_000)
    assert str(via) == "SIP/2.0/UDP 10.0.0.1;branch=b;received=203.0.113.7"


def test_a_sender_where_it_says_needs_no_note() -> None:
    via = Via.parse("SIP/2.0/UDP 192.0.2.1;branch=b")
    assert via.seen_from("192.0.2.1", 40_000) is via


def test_rport_is_filled_in_where_it_was_asked_for() -> None:
    via = Via.parse("SIP/2.0/UDP 192.0.2.1;rport;branch=b").seen_from("192.0.2.1", 40_000)
    assert str(via) == "SIP/2.0/UDP 192.0.2.1;branch=b;received=192.0.2.1;rport=40000"


def test_a_forged_received_is_replaced() -> None:
    via = Via.parse("SIP/2.0/UDP 10.0.0.1;received=192.0.2.66;branch=b").seen_from("203.0.113.7", 1)
    assert str(via) == "SIP/2.0/UDP 10.0.0.1;branch=b;received=203.0.113.7"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SIP/2.0/UDP",
        "SIP/2.0/UDP ",
        "SIP/3.0/UDP a.b",
        "HTTP/2.0/UDP a.b",
        "SIP/2.0/UDP/X a.b",
        "SIP/2.0/ a.b",
        "SIP/2.0/UDP a b",
        "SIP/2.0/UDP a.b:port",
        "SIP/2.0/UDP [2001:db8::1",
        "SIP/2.0/UDP ;branch=b",
    ],
)
def test_what_is_no_via_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        Via.parse(text)
