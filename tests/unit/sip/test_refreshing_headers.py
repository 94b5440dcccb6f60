"""Session-Expires (RFC 4028) and RAck (RFC 3262) as values."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.headers.cseq import CSeq
from pbx.sip.headers.rack import RAck
from pbx.sip.headers.session_expires import SessionExpires


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1800", SessionExpires(1800)),
        ("90;refresher=uac", SessionExpires(90, "uac")),
        (" 90 ; x=y;Refresher=UAS", SessionExpires(90, "uas")),
    ],
)
def test_session_expires_is_read_and_written(text: str, value: SessionExpires) -> None:
    assert SessionExpires.parse(text) == value
    assert SessionExpires.parse(str(value)) == value


@pytest.mark.parametrize("text", ["", "soon", "-1", "12345678901", "90;refresher=me"])
def test_a_session_expires_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        SessionExpires.parse(text)


def test_rack_is_read_and_written() -> None:
    assert RAck.parse("776656 1 INVITE") == RAck(776656, CSeq(1, "INVITE"))
    assert str(RAck(1, CSeq(2, "INVITE"))) == "1 2 INVITE"


@pytest.mark.parametrize("text", ["", "1", "1 INVITE", "x 1 INVITE", "4294967296 1 INVITE", "1 1 INVITE 1"])
def test_a_rack_that_lacks_a_part_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        RAck.parse(text)
