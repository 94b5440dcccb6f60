"""Whose packets are a leg's: the rule, in one place.

*Plain RTP* proves nothing, so all that counts is where a packet comes from, by how well that fits what was signalled:

3. the very address of the description,
2. another port of its host (a NAT that maps ports anew, a phone that sends from elsewhere),
1. the host that the signalling comes from (a phone behind NAT, whose description has its private address),
0. anywhere else, and only where the description may well be wrong (``MediaSources``).

The first source is learnt, and we send to it (symmetric RTP, RFC 4961). One that stands higher takes over from it, so
that a stranger who won the race (RTP bleed) loses it as soon as the phone itself speaks; there are three such changes
at most. Anything else that comes to the port is foreign: counted, never looked into, whatever SSRC and sequence number
it has. Before the far side's description is known there is nobody to listen to.

*SRTP* proves whose a packet is: the first authentic one is learnt from, wherever it comes from, and the same order says
who takes over. A packet that was seen before is no proof (replay). With *DTLS* there are no keys, and thus no packets,
before the handshake with the certificate of the description.

With *ICE* the description's address means nothing, and neither does where packets come from: the source is the address
whose check was signed with our password and nominated it (``ice``), and no packet changes that.
"""

from __future__ import annotations

from enum import Enum

from pbx.plane.ports import Address
from pbx.plane.protocol import RemoteMedia

STRANGER, SEEN, HOST, SIGNALLED = range(4)


class MediaSources(Enum):
    """Whom a leg that nobody was heard from yet may learn as its source, where packets prove nothing."""

    SIGNALLED = "signalled"
    """The host of the description alone."""
    NAT = "nat"
    """Also whoever comes first, where a phone seems to be behind NAT: its signalling comes from another host than its
    description names."""
    ANY = "any"
    """Whoever comes first: for peers that send from other hosts than they name, without any NAT."""


def standing(origin: Address, signalled: Address | None, remote: RemoteMedia) -> int:
    """How well an origin fits what was signalled."""
    if signalled is not None and origin[0] == signalled[0]:
        return SIGNALLED if origin == signalled else HOST
    return SEEN if origin[0] == remote.seen_at else STRANGER


def may_be_learnt(
    origin: Address,
    source: Address | None,
    signalled: Address | None,
    remote: RemoteMedia | None,
    sources: MediaSources = MediaSources.NAT,
) -> bool:
    """Whether packets from an origin may take the place of the leg's source, or be its first."""
    if remote is None or remote.checks is not None:
        return False
    rank = standing(origin, signalled, remote)
    if source is not None and rank <= standing(source, signalled, remote):
        return False
    if rank >= HOST or sources is MediaSources.ANY or remote.keys is not None or remote.handshake is not None:
        return True
    hidden = signalled is None or signalled[0] != remote.seen_at
    return sources is MediaSources.NAT and hidden
