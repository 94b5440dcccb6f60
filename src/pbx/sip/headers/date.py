"""Date (RFC 3261 section 20.17): only one form, and only GMT."""

from __future__ import annotations

import re

from pbx.sip.errors import ParseError

_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATE = re.compile(rf"(?:{_DAYS}), \d\d (?:{_MONTHS}) \d{{4}} \d\d:\d\d:\d\d GMT", re.IGNORECASE)


def check_date(text: str) -> None:
    """Raise ParseError for what is no SIP date."""
    if not _DATE.fullmatch(text):
        raise ParseError(f"Date is written like 'Sat, 13 Nov 2010 23:29:00 GMT', found {text[:40]!r}")
