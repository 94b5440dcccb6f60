"""The blocks of RTCP extended reports that are used here (RFC 3611 sections 4.4, 4.5 and 4.7)."""

from __future__ import annotations

from struct import Struct as Layout

from msgspec import Struct

REFERENCE_TIME, LAST_REFERENCE, VOIP_METRICS = 4, 5, 7

UNAVAILABLE = 127

_HEADER = Layout("!BBH")
_TIME = Layout("!Q")
_LAST = Layout("!III")
_VOIP = Layout("!IBBBBHHHHbbBBBBBBBBHHH")


class ReferenceTime(Struct, frozen=True):
    """When this was sent, for a round trip without sender reports (section 4.4)."""

    ntp: int
    """64 bits; see ``rtcp.ntp_time``."""


class LastReference(Struct, frozen=True):
    """What answers it (section 4.5)."""

    ssrc: int
    """Who sent the reference time."""
    last: int
    """The middle 32 bits of it."""
    delay: int
    """From its arrival until now, in 1/65536 s."""


class VoipMetrics(Struct, frozen=True):
    """How a stream is received (section 4.7); shares are in 256ths, times in ms."""

    ssrc: int
    loss_rate: int
    burst_density: int
    gap_density: int
    burst_ms: int
    gap_ms: int
    round_trip_ms: int
    end_system_ms: int
    """Added by the one who reports, its jitter buffer included."""
    rating: int
    """R (ITU-T G.107), 0 to 100; 127 for unavailable."""
    mos_listening: int
    """In tenths, 10 to 50; 127 for unavailable."""
    mos_conversation: int
    discard_rate: int = 0
    gmin: int = 16
    buffer_ms: int = 0


Block = ReferenceTime | LastReference | VoipMetrics


def parse_blocks(body: bytes) -> tuple[Block, ...]:
    """Read the blocks of a report; those of other types are stepped over. Raises ValueError for one cut short."""
    blocks: list[Block] = []
    at = 0
    while at < len(body):
        if at + _HEADER.size > len(body):
            raise ValueError
        kind, _, words = _HEADER.unpack_from(body, at)
        start, at = at + _HEADER.size, at + _HEADER.size + 4 * words
        if at > len(body):
            raise ValueError
        content = body[start:at]
        if kind == REFERENCE_TIME and len(content) == _TIME.size:
            blocks.append(ReferenceTime(*_TIME.unpack(content)))
        elif kind == LAST_REFERENCE and len(content) % _LAST.size == 0:
            blocks += [LastReference(*each) for each in _LAST.iter_unpack(content)]
        elif kind == VOIP_METRICS and len(content) == _VOIP.size:
            blocks.append(_read_voip(content))
    return tuple(blocks)


def build_block(block: Block) -> bytes:
    """Write one block."""
    match block:
        case ReferenceTime():
            return _frame(REFERENCE_TIME, _TIME.pack(block.ntp))
        case LastReference():
            return _frame(LAST_REFERENCE, _LAST.pack(block.ssrc, block.last, block.delay))
        case VoipMetrics():
            return _frame(VOIP_METRICS, _write_voip(block))


def _frame(kind: int, content: bytes) -> bytes:
    return _HEADER.pack(kind, 0, len(content) // 4) + content


def _read_voip(content: bytes) -> VoipMetrics:
    (
        ssrc, loss, discard, burst, gap, burst_ms, gap_ms, round_trip, end_system, _, _, _, gmin, rating, _, listening,
        conversation, _, _, nominal, _, _,
    ) = _VOIP.unpack(content)  # fmt: skip
    return VoipMetrics(
        ssrc, loss, burst, gap, burst_ms, gap_ms, round_trip, end_system, rating, listening, conversation, discard,
        gmin, nominal,
    )  # fmt: skip


def _write_voip(voip: VoipMetrics) -> bytes:
    """Signal and noise levels, echo and the external rating are not known here: 127 (section 4.7.3 and following)."""
    return _VOIP.pack(
        voip.ssrc, voip.loss_rate, voip.discard_rate, voip.burst_density, voip.gap_density, voip.burst_ms, voip.gap_ms,
        voip.round_trip_ms, voip.end_system_ms, UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, voip.gmin, voip.rating,
        UNAVAILABLE, voip.mos_listening, voip.mos_conversation, 0, 0, voip.buffer_ms, voip.buffer_ms, voip.buffer_ms,
    )  # fmt: skip
