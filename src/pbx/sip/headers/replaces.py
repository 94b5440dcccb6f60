"""Replaces: the dialog that an INVITE is to take the place of (RFC 3891 section 6.1)."""

from __future__ import annotations

from msgspec import Struct

from pbx.sip.errors import ParseError
from pbx.sip.text import find_param, parse_params


class Replaces(Struct, frozen=True):
    """A dialog as the receiver of the header sees it: ``to_tag`` is its own tag, ``from_tag`` the far one."""

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False
    """Whether only a dialog that is not answered yet may be replaced."""

    @staticmethod
    def parse(text: str) -> Replaces:
        """Read the value, its escapes undone. Raises ParseError where a part is missing."""
        call_id, _, rest = text.strip().partition(";")
        params = parse_params(rest)
        to_tag, from_tag = find_param(params, "to-tag"), find_param(params, "from-tag")
        if not call_id.strip() or not to_tag or not from_tag:
            raise ParseError(f"Replaces needs a Call-ID, to-tag and from-tag, found {text[:60]!r}")
        return Replaces(call_id.strip(), to_tag, from_tag, find_param(params, "early-only") is not None)

    def __str__(self) -> str:
        early_only = ";early-only" if self.early_only else ""
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}{early_only}"
