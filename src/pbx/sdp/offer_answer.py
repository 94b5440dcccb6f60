"""Offer and answer for one audio stream of G.711 and telephone-event, plain or secured (RFC 3264, 4733, 4568, 5763)."""

from __future__ import annotations

from msgspec import Struct, structs

from pbx.sdp import text
from pbx.sdp.crypto import Crypto, SrtpPolicy, best
from pbx.sdp.errors import SdpError
from pbx.sdp.model import MIRRORED, Format, Media, SessionDescription, is_nowhere
from pbx.sdp.security import PLAIN, Security, security_of, ways_under
from pbx.sdp.transport import NOTHING_SAID, Transport

CODECS = ("PCMU", "PCMA")
"""In the order in which we offer them."""
PAYLOAD_TYPES = {"PCMU": 0, "PCMA": 8}
DTMF = "TELEPHONE-EVENT"
OUR_DTMF_TYPE = 101


class AudioOffer(Struct, frozen=True):
    """What the far side can do, as its description says; the same shape for its offer and its answer."""

    host: str
    port: int
    rtcp_port: int
    codecs: tuple[str, ...]
    """Those of ``CODECS`` that it named, in its order."""
    dtmf_type: int | None
    direction: str
    """As the far side wrote it."""
    description: SessionDescription
    index: int
    """Which media line it is."""
    protocol: str = PLAIN[0]
    security: Security = Security.NONE
    crypto: Crypto | None = None
    """What secures what it sends, with SDES."""
    transport: Transport = NOTHING_SAID
    xr: tuple[str, ...] = ()
    """The extended RTCP reports that it asks for."""

    @property
    def held(self) -> bool:
        """Whether the far side does not want to hear us (RFC 3264 section 8.4; 0.0.0.0 as RFC 2543 had it)."""
        return self.direction in ("sendonly", "inactive") or self.nowhere

    @property
    def nowhere(self) -> bool:
        """Whether nothing can be sent to it. With ICE the host may be anything (RFC 8829 section 5.2.1)."""
        return is_nowhere(self.host) and not self.checks

    @property
    def checks(self) -> bool:
        """Whether it will find out by ICE how to reach us; a lite agent waits for that as we do."""
        return self.transport.ice is not None and self.transport.rtcp_mux and not self.transport.ice_lite


def read_audio(body: bytes, srtp: SrtpPolicy = SrtpPolicy.OFFER, *, dtls: bool = True) -> AudioOffer:
    """Find the best audio line of a description: the first secured one that is usable, else the first plain one.

    Raises SdpError for one that cannot be read, or has no audio in G.711 as ``srtp`` would have it (302, 304, 305).
    ``dtls``: whether we can do that.
    """
    description = text.parse(body)
    audio = [(index, one) for index, one in enumerate(description.media) if one.kind == "audio" and one.port]
    if not audio:
        raise SdpError("no audio is offered", 304)
    spoken = [(index, one) for index, one in audio if _codecs(one)]
    if not spoken:
        raise SdpError("no audio in PCMU or PCMA is offered", 305)
    index, one, security = _best(spoken, srtp, dtls)
    events = (form.payload_type for form in one.formats if form.name == DTMF and form.clock_rate == 8000)
    return AudioOffer(
        host=one.host,
        port=one.port,
        rtcp_port=one.rtcp_port if one.rtcp_port is not None else one.port + 1,
        codecs=_codecs(one),
        dtmf_type=next(events, None),
        direction=one.direction,
        description=description,
        index=index,
        protocol=one.protocol,
        security=security,
        crypto=best(one.crypto) if security is Security.SDES else None,
        transport=one.transport,
        xr=one.xr,
    )


def _best(lines: list[tuple[int, Media]], srtp: SrtpPolicy, dtls: bool) -> tuple[int, Media, Security]:
    """The line to be used, and how it is secured. Raises SdpError (302)."""
    for ways in ways_under(srtp, dtls):
        for index, one in lines:
            security = security_of(one)
            if security in ways:
                return index, one, security
    raise SdpError(f"no audio over {_WANTED[srtp]} is offered", 302)


_SECURED = "RTP/SAVP with a key (RFC 4568), or UDP/TLS/RTP/SAVPF with a fingerprint (RFC 5763), that we can use"
_WANTED = {
    SrtpPolicy.NEVER: "RTP/AVP",
    SrtpPolicy.OFFER: f"RTP/AVP, or {_SECURED},",
    SrtpPolicy.REQUIRED: _SECURED,
}


def _codecs(media: Media) -> tuple[str, ...]:
    return tuple(form.name for form in media.formats if PAYLOAD_TYPES.get(form.name) == form.payload_type)


def _formats(codecs: tuple[str, ...], dtmf_type: int | None) -> tuple[Format, ...]:
    formats = [Format(PAYLOAD_TYPES[name], name) for name in codecs]
    if dtmf_type is not None:
        formats.append(Format(dtmf_type, DTMF))
    return tuple(formats)


def _audio(
    port: int,
    codecs: tuple[str, ...],
    dtmf_type: int | None,
    direction: str,
    protocol: str,
    crypto: tuple[Crypto, ...],
    transport: Transport,
) -> Media:
    formats = _formats(codecs, dtmf_type)
    numbers = tuple(str(form.payload_type) for form in formats)
    return Media("audio", port, protocol, formats, numbers, "", direction, crypto=crypto, transport=transport)


def write_offer(
    host: str,
    port: int,
    session_id: int,
    version: int,
    *,
    prefer: str | None = None,
    direction: str = "sendrecv",
    dtmf_type: int | None = OUR_DTMF_TYPE,
    protocol: str = PLAIN[0],
    crypto: tuple[Crypto, ...] = (),
    transport: Transport = NOTHING_SAID,
    allowed: tuple[str, ...] = CODECS,
) -> bytes:
    """Our offer: the codecs ``allowed`` in their order, but ``prefer`` first if it is among them; telephone-event.

    ``protocol``, ``crypto`` and ``transport`` say how it is secured; nothing of them is for audio in the clear.
    """
    codecs = allowed if prefer not in allowed else (prefer, *(name for name in allowed if name != prefer))
    line = _audio(port, codecs, dtmf_type, direction, protocol, crypto, transport)
    return text.write(host, session_id, version, (line,))


def write_answer(
    offer: AudioOffer,
    host: str,
    port: int,
    session_id: int,
    version: int,
    *,
    codec: str,
    direction: str | None = None,
    crypto: Crypto | None = None,
    transport: Transport = NOTHING_SAID,
) -> bytes:
    """Our answer: one codec, its media lines as many as the offer's, the others refused (section 6).

    ``crypto`` is our key for the suite of ``offer.crypto``, under its tag; ``transport`` our side of the offer's.
    """
    mirrored = MIRRORED[offer.direction] if direction is None else direction
    keys = () if crypto is None else (crypto,)
    lines = []
    for index, one in enumerate(offer.description.media):
        if index == offer.index:
            answer = _audio(port, (codec,), offer.dtmf_type, mirrored, offer.protocol, keys, transport)
            lines.append(structs.replace(answer, xr=offer.xr))
        else:
            named = Transport(mid=one.transport.mid)
            lines.append(Media(one.kind, 0, one.protocol, (), one.raw_formats[:1], "", transport=named))
    return text.write(host, session_id, version, tuple(lines))
