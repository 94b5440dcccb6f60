"""name-addr and addr-spec: From, To, Contact, Route and their kin (RFC 3261 section 20.10)."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from pbx.sip.errors import ParseError
from pbx.sip.text import (
    TOKEN,
    Params,
    end_of_quoted,
    find_param,
    format_params,
    parse_params,
    quote,
    split_values,
    unquote,
)
from pbx.sip.uri import Uri


class Address(Struct, frozen=True):
    """``"Ana" <sip:1001@example.com>;tag=x``."""

    uri: Uri
    display: str = ""
    """The display name, unquoted."""
    params: Params = ()
    """The header's own parameters, those behind the ``>``."""

    @staticmethod
    def parse(text: str) -> Address:
        """Read one address. Raises ParseError."""
        return _parse(text)

    @staticmethod
    def parse_many(text: str) -> list[Address]:
        """Read a comma-separated list. Raises ParseError."""
        return [_parse(part) for part in split_values(text) if part]

    @property
    def tag(self) -> str | None:
        """The ``tag`` parameter, None where absent."""
        return find_param(self.params, "tag")

    def param(self, name: str) -> str | None:
        """A header parameter's value ('' where it has none); None where it is absent."""
        return find_param(self.params, name)

    @property
    def preference(self) -> float:
        """A contact's ``q``, from 0 to 1: 1 where it names none (section 20.10), 0 where it cannot be read."""
        text = self.param("q")
        try:
            q = 1.0 if text is None else float(text)
        except ValueError:
            return 0.0
        return min(q, 1.0) if q > 0 else 0.0

    def with_tag(self, tag: str) -> Address:
        """The same address with this tag."""
        others = tuple(param for param in self.params if param[0].lower() != "tag")
        return Address(self.uri, self.display, (*others, ("tag", tag)))

    def __str__(self) -> str:
        display = f"{quote(self.display)} " if self.display else ""
        return f"{display}<{self.uri}>{format_params(self.params)}"


@lru_cache(maxsize=8192)
def _parse(text: str) -> Address:
    text = text.strip()
    display = ""
    rest = text
    if text.startswith('"'):
        close = end_of_quoted(text, 0)
        display, rest = unquote(text[:close]), text[close:].lstrip()
        if not rest.startswith("<"):
            raise ParseError("expected '<' after the display name", close)
    opening = rest.find("<")
    if opening < 0:
        # Without brackets, all parameters belong to the header, not to the URI (section 20.10).
        bare, _, params = rest.partition(";")
        if "?" in bare or "," in bare:
            raise ParseError("a URI with '?' or ',' must stand in '<>'", len(bare))
        return Address(Uri.parse(bare.rstrip()), "", parse_params(params))
    if not display and opening:
        display = " ".join(rest[:opening].split())
        if not all(TOKEN.fullmatch(word) or not word.isascii() for word in display.split()):
            raise ParseError(f"a display name like {display[:40]!r} must be quoted")
    closing = rest.find(">", opening)
    if closing < 0:
        raise ParseError("'<' is never closed", opening)
    after = rest[closing + 1 :].strip()
    if after and not after.startswith(";"):
        raise ParseError(f"expected ';' after '>', found {after[:20]!r}", closing + 1)
    return Address(Uri.parse(rest[opening + 1 : closing]), display, parse_params(after))
