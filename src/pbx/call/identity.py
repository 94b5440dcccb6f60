"""How a call is introduced to whom it is sent on to: From, P-Asserted-Identity, Privacy and its history.

Towards a trusted peer a hidden caller is asserted and marked as private (RFC 3325 section 5); towards anybody else
(a phone is not part of the trust domain) nothing is said of it. A guest's number is shown, but never asserted.
"""

from __future__ import annotations

from pbx.call.call import Call
from pbx.routing import diversion
from pbx.routing.identity import ANONYMOUS
from pbx.sip.headers.address import Address
from pbx.sip.text import wire_host
from pbx.sip.uri import Uri, sip_uri

HIDDEN = Address(Uri("sip", ANONYMOUS, "anonymous.invalid"), "Anonymous")
"""The From of a caller who is not to be shown (RFC 3323 section 4.1.1.3)."""

Fields = tuple[tuple[str, str], ...]


def introduce(
    call: Call, callee: str, host: str, port: int | None, *, number: str, name: str, trusted: bool = False
) -> tuple[Address, Fields]:
    """From and the header fields of an INVITE to ``callee`` on behalf of a call.

    ``number`` and ``name`` are what is to be shown: the caller's, or another number of ours in its place. ``host``
    and ``port`` are our own address as the far side knows it.
    """
    shown = Address(sip_uri(number or ANONYMOUS, host, port), name)
    fields = diversion.write(call.diversions, callee, host, port) if call.diversions else ()
    if trusted and number and (call.asserted or number != call.caller):
        fields += (("p-asserted-identity", str(shown)),)
    if call.private and number in (call.caller, ""):
        return HIDDEN, (*fields, ("privacy", "id"))
    return shown, fields


def auto_answering(host: str) -> Fields:
    """What asks a phone to answer by itself: the standard's word (RFC 5373) and the two that phones know by custom.

    ``host`` is our own address; the URIs mean nothing, and none of it binds a phone.
    """
    nothing = f"<sip:{wire_host(host)}>"
    return (
        ("answer-mode", "Auto"),
        ("call-info", f"{nothing};answer-after=0"),
        ("alert-info", f"{nothing};info=alert-autoanswer;delay=0"),
    )
