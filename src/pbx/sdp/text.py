"""Reading and writing session descriptions (RFC 8866 section 9; RFC 3605 for ``a=rtcp``)."""

from __future__ import annotations

import re
from functools import lru_cache

from pbx.sdp import crypto, transport
from pbx.sdp.crypto import Crypto
from pbx.sdp.errors import SdpError
from pbx.sdp.model import DIRECTIONS, EXTENDED_REPORTS, Format, Media, SessionDescription

STATIC = {0: ("PCMU", 8000), 3: ("GSM", 8000), 8: ("PCMA", 8000), 9: ("G722", 8000), 13: ("CN", 8000)}
"""Payload types that need no ``a=rtpmap`` (RFC 3551 section 6)."""
PACKET_TIME = re.compile(r"[1-9][0-9]{0,2}")
"""Whole milliseconds; what else ``a=ptime`` may say is only a wish (RFC 8866 section 6.4) and passed over."""
MAX_MEDIA = 16
MAX_LINES = 512


def parse(body: bytes) -> SessionDescription:
    """Read a description. Raises SdpError that says which line is wrong."""
    lines = body.decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) > MAX_LINES:
        raise SdpError(f"{len(lines)} lines of SDP are more than {MAX_LINES}")
    if lines[0] != "v=0":
        raise SdpError(f"SDP must begin with 'v=0', found {lines[0][:20]!r}")
    session: list[tuple[str, str]] = []
    media: list[list[tuple[str, str]]] = []
    section = session
    for line in lines[1:]:
        kind, value = line[:1], line[2:]
        if line[1:2] != "=" or not kind.isalpha():
            raise SdpError(f"not an SDP line: {line[:40]!r}")
        if kind == "m":
            section = []
            media.append(section)
        section.append((kind, value))
    if len(media) > MAX_MEDIA:
        raise SdpError(f"{len(media)} media lines are more than {MAX_MEDIA}")
    fields = dict(session)
    origin = fields.get("o", "").split(" ")
    if len(origin) != 6:
        raise SdpError("'o=' needs six fields")
    host = _connection(fields["c"]) if "c" in fields else ""
    direction = next((v for k, v in session if k == "a" and v in DIRECTIONS), "sendrecv")
    read = tuple(_media(lines, host, direction, transport.read(session, lines)) for lines in media)
    return SessionDescription(origin[1], origin[2], read)


@lru_cache(maxsize=1024)
def _connection(value: str) -> str:
    parts = value.split(" ")
    if len(parts) != 3 or parts[0] != "IN" or parts[1] not in ("IP4", "IP6") or not parts[2]:
        raise SdpError(f"not a connection: 'c={value[:40]}'", 301)
    return parts[2].partition("/")[0]


def _media(lines: list[tuple[str, str]], host: str, direction: str, travels: transport.Transport) -> Media:
    fields = lines[0][1].split(" ")
    if len(fields) < 4:
        raise SdpError(f"'m=' needs four fields: 'm={lines[0][1][:40]}'")
    kind, port_text, protocol, *raw = fields
    port = _number(port_text.partition("/")[0], "port", 65535)
    rtcp_port: int | None = None
    packet_time, longest_packet = 20, 999
    maps: dict[str, tuple[str, int]] = {}
    keys: list[Crypto | None] = []
    xr: tuple[str, ...] = ()
    for key, value in lines[1:]:
        if key == "c":
            host = _connection(value)
        elif key != "a":
            continue
        elif value in DIRECTIONS:
            direction = value
        elif value.startswith("rtpmap:"):
            payload_type, name, rate = _rtpmap(value[7:])
            maps[payload_type] = (name, rate)
        elif value.startswith("rtcp:"):
            rtcp_port = _number(value[5:].partition(" ")[0], "a=rtcp port", 65535)
        elif value.startswith("crypto:"):
            keys.append(crypto.read(value[7:]))
        elif value.startswith("rtcp-xr:"):
            asked = {wish.partition("=")[0] for wish in value[8:].split()}
            xr = tuple(name for name in EXTENDED_REPORTS if name in asked)
        elif value.startswith("ptime:") and PACKET_TIME.fullmatch(value, 6):
            packet_time = int(value[6:])
        elif value.startswith("maxptime:") and PACKET_TIME.fullmatch(value, 9):
            longest_packet = int(value[9:])
    if not host and port:
        raise SdpError("no 'c=' line says where the media goes", 301)
    formats: tuple[Format, ...] = ()
    if protocol.startswith(("RTP/", "UDP/TLS/RTP/")):
        formats = tuple(_format(text, maps) for text in raw if text)
    packet_time = min(packet_time, longest_packet)
    usable = tuple(key for key in keys if key is not None)
    return Media(
        kind,
        port,
        protocol,
        formats,
        tuple(raw),
        host,
        direction,
        rtcp_port,
        min(packet_time, longest_packet),
        usable,
        travels,
        xr,
    )


def _format(text: str, maps: dict[str, tuple[str, int]]) -> Format:
    payload_type = _number(text, "payload type", 127)
    name, rate = maps.get(text) or STATIC.get(payload_type, ("", 8000))
    return Format(payload_type, name, rate)


@lru_cache(maxsize=1024)
def _rtpmap(value: str) -> tuple[str, str, int]:
    payload_type, _, encoding = value.partition(" ")
    name, _, rest = encoding.strip().partition("/")
    rate = rest.partition("/")[0]
    if not payload_type.isdigit() or not name:
        raise SdpError(f"not a payload map: 'a=rtpmap:{value[:40]}'")
    return payload_type, name.upper(), _number(rate, "clock rate", 10_000_000)


def _number(text: str, what: str, largest: int) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > largest:
        raise SdpError(f"SDP {what} must be a number up to {largest}, found {text[:20]!r}")
    return int(text)


def write(host: str, session_id: int, version: int, media: tuple[Media, ...]) -> bytes:
    """A description of ours: one host for all media."""
    family = "IP6" if ":" in host else "IP4"
    lines = ["v=0", f"o=- {session_id} {version} IN {family} {host}", "s=-", f"c=IN {family} {host}", "t=0 0"]
    lines += transport.session_lines(one.transport for one in media if one.port)
    for one in media:
        lines.append(f"m={one.kind} {one.port} {one.protocol} {' '.join(one.raw_formats)}")
        if not one.port:
            lines += [f"a=mid:{one.transport.mid}"] if one.transport.mid else []  # RFC 5888 section 9.1
            continue
        if one.rtcp_port is not None:
            lines.append(f"a=rtcp:{one.rtcp_port}")
        lines += transport.media_lines(one.transport)
        for form in one.formats:
            channels = f"/{form.channels}" if form.channels > 1 else ""
            lines.append(f"a=rtpmap:{form.payload_type} {form.name}/{form.clock_rate}{channels}")
            if form.parameters:
                lines.append(f"a=fmtp:{form.payload_type} {form.parameters}")
        lines += [f"a=crypto:{key}" for key in one.crypto]
        if one.xr:
            lines.append(f"a=rtcp-xr:{' '.join(name.replace('rtt', 'rtt=all') for name in one.xr)}")
        lines.append(f"a=ptime:{one.packet_time_ms}")
        lines.append(f"a={one.direction}")
    return ("\r\n".join(lines) + "\r\n").encode()
