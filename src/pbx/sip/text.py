"""The lexical rules that all header values share (RFC 3261 section 25.1).

Text is ``str`` decoded from UTF-8 with surrogate escapes, so that bytes which are not UTF-8 come out again
as they went in.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from pbx.sip.errors import ParseError

TOKEN = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+")

Params = tuple[tuple[str, str | None], ...]
"""Parameters in their order: (name as written, value as written or None where there is no ``=``)."""


def decode(data: bytes) -> str:
    """Wire bytes to text, without loss."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """Text back to the same wire bytes."""
    return text.encode("utf-8", "surrogateescape")


def split_values(value: str, separator: str = ",") -> list[str]:
    """Split at separators outside quoted strings and angle brackets; each part stripped.

    Raises ParseError for a quote or bracket that is never closed.
    """
    if '"' not in value and "<" not in value:
        return [part.strip() for part in value.split(separator)]
    if separator not in value and '"' not in value and value.rfind(">") > value.rfind("<"):
        return [value.strip()]
    parts: list[str] = []
    start = position = 0
    end = len(value)
    while position < end:
        char = value[position]
        if char == '"':
            position = end_of_quoted(value, position)
            continue
        if char == "<":
            close = value.find(">", position)
            if close < 0:
                raise ParseError("'<' is never closed", position)
            position = close + 1
            continue
        if char == separator:
            parts.append(value[start:position].strip())
            start = position + 1
        position += 1
    parts.append(value[start:].strip())
    return parts


def end_of_quoted(value: str, start: int) -> int:
    """The index after the closing quote of the quoted string that opens at ``start``."""
    position = start + 1
    while True:
        close = value.find('"', position)
        if close < 0:
            raise ParseError("a quoted string is never closed", start)
        backslashes = 0
        while value[close - 1 - backslashes] == "\\" and close - 1 - backslashes > start:
            backslashes += 1
        if backslashes % 2 == 0:
            return close + 1
        position = close + 1


def unquote(value: str) -> str:
    """The content of a quoted string with its escapes undone; anything else as it is."""
    if len(value) >= 2 and value[0] == '"' and value[-1] == '"':
        inner = value[1:-1]
        return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL) if "\\" in inner else inner
    return value


def quote(value: str) -> str:
    """A quoted string that reads back as ``value``."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def parse_params(text: str, *, separator: str = ";") -> Params:
    """Read ``;name=value;flag`` (with or without the first separator), in order.

    One separator too many at the end is forgiven. Raises ParseError for a parameter without a name.
    """
    params: list[tuple[str, str | None]] = []
    plain = '"' not in text and "<" not in text
    parts = text.split(separator) if plain else split_values(text, separator)
    for index, part in enumerate(parts):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not name or '"' in name:
            if index in (0, len(parts) - 1) and not part.strip():
                continue
            raise ParseError(f"a parameter has no name: {part[:40]!r}")
        params.append((name, value.strip() if equals else None))
    return tuple(params)


def format_params(params: Params) -> str:
    """The parameters with their leading semicolons."""
    return "".join([f";{name}" if value is None else f";{name}={value}" for name, value in params])


def find_param(params: Params, name: str) -> str | None:
    """The first value of a parameter, its name compared without case; '' for one without a value, None if absent."""
    for candidate, value in params:
        if candidate == name or candidate.lower() == name:
            return value or ""
    return None


def parse_port(text: str, offset: int = 0) -> int:
    """A port number; raises ParseError unless it is 0-65535 in plain digits."""
    if not (text.isascii() and text.isdigit()) or len(text) > 5 or int(text) > 65535:
        raise ParseError(f"not a port number: {text[:20]!r}", offset)
    return int(text)


def split_host_port(text: str) -> tuple[str, int | None]:
    """``host``, ``host:port``, ``[v6]`` or ``[v6]:port``; the brackets stay with the host.

    Raises ParseError for an empty host, an open bracket or a bad port.
    """
    if text.startswith("["):
        close = text.find("]")
        if close < 0:
            raise ParseError("'[' of an IPv6 address is never closed")
        host, rest = text[: close + 1], text[close + 1 :].strip()
        if not rest:
            return host, None
        if rest[0] != ":":
            raise ParseError(f"expected ':port' after {host}", close + 1)
        return host, parse_port(rest[1:].strip(), close + 2)
    host, colon, port = text.partition(":")
    host = host.strip()
    if not host:
        raise ParseError("the host is missing")
    return host, parse_port(port.strip(), len(host) + 1) if colon else None


def bare_host(host: str) -> str:
    """A host as sockets want it: an IPv6 address without its brackets."""
    return host[1:-1] if host.startswith("[") else host


@lru_cache(maxsize=4096)
def is_address(host: str) -> bool:
    """Whether a host is an IP address (IPv6 without brackets), not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def wire_host(host: str) -> str:
    """A host as SIP writes it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
