"""Descriptions for rtpengine: what it is told of the two ends of a pair, and what it tells of its own (SDP).

Each pair of rtpengine's has a *far* side, where a phone is, and an *inner* side, which is always in the clear. To it
the inner side always is the one that offers, whoever called whom. So its keys, fingerprint and ICE credentials for the
far side are known as soon as the pair is made, and stay whatever the phone then chooses of them.
"""

from __future__ import annotations

from msgspec import Struct

from pbx.media.codecs import CODECS, PCMU
from pbx.plane.protocol import Identity, MediaPort, RemoteMedia
from pbx.plane.rtpengine.bencode import Value
from pbx.sdp import text
from pbx.sdp.crypto import Crypto
from pbx.sdp.dtls import Setup
from pbx.sdp.errors import SdpError
from pbx.sdp.formats import formats_for
from pbx.sdp.ice import Candidate, IceCredentials
from pbx.sdp.model import Format, Media, is_nowhere
from pbx.sdp.security import Security
from pbx.sdp.transport import NOTHING_SAID, Transport

NOWHERE = MediaPort("127.0.0.1", 9)
"""The discard port, where an end is not known yet."""
UNUSED = ("AES_256_CM_HMAC_SHA1", "AES_192_CM_HMAC_SHA1", "F8_128_HMAC_SHA1", "NULL_HMAC_SHA1")
NO_SUITES = (*(f"no-{suite}_{bits}" for suite in UNUSED for bits in (80, 32)), "no-AEAD_AES_256_GCM")
"""What rtpengine would offer and our descriptions do not."""
DIRECTIONS = {
    (True, True): "sendrecv",
    (True, False): "recvonly",
    (False, True): "sendonly",
    (False, False): "inactive",
}
"""What a far side says, by whether we may send to it and hear it."""
UNKNOWN_PASSWORD = "x" * 24
"""Of a far side's checks: we are lite, make none, and were never told."""

Fields = dict[str, Value]


class Side(Struct, frozen=True):
    """One side of a pair, as rtpengine describes it."""

    port: MediaPort
    identity: Identity
    tags: dict[str, int]
    """The tag of each suite in its offer."""


def read_side(answer: str) -> Side:
    """Read a description of rtpengine's. Raises SdpError."""
    media = text.parse(answer.encode()).media
    if not media or not media[0].port:
        raise SdpError("rtpengine described no audio", 304)
    one = media[0]
    fingerprints = one.transport.fingerprints
    identity = Identity(
        keys={crypto.suite: crypto.key for crypto in one.crypto},
        certificate=fingerprints[0] if fingerprints else None,
        checks=one.transport.ice,
    )
    return Side(MediaPort(one.host, one.port, identity), identity, {crypto.suite: crypto.tag for crypto in one.crypto})


def inner_end(at: MediaPort, remote: RemoteMedia | None) -> Fields:
    """The inner side's offer: where its audio is wanted, in what the far side speaks, and how that is offered it."""
    described = _line(at.port, Security.NONE.protocol, _formats(remote))
    return {"sdp": text.write(at.host, 1, 1, (described,)), **_towards(remote)}


def far_end(remote: RemoteMedia | None, side: Side) -> Fields:
    """The far side's answer to the offer that it had through ``side``."""
    if remote is None:
        return {"sdp": text.write(NOWHERE.host, 1, 1, (_line(NOWHERE.port, Security.NONE.protocol, _formats(None)),))}
    known = bool(remote.port) and not is_nowhere(remote.host)
    at = MediaPort(remote.host, remote.port) if known else NOWHERE
    crypto: tuple[Crypto, ...] = ()
    if remote.keys is not None:
        crypto = (Crypto(side.tags[remote.keys.suite], remote.keys.suite, remote.keys.theirs),)
    line = _line(
        at.port,
        _security(remote).protocol,
        _formats(remote),
        direction=DIRECTIONS[remote.send and known, remote.receive],
        crypto=crypto,
        transport=_transport(remote, at),
        rtcp_port=remote.rtcp_port if known and not remote.rtcp_mux else None,
    )
    return {"sdp": text.write(at.host, 1, 1, (line,)), "ICE": "remove"}


def _towards(remote: RemoteMedia | None) -> Fields:
    """How the far side is offered: all ways of securing it at once, until it is known which one it takes."""
    fields: Fields = {"SDES": list(NO_SUITES)}
    if remote is None:
        return fields | {
            "transport-protocol": Security.DTLS.protocol,
            "ICE": "force",
            "ICE-lite": "forward",
            "rtcp-mux": ["offer"],
        }
    fields["transport-protocol"] = _security(remote).protocol
    fields["rtcp-mux"] = ["offer"] if remote.rtcp_mux else ["demux"]
    return fields | ({"ICE": "force", "ICE-lite": "forward"} if remote.checks is not None else {"ICE": "remove"})


def _security(remote: RemoteMedia) -> Security:
    if remote.handshake is not None:
        return Security.DTLS
    return Security.NONE if remote.keys is None else Security.SDES


def _transport(remote: RemoteMedia, at: MediaPort) -> Transport:
    handshake, checks = remote.handshake, remote.checks
    if handshake is None and checks is None and not remote.rtcp_mux:
        return NOTHING_SAID
    setup = None if handshake is None else Setup.PASSIVE if handshake.begins else Setup.ACTIVE
    return Transport(
        rtcp_mux=remote.rtcp_mux,
        ice=None if checks is None else IceCredentials(checks.their_ufrag, UNKNOWN_PASSWORD),
        candidates=(Candidate(at.host, at.port),) if checks is not None else (),
        fingerprints=() if handshake is None else handshake.fingerprints,
        setup=setup,
    )


def _formats(remote: RemoteMedia | None) -> tuple[Format, ...]:
    if remote is None:
        return formats_for({PCMU.name: PCMU.payload_type}, {})
    named = remote.codec or next(one.name for one in CODECS.values() if one.payload_type == remote.payload_type)
    types = {named: remote.payload_type, **{name: number for number, name in remote.accepts if name != named}}
    return formats_for(types, {} if remote.dtmf_type is None else {remote.dtmf_clock: remote.dtmf_type})


def _line(
    port: int,
    protocol: str,
    formats: tuple[Format, ...],
    *,
    direction: str = "sendrecv",
    crypto: tuple[Crypto, ...] = (),
    transport: Transport = NOTHING_SAID,
    rtcp_port: int | None = None,
) -> Media:
    numbers = tuple(str(one.payload_type) for one in formats)
    return Media(
        "audio",
        port,
        protocol,
        formats,
        numbers,
        "",
        direction,
        rtcp_port=rtcp_port,
        crypto=crypto,
        transport=transport,
    )
