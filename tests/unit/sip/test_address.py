"""name-addr and addr-spec: RFC 3261 section 20.10."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.headers.address import Address


def test_a_quoted_name_may_hold_anything() -> None:
    address = Address.parse(r'"Ana \"the voice\", <C:\\> ;tag=no" <sip:1001@example.com;lr>;tag=yes;x="a;b"')
    assert address.display == r'Ana "the voice", <C:\> ;tag=no'
    assert str(address.uri) == "sip:1001@example.com;lr"
    assert address.tag == "yes"
    assert address.param("x") == '"a;b"'


@pytest.mark.parametrize(
    ("text", "display"),
    [
        ("Ana <sip:a@b>", "Ana"),
        ("Ana   Maria\tK <sip:a@b>", "Ana Maria K"),
        ("caller<sip:a@b>", "caller"),
        ("Ана <sip:a@b>", "Ана"),
        ("<sip:a@b>", ""),
        ('"" <sip:a@b>', ""),
    ],
)
def test_a_name_needs_no_quotes_where_it_is_made_of_tokens(text: str, display: str) -> None:
    assert Address.parse(text).display == display


def test_without_brackets_the_parameters_are_the_headers() -> None:
    address = Address.parse("sip:a@b;tag=x;user=phone")
    assert address.tag == "x"
    assert address.uri.params == ()


def test_with_brackets_each_has_its_own() -> None:
    address = Address.parse("<sip:a@b;tag=inner>;tag=outer")
    assert (address.uri.param("tag"), address.tag) == ("inner", "outer")


def test_a_list_is_split_only_outside_quotes_and_brackets() -> None:
    many = Address.parse_many('"One, Two" <sip:1@b;x=1,2>, <sip:3@b>;q=0.5,sip:4@b')
    assert [one.display for one in many] == ["One, Two", "", ""]
    assert [one.uri.user for one in many] == ["1", "3", "4"]


def test_a_tag_is_put_in_place_of_another() -> None:
    address = Address.parse("<sip:a@b>;x=1;Tag=old").with_tag("new")
    assert str(address) == "<sip:a@b>;x=1;tag=new"


def test_a_tel_number_can_call() -> None:
    assert Address.parse("<tel:+381114000700>;tag=1").uri.number == "+381114000700"


@pytest.mark.parametrize(
    "text",
    [
        "",
        '"Ana <sip:a@b>',
        '"Ana" sip:a@b',
        '"Ana\\" <sip:a@b>',
        "Bell, Alexander <sip:a@b>",
        "Ana <sip:a@b",
        "<sip:a@b> rest",
        "<sip:a@b>, <sip:c@d>",
        "sip:a@b, <sip:c@d>",
        "sip:a@b?Route=x",
        "< sip:a@b>",
        "<sip:a@b>;;tag=1",
        "<sip:a@b>;=1",
        "Ana",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        Address.parse(text)


@pytest.mark.parametrize(
    ("text", "preference"),
    [("<sip:a@b>", 1), ("<sip:a@b>;q=0.25", 0.25), ("<sip:a@b>;q=7", 1), ("<sip:a@b>;q=-1", 0), ("<sip:a@b>;q=x", 0),
     ("<sip:a@b>;q=nan", 0), ("<sip:a@b>;q", 0)],
)  # fmt: skip
def test_a_contact_says_how_much_it_is_preferred(text: str, preference: float) -> None:
    assert Address.parse(text).preference == preference
