"""RAck: which reliable provisional response a PRACK acknowledges (RFC 3262 section 7.2)."""

from __future__ import annotations

from msgspec import Struct

from pbx.sip.errors import ParseError
from pbx.sip.headers.cseq import CSeq

LARGEST = 2**32 - 1


class RAck(Struct, frozen=True):
    """The response's RSeq, and the CSeq of the request that it answers."""

    number: int
    cseq: CSeq

    @staticmethod
    def parse(text: str) -> RAck:
        """Read the value. Raises ParseError."""
        number, _, rest = text.strip().partition(" ")
        if not (number.isascii() and number.isdigit()) or len(number) > 10 or int(number) > LARGEST:
            raise ParseError(f"RAck needs a number below 2**32, found {number[:20]!r}")
        return RAck(int(number), CSeq.parse(rest))

    def __str__(self) -> str:
        return f"{self.number} {self.cseq}"
