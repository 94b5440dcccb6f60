"""Replaces (RFC 3891) and Refer-To (RFC 3515) as values."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.headers.refer_to import ReferTo
from pbx.sip.headers.replaces import Replaces


@pytest.mark.parametrize(
    ("text", "replaces"),
    [
        ("a84b4c76e66710@x;to-tag=1;from-tag=2", Replaces("a84b4c76e66710@x", "1", "2")),
        (" c ; from-tag = f ;to-tag=t; early-only ", Replaces("c", "t", "f", early_only=True)),
    ],
)
def test_replaces_names_a_dialog(text: str, replaces: Replaces) -> None:
    assert Replaces.parse(text) == replaces
    assert Replaces.parse(str(replaces)) == replaces


@pytest.mark.parametrize("text", ["", "c", "c;to-tag=1", "c;from-tag=1", ";to-tag=1;from-tag=2", "c;to-tag;from-tag=2"])
def test_a_replaces_that_lacks_a_part_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match="needs a Call-ID, to-tag and from-tag"):
        Replaces.parse(text)


def test_a_refer_to_brings_the_dialog_to_replace_with_its_escapes_undone() -> None:
    text = "Boris <sip:1002@192.0.2.1;transport=tcp?Replaces=c%40x%3Bto-tag%3D1%3Bfrom-tag%3D2&X=y>"
    refer_to = ReferTo.parse(text)
    assert str(refer_to.target) == '"Boris" <sip:1002@192.0.2.1;transport=tcp>'
    assert refer_to.replaces == Replaces("c@x", "1", "2")
    assert ReferTo.parse(str(refer_to)) == refer_to


def test_a_refer_to_may_name_another_method() -> None:
    assert ReferTo.parse("<sip:a@x;method=bye>").method == "BYE"
    assert ReferTo.parse("sip:a@x").method == "INVITE"


@pytest.mark.parametrize("text", ["<sip:a@x?Replaces>", "<sip:a@x?Replaces=c>", "<sip:a@x", "nobody"])
def test_a_refer_to_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        ReferTo.parse(text)
