"""CSeq (RFC 3261 section 20.16)."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from pbx.sip.errors import ParseError

LARGEST = 2**31 - 1


class CSeq(Struct, frozen=True):
    """A request's number within its dialog, and its method."""

    number: int
    method: str

    @staticmethod
    def parse(text: str) -> CSeq:
        """Read the value. Raises ParseError for a number of 2**31 or more (section 8.1.1.5)."""
        return _parse(text)

    def __str__(self) -> str:
        return f"{self.number} {self.method}"


@lru_cache(maxsize=1024)
def _parse(text: str) -> CSeq:
    parts = text.split()
    if len(parts) != 2:
        raise ParseError(f"CSeq needs a number and a method, found {text[:40]!r}")
    number, method = parts
    if not (number.isascii() and number.isdigit()) or len(number) > 10 or int(number) > LARGEST:
        raise ParseError(f"CSeq needs a number below 2**31, found {number[:20]!r}")
    return CSeq(int(number), method)
