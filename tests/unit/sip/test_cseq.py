"""CSeq: RFC 3261 sections 8.1.1.5 and 20.16."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.headers.cseq import CSeq


@pytest.mark.parametrize("text", ["0009 INVITE", "9\tINVITE", "  9   INVITE "])
def test_a_number_and_a_method_are_read(text: str) -> None:
    assert CSeq.parse(text) == CSeq(9, "INVITE")
    assert str(CSeq.parse(text)) == "9 INVITE"


def test_the_largest_number_is_below_2_to_the_31() -> None:
    assert CSeq.parse("2147483647 BYE").number == 2**31 - 1
    with pytest.raises(ParseError):
        CSeq.parse("2147483648 BYE")


@pytest.mark.parametrize("text", ["", "INVITE", "1", "1 INVITE BYE", "-1 INVITE", "+1 INVITE", "1.0 X", "² X", "0x1 X"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        CSeq.parse(text)
