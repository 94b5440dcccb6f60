"""Who calls: what is believed of a request's From, P-Asserted-Identity and Privacy (RFC 3261, 3323, 3325).

A phone of ours is the extension that it proved to be, whatever its From says. A trusted peer (a trunk) is believed
what it asserts. Anybody else is who they say, and nothing of it is asserted to others.
"""

from __future__ import annotations

from msgspec import Struct

from pbx.sip.errors import ParseError
from pbx.sip.headers.address import Address
from pbx.sip.headers.auth import Credentials
from pbx.sip.message import Request

ANONYMOUS = "anonymous"
MAX_NAME = 80
"""Characters of a display name that are kept."""
HIDING = frozenset(("id", "user", "header"))
"""The values of Privacy that ask for a hidden caller (RFC 3323 section 4.2, RFC 3325 section 9.3)."""


class Caller(Struct, frozen=True):
    """Who calls, as far as it is known."""

    number: str
    name: str
    private: bool = False
    """Whether the caller asks not to be shown to people."""
    asserted: bool = False
    """Whether the number is proven: by a password, or by a peer that we trust."""


def claimed(request: Request, realm: str) -> str:
    """The user that a phone says it is: From, or behind an anonymous From what it prefers to be called.

    Where its From names somebody else than its credentials for our realm, those count: they can be proven.
    """
    extension = request.from_.uri.username
    for value in request.get_all("authorization"):
        try:
            credentials = Credentials.parse(value)
        except ParseError:
            continue
        if credentials.realm == realm:
            return credentials.username
    if _is_anonymous(request.from_) and (preferred := _first(request, "p-preferred-identity")) is not None:
        return preferred.uri.username
    return extension


def caller_of(request: Request, account: str | None, *, trusted: bool = False, name: str = "") -> Caller:
    """Who calls; ``account`` is the extension that was proven, of somebody with another ``name`` than the phone says
    where one is given; ``trusted`` whether the peer is believed."""
    said = request.from_
    private = _is_anonymous(said) or _asks_for_privacy(request)
    if account is not None:
        name = "" if _is_anonymous(said) else displayable(name or said.display)
        return Caller(account, name, private, asserted=True)
    asserted = _first(request, "p-asserted-identity") if trusted else None
    if asserted is not None:
        return Caller(asserted.uri.number, displayable(asserted.display), private, asserted=True)
    return Caller(said.uri.number, displayable(said.display), private)


def displayable(name: str) -> str:
    """A display name as it may be shown and sent on: one line of printable characters, not too long."""
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())[:MAX_NAME]


def _is_anonymous(address: Address) -> bool:
    return address.uri.username.lower() == ANONYMOUS or address.uri.host.lower().endswith(".invalid")


def _asks_for_privacy(request: Request) -> bool:
    wanted = {one.strip().lower() for value in request.get_all("privacy") for one in value.split(";")}
    return bool(wanted & HIDING)


def _first(request: Request, key: str) -> Address | None:
    """The first identity of a header that names a caller (RFC 3325 section 9.1: a sip and a tel URI at most)."""
    try:
        for value in request.values(key):
            address = Address.parse(value)
            if address.uri.kind in ("sip", "sips", "tel"):
                return address
    except ParseError:
        return None
    return None
