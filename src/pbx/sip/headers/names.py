"""Header names: compact forms (RFC 3261 section 7.3.3) and the spelling we write."""

from __future__ import annotations

COMPACT = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "e": "content-encoding", "f": "from",
    "i": "call-id", "k": "supported", "l": "content-length", "m": "contact", "o": "event", "r": "refer-to",
    "s": "subject", "t": "to", "u": "allow-events", "v": "via", "x": "session-expires", "y": "identity",
    "d": "request-disposition", "j": "reject-contact", "n": "identity-info",
}  # fmt: skip

SPELLING = {
    "call-id": "Call-ID", "cseq": "CSeq", "mime-version": "MIME-Version", "www-authenticate": "WWW-Authenticate",
    "rseq": "RSeq", "rack": "RAck",
}  # fmt: skip

_COMMON = (
    "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "Content-Type", "Content-Length",
    "User-Agent", "Server", "Allow", "Supported", "Require", "Proxy-Require", "Route", "Record-Route", "Expires",
    "Authorization", "Proxy-Authorization", "WWW-Authenticate", "Proxy-Authenticate", "Reason", "Warning",
    "Retry-After", "Accept", "Date", "Subject", "Unsupported", "Min-Expires", "Session-Expires", "Min-SE",
    "P-Asserted-Identity", "Privacy", "Allow-Events", "Event", "Subscription-State",
)  # fmt: skip

_KEYS: dict[str, str] = {name: name.lower() for name in _COMMON}
_KEYS |= {name.lower(): name.lower() for name in _COMMON}
_KEYS |= COMPACT | {short.upper(): name for short, name in COMPACT.items()}


def key_of(name: str) -> str:
    """The one key under which all spellings of a header are found: lower case, long form."""
    key = _KEYS.get(name)
    if key is None:
        lower = name.lower()
        key = COMPACT.get(lower, lower)
    return key


def spelling_of(key: str) -> str:
    """How we write a header whose key this is."""
    return SPELLING.get(key) or "-".join(part.capitalize() for part in key.split("-"))
