"""One leg's audio: its port on the plane, and what offer and answer made of it."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from msgspec import structs

from pbx.call import codec_choice
from pbx.call.transport import LegTransport
from pbx.media.codecs import CODECS
from pbx.plane.protocol import MediaPort, Plane, PlaneFull, RemoteMedia
from pbx.sdp.crypto import SrtpPolicy
from pbx.sdp.dtmf import DigitWay, DtmfMode, way_of
from pbx.sdp.formats import payload_types
from pbx.sdp.model import is_nowhere
from pbx.sdp.offer_answer import (
    OUR_DTMF_TYPE,
    AudioOffer,
    read_audio,
    write_answer,
    write_offer,
)
from pbx.sdp.security import Security
from pbx.sip.text import is_address


class Terms(NamedTuple):
    """What one far side is offered, as far as it is not the same for all."""

    host: str
    """Our address that its signalling uses, and that its audio is to come to."""
    security: Security = Security.NONE
    """How our offer is secured, where the policy leaves the choice."""
    codecs: tuple[str, ...] = ()
    """The codecs offered, the preferred one first; none: what the leg has."""
    srtp: SrtpPolicy | None = None
    """Its policy for secured audio; None: what the leg has."""
    dtmf: DtmfMode | None = None
    """How it has digits; None: as the leg does."""
    seen_at: str = ""
    """The host that its signalling comes from, or goes to."""


class LegAudio:
    """The audio of one leg. Bodies are SDP; reading one raises SdpError."""

    __slots__ = (
        "_befits", "_codecs", "_heeded", "_host", "_leg", "_plane", "_seen_at", "_session_id", "_transport", "_types",
        "_version", "allowed", "codec", "dtmf", "early", "port", "remote", "srtp", "tone_at",
    )  # fmt: skip

    def __init__(
        self,
        plane: Plane,
        leg: str,
        session_id: int,
        srtp: SrtpPolicy = SrtpPolicy.OFFER,
        codecs: tuple[str, ...] = codec_choice.DEFAULT,
    ) -> None:
        """``codecs`` are those that are spoken here at all, in the order in which they are preferred."""
        self._plane = plane
        self._leg = leg
        self._session_id = session_id
        self._version = 0
        self._transport = LegTransport(plane.certificate)
        self._host = self._seen_at = ""
        self._befits = Security.NONE
        self.srtp = srtp
        self.port: MediaPort | None = None
        self.remote: AudioOffer | None = None
        """The far side's last description."""
        self.codec: str | None = None
        """What was agreed upon."""
        self._codecs = tuple(name for name in codecs if name in CODECS)
        self.allowed: tuple[str, ...] = self._codecs
        """The codecs to be used here, the preferred one first."""
        self._types: dict[str, int] = {}
        """The payload types that codecs have had in this session."""
        self.early = b""
        """The answer that was given before the call was answered, for early media."""
        self.dtmf = DtmfMode.AUTO
        self.tone_at: tuple[str, float] = ("", -inf)
        """The last digit that the plane heard, and when."""
        self._heeded = False

    def meet(self, terms: Terms) -> None:
        """Let the terms of one far side apply from now on: the one that called, is offered to, or answers."""
        self._host, self._befits, self._seen_at = terms.host, terms.security, terms.seen_at
        if terms.codecs:
            self.allowed = terms.codecs
        if terms.srtp is not None:
            self.srtp = terms.srtp
        if terms.dtmf is not None:
            self.dtmf = terms.dtmf

    def open(self, near: str | None = None) -> MediaPort:
        """Take the port for where the audio is to be, unless it is taken. Raises PlaneFull."""
        if self.port is None or self.port.host != self._host:
            try:
                self.port = self._plane.open(self._leg, near=near, host=self._host)
            except PlaneFull:
                if self.port is None:
                    raise
                # On the address that it had: there are far sides that send to either family, and are then heard.
        return self.port

    def offer(
        self,
        *,
        beside: tuple[str, ...] = (),
        fixed: bool = False,
        direction: str = "sendrecv",
        security: Security | None = None,
    ) -> bytes:
        """Our offer for an open port; ``beside`` are the codecs of who will be talked with, see ``order_for``.

        ``security`` makes it one of several of which the far sides of a search choose, as far as the policy allows;
        None keeps what is in force, or is what befits a far side that offered nothing.
        """
        port = self.open()
        self._version += 1
        usable = tuple(name for name in self.allowed if name in self._codecs) or self._codecs
        beside = beside or self.speaks if self.codec else beside
        anew, remote = security is None, self.remote
        if security is None:
            security = self._befits if remote is None else remote.security
        security = self._under_policy(security)
        crypto, transport = self._transport.offer(security, port, remote, anew=anew)
        order = codec_choice.order_for(usable, beside, fixed=fixed)
        dtmf = OUR_DTMF_TYPE if remote is None or remote.dtmf_type is None else remote.dtmf_type
        self._types |= payload_types(order, self._types, dtmf)
        return write_offer(
            port.host,
            port.port,
            self._session_id,
            self._version,
            direction=direction,
            dtmf_type=dtmf if self._events else None,
            protocol=remote.protocol if anew and remote is not None else security.protocol,
            crypto=crypto,
            transport=transport,
            allowed=order,
            taken=self._types,
        )

    def _under_policy(self, wanted: Security) -> Security:
        """How an offer is secured that would best be secured so."""
        if self.srtp is SrtpPolicy.NEVER:
            return Security.NONE
        if wanted is Security.DTLS and not self._transport.can_shake:
            return Security.SDES
        return Security.SDES if wanted is Security.NONE and self.srtp is SrtpPolicy.REQUIRED else wanted

    def answer(self, *, prefer: str | None = None, direction: str | None = None) -> bytes:
        """Our answer to the far side's last offer; its audio is connected."""
        remote = self.remote
        assert remote is not None, "an answer needs an offer"
        port = self.open()
        self._version += 1
        self.codec = codec_choice.choose(remote.codecs, self.allowed, () if prefer is None else (prefer,))
        crypto, transport = self._transport.answer(remote, port)
        self._connect(remote)
        return write_answer(
            remote,
            port.host,
            port.port,
            self._session_id,
            self._version,
            codec=self.codec,
            direction=direction,
            crypto=crypto,
            transport=transport,
        )

    def answer_early(self, *, prefer: str | None = None) -> bytes:
        """Our answer for a provisional response; the final one repeats it."""
        self.early = self.answer(prefer=prefer)
        return self.early

    def take_offer(self, body: bytes) -> AudioOffer:
        """Read the far side's offer; nothing changes where it cannot be read.

        Audio is of the offer's family, whichever the signalling is of (RFC 6157 section 4).
        """
        self.remote = remote = self._read(body)
        if not is_nowhere(remote.host) and is_address(remote.host) and (":" in remote.host) != (":" in self._host):
            self._host = remote.host
        return remote

    def take_answer(self, body: bytes, *, beside: tuple[str, ...] = ()) -> AudioOffer:
        """Read the far side's answer to our offer; its audio is connected.

        Of several codecs it is best one of those ``beside``; where nobody says, the one in use.
        """
        remote = self._read(body)
        self._transport.check_answer(remote)
        self.remote = remote
        beside = beside or (self.speaks if self.codec else ())
        self.codec = codec_choice.choose(remote.codecs, remote.codecs, beside)
        self._connect(remote)
        return remote

    @property
    def speaks(self) -> tuple[str, ...]:
        """The codec in use; before there is one, those that the far side offered."""
        if self.codec is not None:
            return (self.codec,)
        return () if self.remote is None else self.remote.codecs

    def _read(self, body: bytes) -> AudioOffer:
        remote = read_audio(body, self.srtp, dtls=self._transport.can_shake, codecs=self._codecs)
        return remote if self._events else structs.replace(remote, dtmf_type=None)

    def _connect(self, remote: AudioOffer) -> None:
        assert self.codec is not None
        port = self.open()
        unroutable = remote.nowhere
        keys, handshake, checks, muxed = self._transport.agreed(remote)
        dtmf_type, dtmf_clock = remote.digits_beside(self.codec)
        accepts = {number: name for name, number in remote.types.items()}
        accepts |= {number: name for name, number in self._types.items()}  # to us it may speak as we described it
        self._types = self._types | remote.types
        media = RemoteMedia(
            host=remote.host,
            port=0 if unroutable else remote.port,
            rtcp_port=0 if unroutable else remote.rtcp_port,
            payload_type=remote.types[self.codec],
            dtmf_type=dtmf_type,
            tones=self.digits is DigitWay.TONES,
            send=not remote.held,
            receive=remote.direction in ("sendrecv", "sendonly"),
            keys=keys,
            handshake=handshake,
            checks=checks,
            rtcp_mux=muxed,
            seen_at=self._seen_at,
            xr=remote.xr,
            dtmf_clock=dtmf_clock,
            codec=self.codec,
            packet_ms=remote.packet_ms,
            accepts=tuple(accepts.items()),
            comfort_noise=remote.comfort_noise,
        )
        self._plane.connect(self._leg, media, host=port.host)

    @property
    def _events(self) -> bool:
        """Whether telephone-events may be agreed on."""
        return self.dtmf in (DtmfMode.AUTO, DtmfMode.RFC4733)

    @property
    def digits(self) -> DigitWay:
        """How digits come from the far side, and go there."""
        return way_of(self.dtmf, None if self.remote is None else self.remote.dtmf_type)

    def use_info(self) -> None:
        """The far side sends its digits by INFO, and gets ours so from now on."""
        self.dtmf = DtmfMode.INFO
        if self.remote is not None and self.codec is not None:
            self._connect(self.remote)

    def heed(self, wanted: bool) -> None:
        """Have the far side's tones listened for, or no more."""
        if wanted != self._heeded:
            self._heeded = wanted
            self._plane.heed_digits(self._leg, wanted)

    def close(self) -> bool:
        """Give the port back; whether there was one (the plane then tells the final figures)."""
        if self.port is None:
            return False
        self._plane.close(self._leg)
        return True
