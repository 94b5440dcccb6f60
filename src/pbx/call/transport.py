"""How one leg's audio travels: what secures it, who checks the way, and whether RTCP has a port of its own.

What was agreed upon stays through re-INVITEs: keys (RFC 4568 section 7.1.4), the roles of a handshake for as long as
the far side's certificate is the same (RFC 8842 section 5.3), and the credentials of checks until the far side changes
its own, which restarts ICE (RFC 8839 section 4.4.1.1.1).
"""

from __future__ import annotations

import os

from msgspec.structs import replace

from pbx.call.keys import LegKeys
from pbx.plane.protocol import Checks, Handshake, MediaKeys, MediaPort
from pbx.sdp.crypto import Crypto
from pbx.sdp.dtls import Fingerprint, Setup
from pbx.sdp.errors import SdpError
from pbx.sdp.ice import Candidate, IceCredentials
from pbx.sdp.offer_answer import AudioOffer
from pbx.sdp.security import Security
from pbx.sdp.transport import NOTHING_SAID, Transport

MID = "0"
"""The name of the only media line that we offer."""


class LegTransport:
    """For one leg; ``certificate`` is what our side of a handshake shows, None where the plane can do none."""

    __slots__ = ("_begins", "_certificate", "_checked", "_credentials", "_keys", "_known", "_muxed", "_put_forward")

    def __init__(self, certificate: Fingerprint | None) -> None:
        self._certificate = certificate
        self._keys = LegKeys()
        self._put_forward: set[Security] = set()  # of which an answer may choose
        self._muxed = False  # whether RTCP shares the port of RTP
        self._begins = False  # whether we begin the handshake
        self._known: tuple[Fingerprint, ...] = ()  # the certificate for which that was agreed
        self._credentials: IceCredentials | None = None
        self._checked: IceCredentials | None = None  # the far side's, to which ours belong

    @property
    def can_shake(self) -> bool:
        return self._certificate is not None

    def offer(
        self, security: Security, port: MediaPort, remote: AudioOffer | None, *, anew: bool
    ) -> tuple[tuple[Crypto, ...], Transport]:
        """What goes into our offer; ``anew`` when it takes the place of what was offered before."""
        self._stand_at(port)
        if anew:
            self._put_forward.clear()
        self._put_forward.add(security)
        keys = self._keys.offer() if security is Security.SDES else ()
        if security is Security.DTLS:
            named = Transport(rtcp_mux=True, mid=MID, bundled=True)
            if anew and remote is not None:
                named = replace(named, mid=remote.transport.mid, bundled=remote.transport.bundled)
            return keys, self._checkable(self._shaken(named, Setup.ACTPASS), port)
        return keys, Transport(rtcp_mux=True) if anew and self._muxed else NOTHING_SAID

    def answer(self, offer: AudioOffer, port: MediaPort) -> tuple[Crypto | None, Transport]:
        """What goes into our answer to an offer."""
        theirs = offer.transport
        if offer.checks and theirs.ice != self._checked:
            if self._checked is not None:
                self._credentials = None
            self._checked = theirs.ice
        self._stand_at(port)
        self._muxed = theirs.rtcp_mux and self.can_shake
        ours = Transport(rtcp_mux=self._muxed, mid=theirs.mid, bundled=theirs.bundled)
        crypto = self._keys.answer(offer.crypto)
        if offer.security is Security.DTLS:
            self._begin(offer, begins=theirs.setup in (Setup.PASSIVE, Setup.ACTPASS))
            ours = self._shaken(ours, Setup.ACTIVE if self._begins else Setup.PASSIVE)
        return crypto, self._checkable(ours, port) if offer.checks and self._muxed else ours

    def _stand_at(self, port: MediaPort) -> None:
        """Be what the port's maker is, where that has an identity of its own."""
        if port.identity is not None:
            self._certificate = port.identity.certificate or self._certificate
            self._credentials = port.identity.checks or self._credentials
            self._keys.use(port.identity.keys)

    def check_answer(self, answer: AudioOffer) -> None:
        """Whether an answer takes what was offered. Raises SdpError for one that changes it (RFC 3264 section 6)."""
        if answer.security not in self._put_forward:
            raise SdpError("the answer is not over the transport that was offered", 302)
        if answer.crypto is not None:
            self._keys.check_answer(answer.crypto)
        self._muxed = answer.transport.rtcp_mux and (self._muxed or answer.security is Security.DTLS)
        if answer.security is Security.DTLS:
            if answer.transport.setup is Setup.ACTPASS:
                raise SdpError("the answer's a=setup must be active or passive", 302)
            self._begin(answer, begins=answer.transport.setup is not Setup.ACTIVE)
            self._checked = self._checked or answer.transport.ice

    def agreed(self, remote: AudioOffer) -> tuple[MediaKeys | None, Handshake | None, Checks | None, bool]:
        """For the plane: keys that the descriptions carried, or whose certificate is expected and who begins; what the
        far side's checks are recognised by; whether RTCP shares the port of RTP."""
        shaken = remote.security is Security.DTLS
        handshake = Handshake(remote.transport.fingerprints, self._begins) if shaken else None
        ours, theirs = self._credentials, remote.transport.ice
        checks = None
        if remote.checks and self._muxed and ours is not None and theirs is not None:
            checks = Checks(ours, theirs.ufrag)
        return self._keys.agreed(remote.crypto), handshake, checks, self._muxed

    def _begin(self, remote: AudioOffer, *, begins: bool) -> None:
        """Settle who begins, unless that is settled for this certificate and the far side leaves it open."""
        fingerprints = remote.transport.fingerprints
        if remote.transport.setup is not Setup.ACTPASS or fingerprints != self._known:
            self._begins, self._known = begins, fingerprints

    def _shaken(self, transport: Transport, setup: Setup) -> Transport:
        """The same with our certificate."""
        assert self._certificate is not None, "DTLS was neither to be offered nor taken"
        return replace(transport, fingerprints=(self._certificate,), setup=setup)

    def _checkable(self, transport: Transport, port: MediaPort) -> Transport:
        """The same with our credentials and our only candidate."""
        if self._credentials is None:
            self._credentials = IceCredentials(os.urandom(4).hex(), os.urandom(16).hex())
        candidates = (Candidate(port.host, port.port),)
        return replace(transport, ice=self._credentials, ice_lite=True, candidates=candidates)
