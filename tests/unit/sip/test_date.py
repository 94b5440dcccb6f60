"""Date (RFC 3261 section 20.17)."""

from __future__ import annotations

import pytest

from pbx.sip.errors import ParseError
from pbx.sip.headers.date import check_date


def test_a_date_in_gmt_is_taken() -> None:
    check_date("Sat, 13 Nov 2010 23:29:00 GMT")


@pytest.mark.parametrize("text", ["", "yesterday", "Fri, 01 Jan 2010 16:00:00 EST", "01 Jan 2010 16:00:00 GMT"])
def test_any_other_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match="Date is written like"):
        check_date(text)
