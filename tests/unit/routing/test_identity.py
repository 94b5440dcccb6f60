"""What is believed of who calls."""

from __future__ import annotations

import pytest

from pbx.routing.identity import MAX_NAME, Caller, caller_of, claimed, displayable
from pbx.sip.message import Request

ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1'
DIGEST = 'Digest username="1001", realm="{}", nonce="n", uri="sip:h", response="0"'


def invite(from_: str = '"Ana" <sip:1001@h>;tag=1', **fields: str) -> Request:
    """An INVITE with a From and more header fields."""
    more = [(name.replace("_", "-"), value) for name, value in fields.items()]
    return Request("INVITE", "sip:700@h", [("from", from_), *more])


def test_a_phone_of_ours_is_the_extension_that_it_proved() -> None:
    request = invite('"The Boss" <sip:9999@h>;tag=1', p_asserted_identity="<sip:9998@h>")
    assert caller_of(request, "1001") == Caller("1001", "The Boss", asserted=True)


def test_a_trusted_peer_is_believed_what_it_asserts() -> None:
    request = invite(p_asserted_identity='"Firma" <sip:+381114000900@carrier>, <tel:+381114000900>')
    assert caller_of(request, None, trusted=True) == Caller("+381114000900", "Firma", asserted=True)


def test_an_identity_that_is_no_telephone_address_is_passed_over() -> None:
    request = invite(p_asserted_identity="<mailto:a@b>, <tel:+381-11-4000900>")
    assert caller_of(request, None, trusted=True).number == "+381114000900"


@pytest.mark.parametrize("fields", [{}, {"p_asserted_identity": "<sip:"}, {"p_asserted_identity": "<mailto:a@b>"}])
def test_a_trusted_peer_that_asserts_nothing_is_who_it_says_it_is(fields: dict[str, str]) -> None:
    assert caller_of(invite(**fields), None, trusted=True) == Caller("1001", "Ana")


def test_what_a_guest_asserts_is_not_believed() -> None:
    assert caller_of(invite(p_asserted_identity="<sip:112@h>"), None) == Caller("1001", "Ana")


@pytest.mark.parametrize(
    ("privacy", "private"),
    [("id", True), ("user;critical", True), ("header", True), ("none", False), ("session", False), ("history", False)],
)
def test_who_asks_for_privacy_is_hidden(privacy: str, private: bool) -> None:
    assert caller_of(invite(privacy=privacy), "1001").private is private


def test_an_anonymous_phone_of_ours_is_known_and_hidden() -> None:
    assert caller_of(invite(ANONYMOUS), "1001") == Caller("1001", "", private=True, asserted=True)


def test_an_anonymous_guest_is_nobody() -> None:
    assert caller_of(invite(ANONYMOUS), None) == Caller("anonymous", "Anonymous", private=True)


def test_a_phone_claims_to_be_its_from_its_credentials_or_what_it_prefers() -> None:
    assert claimed(invite(), "ours") == "1001"
    assert claimed(invite("<sip:5555@h>;tag=1", authorization=DIGEST.format("ours")), "ours") == "1001"
    assert claimed(invite("<sip:5555@h>;tag=1", authorization=DIGEST.format("theirs")), "ours") == "5555"
    assert claimed(invite("<sip:5555@h>;tag=1", authorization="Digest"), "ours") == "5555"
    assert claimed(invite(ANONYMOUS, p_preferred_identity="<sip:1001@h>"), "ours") == "1001"
    assert claimed(invite(ANONYMOUS), "ours") == "anonymous"


def test_a_display_name_is_one_printable_line() -> None:
    assert displayable(" Ana\r\nEvil:  header\x00 \u202e ") == "Ana Evil: header"
    assert len(displayable("x" * 500)) == MAX_NAME
