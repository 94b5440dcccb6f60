"""Why a leg is without audio, in the names that events have, and in words for the log: no key, no address."""

from __future__ import annotations

NO_HANDSHAKE = "handshake"
WRONG_CERTIFICATE = "certificate"
NO_SUITE = "suite"
CHECKS_CEASED = "checks"

IN_WORDS = {
    NO_HANDSHAKE: "its handshake was broken off, or never answered",
    WRONG_CERTIFICATE: "its certificate is not the one that its description named",
    NO_SUITE: "no way to secure it was agreed upon in its handshake",
    CHECKS_CEASED: "neither a check nor a packet for half a minute: the far side is gone, or its way to us",
}
