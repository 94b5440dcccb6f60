"""Loops (RFC 5393 section 4.2): an INVITE of ours that comes back to be routed the same way as before.

Each INVITE that begins a call has a mark in its branch, made of what we route by: the number that is dialled. One that
comes in with a Via of ours under the same mark went round in a circle. Under another mark it is a spiral, a call that
was forwarded on its way, and is welcome.
"""

from __future__ import annotations

from zlib import crc32

from pbx.sip.headers.via import MAGIC_COOKIE
from pbx.sip.message import Request
from pbx.sip.uri import Uri


class Loops:
    """The marks of one endpoint."""

    def __init__(self, boot: str) -> None:
        """``boot``: what all our branches begin with after the cookie."""
        self._ours = f"{MAGIC_COOKIE}{boot}"
        self._salt = boot.encode()

    def mark(self, target: str) -> str:
        """What to add to the branch of an INVITE to a Request-URI. Raises ParseError."""
        return self._mark(Uri.parse(target))

    def _mark(self, uri: Uri) -> str:
        number = uri.number or str(uri)
        return f".{crc32(number.encode('utf-8', 'surrogateescape'), crc32(self._salt)):08x}"

    def looped(self, request: Request) -> bool:
        """Whether an INVITE was sent by us to where it is bound for now. Raises ParseError."""
        ways = [line for line in request.get_all("via") if self._ours in line]
        if not ways:
            return False
        mark = self._mark(request.uri)
        return any(mark in line for line in ways)
