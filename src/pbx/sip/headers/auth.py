"""Challenges and credentials (RFC 3261 sections 20.7 and 20.44, RFC 7616, RFC 8760)."""

from __future__ import annotations

import re

from msgspec import Struct

from pbx.sip.errors import ParseError
from pbx.sip.text import parse_params, quote, unquote

_PLAIN = re.compile(r'[ \t]*([A-Za-z0-9-]+)=(?:"([^"\\]*)"|([^\s",;<>=]+))[ \t]*(?:,|$)')
"""A parameter as nearly everybody writes it; what is written otherwise is read with more care."""


def _digest_fields(text: str) -> dict[str, str]:
    scheme, _, rest = text.strip().partition(" ")
    if scheme.lower() != "digest":
        raise ParseError(f"expected Digest, found {scheme[:20]!r}")
    fields: dict[str, str] = {}
    position = 0
    while (match := _PLAIN.match(rest, position)) is not None:
        name, quoted, bare = match.groups()
        fields.setdefault(name.lower(), bare if quoted is None else quoted)
        position = match.end()
    if position == len(rest):
        return fields
    fields.clear()
    for name, value in parse_params(rest, separator=","):
        fields.setdefault(name.lower(), unquote(value or ""))
    return fields


class Challenge(Struct, frozen=True):
    """What WWW-Authenticate and Proxy-Authenticate say."""

    realm: str
    nonce: str
    algorithm: str = "MD5"
    stale: bool = False
    qop: str = "auth"
    opaque: str = ""

    @staticmethod
    def parse(text: str) -> Challenge:
        """Read one challenge. Raises ParseError."""
        fields = _digest_fields(text)
        if "realm" not in fields or "nonce" not in fields:
            raise ParseError("a Digest challenge needs realm and nonce")
        return Challenge(
            fields["realm"],
            fields["nonce"],
            fields.get("algorithm", "MD5"),
            fields.get("stale", "").lower() == "true",
            fields.get("qop", ""),
            fields.get("opaque", ""),
        )

    def __str__(self) -> str:
        stale = ", stale=true" if self.stale else ""
        qop = f", qop={quote(self.qop)}" if self.qop else ""
        opaque = f", opaque={quote(self.opaque)}" if self.opaque else ""
        realm, nonce = quote(self.realm), quote(self.nonce)
        return f"Digest realm={realm}, nonce={nonce}, algorithm={self.algorithm}{qop}{stale}{opaque}"


_NEEDED = frozenset(("username", "realm", "nonce", "uri", "response"))


class Credentials(Struct, frozen=True):
    """What Authorization and Proxy-Authorization say."""

    username: str
    realm: str
    nonce: str
    uri: str
    response: str
    algorithm: str = "MD5"
    qop: str = ""
    nc: str = ""
    cnonce: str = ""
    opaque: str = ""

    @staticmethod
    def parse(text: str) -> Credentials:
        """Read the credentials. Raises ParseError that names what is missing."""
        fields = _digest_fields(text)
        if not fields.keys() >= _NEEDED:
            missing = [name for name in Credentials.__struct_fields__ if name in _NEEDED and name not in fields]
            raise ParseError(f"Digest credentials lack {', '.join(missing)}")
        return Credentials(
            fields["username"],
            fields["realm"],
            fields["nonce"],
            fields["uri"],
            fields["response"],
            fields.get("algorithm", "MD5"),
            fields.get("qop", ""),
            fields.get("nc", ""),
            fields.get("cnonce", ""),
            fields.get("opaque", ""),
        )

    def __str__(self) -> str:
        parts = [f"{name}={quote(getattr(self, name))}" for name in ("username", "realm", "nonce", "uri", "response")]
        parts.append(f"algorithm={self.algorithm}")
        if self.qop:
            parts.append(f"qop={self.qop}, nc={self.nc}, cnonce={quote(self.cnonce)}")
        if self.opaque:
            parts.append(f"opaque={quote(self.opaque)}")
        return "Digest " + ", ".join(parts)
