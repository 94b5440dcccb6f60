"""SIP, SIPS and tel URIs (RFC 3261 section 19.1, RFC 3966), and any other scheme as opaque text."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from pbx.sip.errors import ParseError
from pbx.sip.text import Params, decode, find_param, format_params, parse_params, split_host_port, wire_host

MAX_URI = 2048
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
FORBIDDEN = re.compile(r"[\s<>\"]")
VISUAL_SEPARATORS = str.maketrans("", "", "-.()")
SECURED = {"udp": "tls", "tcp": "tls", "ws": "wss"}
"""The transport that a sips URI means by one that it names."""
DEFAULT_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061, "ws": 80, "wss": 443}


class Uri(Struct, frozen=True):
    """One URI; text parts are kept as written, so that ``str`` gives back what was parsed."""

    scheme: str
    """As written; compare with ``kind``."""
    user: str = ""
    """Before the ``@``, password and all, escapes kept; the number of a tel URI; the rest of an opaque one."""
    host: str = ""
    """As written, IPv6 in brackets; empty for tel and opaque URIs."""
    port: int | None = None
    params: Params = ()
    headers: str = ""
    """What follows the ``?``, unread."""

    @staticmethod
    def parse(text: str) -> Uri:
        """Read one URI. Raises ParseError."""
        return _parse(text)

    @property
    def kind(self) -> str:
        """The scheme in lower case."""
        return self.scheme.lower()

    @property
    def username(self) -> str:
        """The user with its escapes undone and without password: what to compare and to look up."""
        user = self.user.partition(":")[0]
        return decode(unquote_to_bytes(user.encode("utf-8", "surrogateescape"))) if "%" in user else user

    @property
    def number(self) -> str:
        """The user as a dialled number: visual separators are dropped where it is one (RFC 3966 section 5.1.1)."""
        name = self.username.partition(";")[0]
        plain = name.translate(VISUAL_SEPARATORS)
        return plain if plain.lstrip("+").isdigit() else name

    @property
    def transport(self) -> str:
        """``udp``, ``tcp``, ``tls``, ``ws`` or ``wss``: the parameter, else the scheme's default.

        A sips URI is never reached in the clear, whatever its parameter says (RFC 3261 section 26.2.2).
        """
        named = (find_param(self.params, "transport") or "udp").lower()
        return SECURED.get(named, named) if self.kind == "sips" else named

    @property
    def address(self) -> tuple[str, int]:
        """Host (without brackets) and port, the transport's default where none is written."""
        host = find_param(self.params, "maddr") or self.host
        bare = host[1:-1] if host.startswith("[") else host
        return bare, self.port if self.port is not None else DEFAULT_PORTS.get(self.transport, 5060)

    def param(self, name: str) -> str | None:
        """A parameter's value ('' where it has none); None where it is absent."""
        return find_param(self.params, name)

    def __str__(self) -> str:
        if self.host:
            user = f"{self.user}@" if self.user else ""
            port = f":{self.port}" if self.port is not None else ""
            headers = f"?{self.headers}" if self.headers else ""
            return f"{self.scheme}:{user}{self.host}{port}{format_params(self.params)}{headers}"
        return f"{self.scheme}:{self.user}{format_params(self.params)}"


def sip_uri(user: str, host: str, port: int | None = None, params: Params = ()) -> Uri:
    """A ``sip:`` URI from plain parts."""
    return Uri("sip", user, wire_host(host), port, params)


@lru_cache(maxsize=8192)
def _parse(text: str) -> Uri:
    if len(text) > MAX_URI:
        raise ParseError(f"a URI of {len(text)} characters is longer than {MAX_URI}", MAX_URI, status=414)
    scheme, colon, rest = text.partition(":")
    if not colon or not SCHEME.fullmatch(scheme):
        raise ParseError(f"a URI needs a scheme: {text[:40]!r}")
    if bad := FORBIDDEN.search(rest):
        raise ParseError(f"{bad.group()!r} may not stand in a URI", len(scheme) + 1 + bad.start())
    kind = scheme.lower()
    if kind == "tel":
        number, _, params = rest.partition(";")
        if not number:
            raise ParseError("a tel URI needs a number", len(text))
        return Uri(scheme, number, params=parse_params(params))
    if kind not in ("sip", "sips"):
        return Uri(scheme, rest)
    user, at, where = rest.rpartition("@")
    if at and not user:
        raise ParseError("'@' without a user", len(scheme) + 1)
    where, _, headers = where.partition("?")
    place, _, params = where.partition(";")
    host, port = split_host_port(place)
    return Uri(scheme, user, host, port, parse_params(params), headers)
