"""RTCP (RFC 3550 section 6): sender, receiver and extended reports, the CNAME, goodbye, and compounds of them."""

from __future__ import annotations

from struct import Struct as Layout

from msgspec import Struct

from pbx.media import xr

SENDER_REPORT, RECEIVER_REPORT, SOURCE_DESCRIPTION, BYE = 200, 201, 202, 203
EXTENDED_REPORT = 207
CNAME = 1

MAX_SIZE = 2048
"""Octets of the largest compound read."""

NTP_EPOCH = 2_208_988_800
"""Seconds from NTP's epoch (1900) to Unix's (1970)."""

_HEADER = Layout("!BBH")
_SENDER = Layout("!IQIII")
_BLOCK = Layout("!IIIIII")
_WORD = Layout("!I")


class RtcpError(ValueError):
    """A datagram is not a compound of RTCP packets; the text says what is wrong, and where."""


class ReportBlock(Struct, frozen=True):
    """What one receiver says of one stream (section 6.4.1)."""

    ssrc: int
    """The stream that is spoken of."""
    fraction_lost: int
    """Lost since the last report, in 256ths."""
    lost: int
    """Cumulative, signed 24 bits: duplicates can make it negative."""
    highest: int
    """The extended highest sequence number received."""
    jitter: int
    """In timestamp units."""
    last_report: int = 0
    """The middle 32 bits of the last sender report's NTP time, 0 for none."""
    delay: int = 0
    """From that report's arrival until now, in 1/65536 s."""


class SenderReport(Struct, frozen=True):
    """Section 6.4.1."""

    ssrc: int
    ntp: int
    """Wall clock, 64 bits fixed point; see ``ntp_time``."""
    timestamp: int
    """The same instant on the stream's RTP clock."""
    packets: int
    octets: int
    """Payload octets sent."""
    blocks: tuple[ReportBlock, ...] = ()


class ReceiverReport(Struct, frozen=True):
    """Section 6.4.2."""

    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()


class Description(Struct, frozen=True):
    """The CNAME chunk of an SDES packet (section 6.5.1)."""

    ssrc: int
    cname: str


class Goodbye(Struct, frozen=True):
    """Section 6.6."""

    ssrcs: tuple[int, ...]


class ExtendedReport(Struct, frozen=True):
    """RFC 3611 section 2."""

    ssrc: int
    blocks: tuple[xr.Block, ...]


Report = SenderReport | ReceiverReport | Description | Goodbye | ExtendedReport


def ntp_time(unix: float) -> int:
    """Seconds since the Unix epoch as a 64-bit NTP timestamp."""
    return int((unix + NTP_EPOCH) * 2**32) & 0xFFFF_FFFF_FFFF_FFFF


def middle(ntp: int) -> int:
    """The middle 32 bits of an NTP timestamp, as report blocks carry them."""
    return ntp >> 16 & 0xFFFFFFFF


def parse(data: bytes | memoryview) -> list[Report]:
    """Read a compound; packet types that are not ours (APP, feedback) are stepped over.

    Raises RtcpError, and nothing else, whatever the octets are.
    """
    if not 8 <= len(data) <= MAX_SIZE:
        raise RtcpError(f"a compound has 8 to {MAX_SIZE} octets, this one {len(data)}")
    reports: list[Report] = []
    at = 0
    while at < len(data):
        if at + _HEADER.size > len(data):
            raise RtcpError(f"octet {at}: a header does not fit")
        first, kind, words = _HEADER.unpack_from(data, at)
        if first >> 6 != 2:
            raise RtcpError(f"octet {at}: version {first >> 6}, expected 2")
        if not 192 <= kind <= 223:
            raise RtcpError(f"octet {at + 1}: {kind} is not an RTCP packet type")
        end = at + 4 * (words + 1)
        if end > len(data):
            raise RtcpError(f"octet {at + 2}: {words} words do not fit")
        body = bytes(data[at + _HEADER.size : end])
        if first & 0x20 and body:
            body = body[: max(0, len(body) - body[-1])]
        try:
            reports += _parse_body(kind, first & 0x1F, body)
        except (IndexError, ValueError):
            raise RtcpError(f"octet {at}: packet type {kind} is cut short") from None
        at = end
    return reports


def build(*reports: Report) -> bytes:
    """Write a compound. A report comes first in one that goes out alone (section 6.1). Raises RtcpError."""
    try:
        return b"".join(_build_one(report) for report in reports)
    except Exception as error:
        raise RtcpError(f"a field is out of its range: {error}") from None


class _TooShort(ValueError):
    """A packet says it holds more than it does."""


def _parse_body(kind: int, count: int, body: bytes) -> list[Report]:
    if kind == SENDER_REPORT:
        if len(body) < _SENDER.size:
            raise _TooShort
        ssrc, ntp, timestamp, packets, octets = _SENDER.unpack_from(body)
        return [SenderReport(ssrc, ntp, timestamp, packets, octets, _parse_blocks(body, _SENDER.size, count))]
    if kind == RECEIVER_REPORT:
        if len(body) < _WORD.size:
            raise _TooShort
        return [ReceiverReport(_WORD.unpack_from(body)[0], _parse_blocks(body, _WORD.size, count))]
    if kind == SOURCE_DESCRIPTION:
        return _parse_descriptions(body, count)
    if kind == BYE:
        if len(body) < 4 * count:
            raise _TooShort
        return [Goodbye(tuple(_WORD.unpack_from(body, 4 * i)[0] for i in range(count)))]
    if kind == EXTENDED_REPORT:
        if len(body) < _WORD.size:
            raise _TooShort
        return [ExtendedReport(_WORD.unpack_from(body)[0], xr.parse_blocks(body[_WORD.size :]))]
    return []


def _parse_blocks(body: bytes, at: int, count: int) -> tuple[ReportBlock, ...]:
    if len(body) < at + count * _BLOCK.size:
        raise _TooShort
    blocks = []
    for i in range(count):
        ssrc, losses, highest, jitter, last_report, delay = _BLOCK.unpack_from(body, at + i * _BLOCK.size)
        lost = losses & 0xFFFFFF
        if lost >= 0x800000:
            lost -= 0x1000000
        blocks.append(ReportBlock(ssrc, losses >> 24, lost, highest, jitter, last_report, delay))
    return tuple(blocks)


def _parse_descriptions(body: bytes, count: int) -> list[Report]:
    """Chunks of an SSRC and items; each chunk ends with zeros up to a whole word (section 6.5)."""
    found: list[Report] = []
    at = 0
    for _ in range(count):
        if at + 4 > len(body):
            raise _TooShort
        ssrc = _WORD.unpack_from(body, at)[0]
        at += 4
        while body[at]:
            size = body[at + 1]
            text = body[at + 2 : at + 2 + size]
            if len(text) < size:
                raise _TooShort
            if body[at] == CNAME:
                found.append(Description(ssrc, text.decode(errors="replace")))
            at += 2 + size
        at += 4 - at % 4
    return found


def _build_one(report: Report) -> bytes:
    match report:
        case SenderReport():
            body = _SENDER.pack(report.ssrc, report.ntp, report.timestamp, report.packets, report.octets)
            return _frame(SENDER_REPORT, len(report.blocks), body + _build_blocks(report.blocks))
        case ReceiverReport():
            body = _WORD.pack(report.ssrc) + _build_blocks(report.blocks)
            return _frame(RECEIVER_REPORT, len(report.blocks), body)
        case Description():
            name = report.cname.encode()
            body = _WORD.pack(report.ssrc) + bytes([CNAME, len(name)]) + name
            return _frame(SOURCE_DESCRIPTION, 1, body + bytes(4 - len(body) % 4))
        case Goodbye():
            return _frame(BYE, len(report.ssrcs), b"".join(_WORD.pack(ssrc) for ssrc in report.ssrcs))
        case ExtendedReport():
            return _frame(EXTENDED_REPORT, 0, _WORD.pack(report.ssrc) + b"".join(map(xr.build_block, report.blocks)))


def _frame(kind: int, count: int, body: bytes) -> bytes:
    if count > 31:
        raise RtcpError(f"{count} entries, expected at most 31")
    return _HEADER.pack(0x80 | count, kind, len(body) // 4) + body


def _build_blocks(blocks: tuple[ReportBlock, ...]) -> bytes:
    return b"".join(
        _BLOCK.pack(
            block.ssrc,
            block.fraction_lost << 24 | max(-0x800000, min(block.lost, 0x7FFFFF)) & 0xFFFFFF,
            block.highest,
            block.jitter,
            block.last_report,
            block.delay,
        )
        for block in blocks
    )
