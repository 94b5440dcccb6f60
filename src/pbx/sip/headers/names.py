"""Header names: compact forms (RFC 3261 section 7.3.3) and the spelling we write."""

from __future__ import annotations

COMPACT = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "e": "content-encoding", "f": "from",
    "i": "call-id", "k": "supported", "l": "content-length", "m": "contact", "o": "event", "r": "refer-to",
    "s": "subject", "t": "to", "u": "allow-events", "v": "via", "x": "session-expires", "y": "identity",
    "d": "request-disposition", "j": "reject-contact", "n": "identity-info",
}  # fmt: skip

_COMMON = (
    "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "Content-Type", "Content-Length",
    "User-Agent", "Server", "Allow", "Supported", "Require", "Proxy-Require", "Route", "Record-Route", "Expires",
    "Authorization", "Proxy-Authorization", "WWW-Authenticate", "Proxy-Authenticate", "Reason", "Warning",
    "Retry-After", "Accept", "Date", "Subject", "Unsupported", "Min-Expires", "Session-Expires", "Min-SE",
    "P-Asserted-Identity", "Privacy", "Allow-Events", "Event", "Subscription-State", "MIME-Version", "RSeq", "RAck",
    "Refer-To", "Referred-By", "Replaces", "Max-Breadth",
)  # fmt: skip

SPELLINGS = {name.lower(): name for name in _COMMON}
"""How we write a header, by key; ``spelling_of`` knows the rest."""
KEYS = {name: name.lower() for name in _COMMON} | {name.lower(): name.lower() for name in _COMMON}
KEYS |= COMPACT | {short.upper(): name for short, name in COMPACT.items()}
"""The keys of names as they are mostly written; ``key_of`` knows the rest."""


def key_of(name: str) -> str:
    """The one key under which all spellings of a header are found: lower case, long form."""
    lower = name.lower()
    return COMPACT.get(lower, lower)


def spelling_of(key: str) -> str:
    """How we write a header whose key this is."""
    return SPELLINGS.get(key) or "-".join(part.capitalize() for part in key.split("-"))
