"""Offer and answer for one audio stream of G.711 and telephone-event (RFC 3264, RFC 4733)."""

from __future__ import annotations

from msgspec import Struct

from pbx.sdp import text
from pbx.sdp.errors import SdpError
from pbx.sdp.model import MIRRORED, Format, Media, SessionDescription

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

    @property
    def held(self) -> bool:
        """Whether the far side does not want to hear us (RFC 3264 section 8.4; 0.0.0.0 as RFC 2543 had it)."""
        return self.direction in ("sendonly", "inactive") or self.host == "0.0.0.0"


def read_audio(body: bytes) -> AudioOffer:
    """Find the first usable audio line of a description.

    Raises SdpError for one that cannot be read, or has no audio in G.711 over plain RTP (304, 305).
    """
    description = text.parse(body)
    audio = [(index, one) for index, one in enumerate(description.media) if one.kind == "audio" and one.port]
    if not audio:
        raise SdpError("no audio is offered", 304)
    for index, one in audio:
        codecs = tuple(form.name for form in one.formats if PAYLOAD_TYPES.get(form.name) == form.payload_type)
        if one.protocol in ("RTP/AVP", "RTP/AVPF") and codecs:
            events = (form.payload_type for form in one.formats if form.name == DTMF and form.clock_rate == 8000)
            rtcp = one.rtcp_port if one.rtcp_port is not None else one.port + 1
            return AudioOffer(one.host, one.port, rtcp, codecs, next(events, None), one.direction, description, index)
    raise SdpError("no audio in PCMU or PCMA over RTP/AVP is offered", 305)


def _formats(codecs: tuple[str, ...], dtmf_type: int | None) -> tuple[Format, ...]:
    formats = [Format(PAYLOAD_TYPES[name], name) for name in codecs]
    if dtmf_type is not None:
        formats.append(Format(dtmf_type, DTMF))
    return tuple(formats)


def _audio(port: int, codecs: tuple[str, ...], dtmf_type: int | None, direction: str) -> Media:
    formats = _formats(codecs, dtmf_type)
    numbers = tuple(str(form.payload_type) for form in formats)
    return Media("audio", port, "RTP/AVP", formats, numbers, "", direction)


def write_offer(
    host: str,
    port: int,
    session_id: int,
    version: int,
    *,
    prefer: str | None = None,
    direction: str = "sendrecv",
    dtmf_type: int = OUR_DTMF_TYPE,
) -> bytes:
    """Our offer: both G.711 laws, ``prefer`` first, and telephone-event."""
    codecs = CODECS if prefer is None else (prefer, *(name for name in CODECS if name != prefer))
    return text.write(host, session_id, version, (_audio(port, codecs, dtmf_type, direction),))


def write_answer(
    offer: AudioOffer, host: str, port: int, session_id: int, version: int, *, codec: str, direction: str | None = None
) -> bytes:
    """Our answer: one codec, its media lines as many as the offer's, the others refused (section 6)."""
    mirrored = MIRRORED[offer.direction] if direction is None else direction
    lines = []
    for index, one in enumerate(offer.description.media):
        if index == offer.index:
            lines.append(_audio(port, (codec,), offer.dtmf_type, mirrored))
        else:
            lines.append(Media(one.kind, 0, one.protocol, (), one.raw_formats[:1], ""))
    return text.write(host, session_id, version, tuple(lines))
