"""Refer-To: whom to call, and what to put into that INVITE (RFC 3515 section 2.1, RFC 3261 section 19.1.1)."""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes

from msgspec import Struct
from msgspec.structs import replace

from pbx.sip.errors import ParseError
from pbx.sip.headers.address import Address
from pbx.sip.headers.names import key_of
from pbx.sip.headers.replaces import Replaces
from pbx.sip.text import decode, encode

UNESCAPED = "-_.!~*'()[]/?:+$"
"""What may stand in a URI's headers as it is (section 25.1, hnv-unreserved)."""


class ReferTo(Struct, frozen=True):
    """``<sip:boris@example.com?Replaces=...>``."""

    target: Address
    """Whom to call; its URI has no headers any more."""
    method: str = "INVITE"
    replaces: Replaces | None = None
    """The dialog that the call is to take the place of."""

    @staticmethod
    def parse(text: str) -> ReferTo:
        """Read the value. Raises ParseError."""
        address = Address.parse(text)
        headers = _headers(address.uri.headers)
        method = address.uri.param("method")
        params = tuple(param for param in address.uri.params if param[0].lower() != "method")
        uri = replace(address.uri, headers="", params=params)
        replaced = headers.get("replaces")
        return ReferTo(
            Address(uri, address.display, address.params),
            (method or "INVITE").upper(),
            Replaces.parse(replaced) if replaced else None,
        )

    def __str__(self) -> str:
        uri = self.target.uri
        if self.replaces is not None:
            uri = replace(uri, headers=f"Replaces={quote(encode(str(self.replaces)), safe=UNESCAPED)}")
        return str(Address(uri, self.target.display, self.target.params))


def _headers(text: str) -> dict[str, str]:
    """A URI's headers by key, their escapes undone; the first of each counts."""
    found: dict[str, str] = {}
    for part in filter(None, text.split("&")):
        name, equals, value = part.partition("=")
        if not equals:
            raise ParseError(f"a URI's header has no value: {part[:40]!r}")
        found.setdefault(key_of(_plain(name)), _plain(value))
    return found


def _plain(text: str) -> str:
    return decode(unquote_to_bytes(encode(text)))
