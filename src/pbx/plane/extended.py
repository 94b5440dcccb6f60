"""The extended reports of a leg (RFC 3611), for a far side whose description asked for them."""

from __future__ import annotations

from pbx.media import rtcp, xr
from pbx.media.losses import GMIN
from pbx.media.quality import Path, buffer_ms, burst_ratio, judge
from pbx.media.reception import Reception
from pbx.plane.leg import Leg

PACKET_MS = 20

MOST = 0xFFFF
"""Of a field of milliseconds."""


def extended_reports(leg: Leg, now: float, wall: float) -> tuple[rtcp.ExtendedReport, ...]:
    """What it asked for, in one report; none where that is nothing, or nothing can be said yet."""
    asked = () if leg.remote is None else leg.remote.xr
    blocks: list[xr.Block] = []
    if "rcvr-rtt" in asked:
        blocks.append(xr.ReferenceTime(rtcp.ntp_time(wall)))
        if leg.reference is not None:
            ssrc, last, came_at = leg.reference
            blocks.append(xr.LastReference(ssrc, last, round((now - came_at) * 65536) & 0xFFFFFFFF))
    if "voip-metrics" in asked and leg.reception.received:
        blocks.append(_voip_metrics(leg.reception, leg.codec.name, leg.round_trip_ms or 0.0))
    return (rtcp.ExtendedReport(leg.stream.ssrc, tuple(blocks)),) if blocks else ()


def _voip_metrics(reception: Reception, codec: str, round_trip_ms: float) -> xr.VoipMetrics:
    """Section 4.7, over all that was received so far."""
    expected, lost = reception.expected, max(0, reception.lost)
    share = lost / expected
    bursts = reception.losses.sum_up(reception.received)
    ratio = burst_ratio(lost, reception.losses.runs, expected)
    opinion = judge(Path(codec, share, ratio, reception.jitter_ms, round_trip_ms, PACKET_MS))
    buffer = round(buffer_ms(reception.jitter_ms))
    return xr.VoipMetrics(
        ssrc=reception.ssrc,
        loss_rate=_share(share),
        burst_density=_share(bursts.burst_density),
        gap_density=_share(bursts.gap_density),
        burst_ms=min(MOST, round(bursts.burst_length * PACKET_MS)),
        gap_ms=min(MOST, round(bursts.gap_length * PACKET_MS)),
        round_trip_ms=min(MOST, round(round_trip_ms)),
        end_system_ms=PACKET_MS + buffer,
        rating=round(opinion.rating),
        mos_listening=round(10 * opinion.listening_mos),
        mos_conversation=round(10 * opinion.mos),
        gmin=GMIN,
        buffer_ms=buffer,
    )


def _share(share: float) -> int:
    return min(255, int(256 * share))
