"""What a 3xx says: where else to try (RFC 3261 section 8.1.3.4)."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from msgspec.structs import replace

from pbx.sip.errors import ParseError
from pbx.sip.flow import Places
from pbx.sip.headers.address import Address
from pbx.sip.message import Response
from pbx.sip.text import bare_host
from pbx.sip.uri import Uri

FOLLOWED = (300, 301, 302)
"""305 is deprecated and 380 asks for another service: neither is followed."""
SCHEMES = ("sip", "sips", "tel")
MAX_CONTACTS = 10
"""Contacts that are looked at; whoever names more wants something else than this call."""


def alternatives(response: Response | None, *, sips_only: bool = False) -> list[list[Uri]]:
    """The places that a response names to try instead: groups of equal ``q``, the best first.

    Headers that a Contact asks to add to the request are left out: they are the far side's words, not ours
    (section 19.1.5). Contacts that cannot be read or called are passed over. ``sips_only``: a call that was to be
    secure does not go on in the clear.
    """
    if response is None or response.status not in FOLLOWED:
        return []
    try:
        contacts = [Address.parse(value) for value in response.values("contact")[:MAX_CONTACTS]]
    except ParseError:
        return []
    preference = attrgetter("preference")
    wanted = sorted(
        (one for one in contacts if one.uri.kind in (("sips",) if sips_only else SCHEMES)), key=preference, reverse=True
    )
    return [[replace(one.uri, headers="") for one in group] for _, group in groupby(wanted, preference)]


def own_number(uri: Uri, places: Places, domains: frozenset[str]) -> str | None:
    """The number that a Contact means where it leads back to this switch: our address, our name, or a tel URI."""
    if uri.kind == "tel":
        return uri.number
    host = bare_host(uri.host).lower()
    ours = host in domains or any(host == place and uri.port in (None, port) for place, port in places.values())
    return uri.number if ours and uri.user else None
