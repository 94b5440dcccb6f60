"""URIs: RFC 3261 section 19.1 and RFC 3966."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.uri import MAX_URI, Uri, sip_uri


def test_a_sip_uri_is_taken_apart() -> None:
    uri = Uri.parse("sip:ana:secret@example.com:5070;transport=TCP;lr?Subject=x&Priority=urgent")
    assert (uri.kind, uri.username, uri.host, uri.port) == ("sip", "ana", "example.com", 5070)
    assert (uri.param("transport"), uri.param("lr"), uri.param("maddr")) == ("TCP", "", None)
    assert uri.headers == "Subject=x&Priority=urgent"
    assert uri.transport == "tcp"


@pytest.mark.parametrize(
    "text",
    [
        "sip:example.com",
        "SIP:ana@EXAMPLE.com",
        "sip:ana:pw@example.com;a;b=c?h=v",
        "sips:1001@[2001:db8::1]:5061",
        "sip:%61na%20b@example.com",
        "sip:user;par=u%40example.net@example.com",
        "tel:+381-11-4000.700;phone-context=example.com",
        "isbn:2983792873",
        "soap.beep://192.0.2.103:3002",
    ],
)
def test_a_uri_is_written_as_it_was_read(text: str) -> None:
    assert str(Uri.parse(text)) == text


def test_escapes_in_the_user_are_undone_for_comparison_only() -> None:
    uri = Uri.parse("sip:%61na%00@example.com")
    assert uri.username == "ana\x00"
    assert uri.user == "%61na%00"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tel:+381-11-4000.700", "+381114000700"),
        ("sip:(011)4000-700@example.com", "0114000700"),
        ("sip:+381114000700;isub=1@example.com", "+381114000700"),
        ("sip:j.smith@example.com", "j.smith"),
        ("sip:*70@example.com", "*70"),
        ("sip:example.com", ""),
    ],
)
def test_a_dialled_number_loses_its_visual_separators(text: str, number: str) -> None:
    assert Uri.parse(text).number == number


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("sip:example.com", ("example.com", 5060)),
        ("sips:example.com", ("example.com", 5061)),
        ("sip:example.com;transport=wss", ("example.com", 443)),
        ("sip:[2001:db8::1]", ("2001:db8::1", 5060)),
        ("sip:[2001:db8::1]:5070", ("2001:db8::1", 5070)),
        ("sip:example.com;maddr=192.0.2.7", ("192.0.2.7", 5060)),
    ],
)
def test_a_uri_says_where_to_send(text: str, address: tuple[str, int]) -> None:
    assert Uri.parse(text).address == address


@pytest.mark.parametrize(
    ("named", "meant"), [("tcp", "tls"), ("udp", "tls"), ("ws", "wss"), ("WSS", "wss"), ("x", "x")]
)
def test_sips_is_never_in_the_clear(named: str, meant: str) -> None:
    assert Uri.parse(f"sips:example.com;transport={named}").transport == meant


def test_a_made_uri_puts_ipv6_in_brackets() -> None:
    assert str(sip_uri("1001", "2001:db8::1", 5060)) == "sip:1001@[2001:db8::1]:5060"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        ":example.com",
        "sip:",
        "sip:@example.com",
        "sip:ana@",
        "sip:ana@example.com:",
        "sip:ana@example.com:65536",
        "sip:ana@example.com:+1",
        "sip:ana@[2001:db8::1",
        "sip:ana@[2001:db8::1]x",
        "sip:2001:db8::10",
        "sip:ana @example.com",
        "<sip:ana@example.com>",
        "sip:ana@example.com;=x",
        "tel:",
    ],
)
def test_what_is_no_uri_is_refused_with_400(text: str) -> None:
    with pytest.raises(ParseError) as refused:
        Uri.parse(text)
    assert refused.value.status == 400


def test_a_uri_without_end_is_refused_with_414() -> None:
    with pytest.raises(ParseError) as refused:
        Uri.parse("sip:" + "a" * MAX_URI)
    assert refused.value.status == 414
