"""What we can do, as our headers tell it: methods (Allow), extensions (Supported), kinds of address and of body."""

from __future__ import annotations

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, REGISTER, PRACK, UPDATE, REFER, NOTIFY, SUBSCRIBE, MESSAGE"
"""The methods that are served today."""
WITHIN_DIALOGS = frozenset(("BYE", "INFO", "PRACK", "UPDATE", "NOTIFY"))
"""Methods that make no sense outside a dialog: 481 there."""
METHODS = frozenset(ALLOW.split(", ")) | WITHIN_DIALOGS | {"MESSAGE", "PUBLISH", "REFER", "SUBSCRIBE"}
"""The methods that are known, served or not; any other gets 501 (RFC 3261 section 21.5.2)."""
SUPPORTED = "100rel, timer, replaces"
"""The extensions that are supported (RFC 3262, RFC 4028, RFC 3891)."""
SUPPORTED_LATE = "timer, replaces"
"""Those of an INVITE without an offer: a reliable response would bring one, which our user could not answer yet."""
EXTENSIONS = frozenset(SUPPORTED.split(", ")) | {"path", "outbound"}
"""The option tags that may be required of us; the last two matter to REGISTER (RFC 3327, RFC 5626)."""
SCHEMES = frozenset(("sip", "sips", "tel"))
SDP = "application/sdp"
