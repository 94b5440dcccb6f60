"""Offer and answer for one audio stream with telephone-event, plain or secured (RFC 3264, 4733, 4568, 5763)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, structs

from pbx.media.codecs import CODECS, NARROW
from pbx.sdp import text
from pbx.sdp.crypto import Crypto, SrtpPolicy, best
from pbx.sdp.errors import SdpError
from pbx.sdp.formats import COMFORT_NOISE, DTMF, events_beside, formats_for, payload_types, types_of
from pbx.sdp.model import MIRRORED, Media, SessionDescription, is_nowhere
from pbx.sdp.security import PLAIN, Security, security_of, ways_under
from pbx.sdp.transport import NOTHING_SAID, Transport

LAWS = ("PCMU", "PCMA")
"""What every phone speaks."""
OUR_DTMF_TYPE = 101
NOTHING_TAKEN: Mapping[str, int] = {}


class AudioOffer(Struct, frozen=True):
    """What the far side can do, as its description says; the same shape for its offer and its answer."""

    host: str
    port: int
    rtcp_port: int
    codecs: tuple[str, ...]
    """Those of ours that it named, in its order."""
    dtmf_type: int | None
    """Its telephone-events, best those that every codec can have (of a clock of 8000 Hz)."""
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
    types: dict[str, int] = {}
    """The payload types of ``codecs``."""
    events: dict[int, int] = {}
    """Its telephone-events: the payload type of each clock rate."""
    packet_ms: int = 20
    """How much audio it wants in a packet."""
    comfort_noise: bool = False
    """Whether it knows packets that stand in for silence (RFC 3389)."""

    def digits_beside(self, codec: str) -> tuple[int | None, int]:
        """The payload type and clock rate of telephone-events beside a codec: best of its clock (RFC 4733 2.1)."""
        if self.dtmf_type is None:
            return None, NARROW
        clock = CODECS[codec].clock_rate
        if clock in self.events:
            return self.events[clock], clock
        return self.dtmf_type, next((rate for rate, kind in self.events.items() if kind == self.dtmf_type), NARROW)

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


def read_audio(
    body: bytes, srtp: SrtpPolicy = SrtpPolicy.OFFER, *, dtls: bool = True, codecs: tuple[str, ...] = tuple(CODECS)
) -> AudioOffer:
    """Find the best audio line of a description: the first secured one that is usable, else the first plain one.

    Raises SdpError for one that cannot be read, or has no audio in any of ``codecs`` as ``srtp`` would have it (302,
    304, 305). ``dtls``: whether we can do that.
    """
    description = text.parse(body)
    audio = [(index, one) for index, one in enumerate(description.media) if one.kind == "audio" and one.port]
    if not audio:
        raise SdpError("no audio is offered", 304)
    spoken = [(index, one) for index, one in audio if types_of(one, codecs)]
    if not spoken:
        raise SdpError(f"no audio in {' or '.join(codecs)} is offered", 305)
    index, one, security = _best(spoken, srtp, dtls)
    types = types_of(one, codecs)
    events = {form.clock_rate: form.payload_type for form in reversed(one.formats) if form.name == DTMF.upper()}
    return AudioOffer(
        host=one.host,
        port=one.port,
        rtcp_port=one.rtcp_port if one.rtcp_port is not None else one.port + 1,
        codecs=tuple(types),
        dtmf_type=events.get(NARROW, next(iter(events.values()), None)),
        direction=one.direction,
        description=description,
        index=index,
        protocol=one.protocol,
        security=security,
        crypto=best(one.crypto) if security is Security.SDES else None,
        transport=one.transport,
        xr=one.xr,
        types=types,
        events=events,
        packet_ms=one.packet_time_ms,
        comfort_noise=any(form.name == COMFORT_NOISE and form.clock_rate == NARROW for form in one.formats),
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


def _audio(
    port: int,
    types: dict[str, int],
    events: dict[int, int],
    direction: str,
    protocol: str,
    crypto: tuple[Crypto, ...],
    transport: Transport,
) -> Media:
    formats = formats_for(types, events)
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
    allowed: tuple[str, ...] = LAWS,
    taken: Mapping[str, int] = NOTHING_TAKEN,
) -> bytes:
    """Our offer: the codecs ``allowed`` in their order, but ``prefer`` first if it is among them; telephone-event.

    ``taken`` are the payload types that codecs had in this session so far.

    ``protocol``, ``crypto`` and ``transport`` say how it is secured; nothing of them is for audio in the clear.
    """
    codecs = allowed if prefer not in allowed else (prefer, *(name for name in allowed if name != prefer))
    types = payload_types(codecs, taken, dtmf_type)
    line = _audio(port, types, events_beside(types, dtmf_type), direction, protocol, crypto, transport)
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
            number, clock = offer.digits_beside(codec)
            events = {} if number is None else {clock: number}
            types = {codec: offer.types[codec]}  # under the offer's numbers (section 6.1)
            answer = _audio(port, types, events, mirrored, offer.protocol, keys, transport)
            lines.append(structs.replace(answer, xr=offer.xr))
        else:
            named = Transport(mid=one.transport.mid)
            lines.append(Media(one.kind, 0, one.protocol, (), one.raw_formats[:1], "", transport=named))
    return text.write(host, session_id, version, tuple(lines))
