"""Session-Expires (RFC 4028 section 4)."""

from __future__ import annotations

from msgspec import Struct

from pbx.sip.errors import ParseError
from pbx.sip.text import find_param, parse_params


class SessionExpires(Struct, frozen=True):
    """Seconds after which a session is over unless it is refreshed, and who refreshes it."""

    seconds: int
    refresher: str = ""
    """``uac`` or ``uas``: sender or receiver of the request in question; '' while nobody is named."""

    @staticmethod
    def parse(text: str) -> SessionExpires:
        """Read the value. Raises ParseError."""
        number, _, rest = text.partition(";")
        number = number.strip()
        if not (number.isascii() and number.isdigit()) or len(number) > 10:
            raise ParseError(f"Session-Expires needs a plain number, found {number[:20]!r}")
        refresher = (find_param(parse_params(rest), "refresher") or "").lower()
        if refresher not in ("", "uac", "uas"):
            raise ParseError(f"the refresher is uac or uas, not {refresher[:20]!r}")
        return SessionExpires(int(number), refresher)

    def __str__(self) -> str:
        return f"{self.seconds};refresher={self.refresher}" if self.refresher else str(self.seconds)
