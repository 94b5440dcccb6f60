"""What a request is refused for before anybody looks at what it wants (RFC 3261 section 8.2)."""

from __future__ import annotations

from typing import NamedTuple

from pbx.sip.abilities import ALLOW, EXTENSIONS, METHODS, SCHEMES, SDP, WITHIN_DIALOGS
from pbx.sip.headers.address import Address
from pbx.sip.headers.date import check_date
from pbx.sip.message import Request
from pbx.sip.multipart import media_type, unwrap
from pbx.sip.session.refresh import LEAST_S, too_brief

NEGOTIATING = frozenset(("INVITE", "UPDATE", "PRACK"))
"""Methods whose bodies describe sessions."""
ACCEPTED = frozenset((SDP, "application/*", "*/*"))


class Objection(NamedTuple):
    """A final status, and the headers that say what would have been taken."""

    status: int
    fields: tuple[tuple[str, str], ...] = ()


def objection(request: Request) -> Objection | None:
    """The refusal of a request that asks for what we do not know; None where nothing speaks against it.

    Raises ParseError.
    """
    if request.uri.kind not in SCHEMES:
        return Objection(416)
    if request.has("require"):
        unknown = [tag for tag in request.values("require") if tag.lower() not in EXTENSIONS]
        if unknown:
            return Objection(420, (("unsupported", ", ".join(unknown)),))
    if request.has("date"):
        check_date(request.get("date") or "")
    if request.method in NEGOTIATING:
        return _negotiation(request)
    if request.method == "REGISTER":
        for contact in request.values("contact"):
            if contact != "*":
                Address.parse(contact)  # readable, or refused before anybody proves anything
    return None


def _negotiation(request: Request) -> Objection | None:
    if too_brief(request):
        return Objection(422, (("min-se", str(LEAST_S)),))
    if request.body and (not unwrap(request) or media_type(request.get("content-type") or SDP) != SDP):
        return Objection(415, (("accept", SDP),))
    if request.method == "INVITE":
        if request.number("max-breadth") == 0:
            return Objection(440)  # RFC 5393 section 5.3.3.1
        if request.has("accept") and not ACCEPTED.intersection(map(media_type, request.values("accept"))):
            return Objection(406)
    return None


def misplaced(request: Request) -> Objection | None:
    """The refusal of a request that came outside any dialog, where its method does not belong there."""
    if request.method not in METHODS:
        return Objection(501, (("allow", ALLOW),))
    if request.method in WITHIN_DIALOGS:
        return Objection(481, (("allow", ALLOW),))
    return None
