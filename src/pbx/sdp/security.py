"""The ways in which audio can be secured, and what a media line's transport says of them."""

from __future__ import annotations

from enum import Enum

from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.model import Media

PLAIN = ("RTP/AVP", "RTP/AVPF")
KEYED = ("RTP/SAVP", "RTP/SAVPF")
SHAKEN = ("UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP")


class Security(Enum):
    """How audio is secured."""

    NONE = "none"
    SDES = "sdes"
    """With keys that the descriptions carry (RFC 4568)."""
    DTLS = "dtls"
    """With keys that a handshake finds, by certificates that the descriptions name (RFC 5763)."""

    @property
    def protocol(self) -> str:
        """What a media line of ours says."""
        return {Security.NONE: PLAIN, Security.SDES: KEYED, Security.DTLS: SHAKEN}[self][0]


def security_of(media: Media) -> Security | None:
    """How a media line would be secured; None for a transport that is unknown, or whose key is missing.

    RTP/SAVP(F) with a fingerprint and no key is what browsers once wrote, and is still to be taken (RFC 8829
    section 5.1.2).
    """
    if media.protocol in PLAIN:
        return Security.NONE
    if media.protocol in KEYED and media.crypto:
        return Security.SDES
    if media.protocol in KEYED + SHAKEN and media.transport.fingerprints:
        return Security.DTLS
    return None


def ways_under(policy: SrtpPolicy, dtls: bool) -> tuple[tuple[Security, ...], ...]:
    """What a policy lets us take, in groups, the better first; ``dtls``: whether we can do that."""
    secured = (Security.SDES, Security.DTLS) if dtls else (Security.SDES,)
    plain = (Security.NONE,)
    return {SrtpPolicy.NEVER: (plain,), SrtpPolicy.OFFER: (secured, plain), SrtpPolicy.REQUIRED: (secured,)}[policy]
