"""What rtpengine counted of a pair, as the figures of a leg (its answer to ``query``).

It counts packets. Of loss and jitter it says nothing (10.5), so here they are left at nothing.
"""

from __future__ import annotations

from typing import Any

from pbx.media.rtp import HEADER_SIZE
from pbx.plane.protocol import MediaStats
from pbx.plane.rtpengine.pair import FAR, INNER


def stats_of(leg: str, figures: dict[str, Any]) -> MediaStats:
    """The figures of a leg; zeros where rtpengine did not say."""
    far, inner = _stream(figures, FAR), _stream(figures, INNER)
    received, octets, errors = _counted(far)
    sent, _, _ = _counted(inner)
    endpoint = far.get("endpoint", {})
    heard_from = (str(endpoint["address"]), int(endpoint["port"])) if received and "port" in endpoint else None
    return MediaStats(
        leg=leg,
        packets_received=received,
        octets_received=max(0, octets - HEADER_SIZE * received),
        packets_sent=sent,
        packets_lost=0,
        jitter_ms=0.0,
        foreign=0,
        remote_lost=0,
        remote_jitter_ms=0.0,
        source=heard_from,
        garbage=errors,
    )


def heard_of(figures: dict[str, Any]) -> tuple[int, int]:
    """How many packets of RTP, and of RTCP on a port of its own, came from the phone so far."""
    packets = [_counted(stream)[0] for stream in _streams(figures, FAR)]
    return sum(packets[:1]), sum(packets[1:2])


def _stream(figures: dict[str, Any], tag: str) -> dict[str, Any]:
    """The RTP stream of one side, {} where there is none."""
    return next(iter(_streams(figures, tag)), {})


def _streams(figures: dict[str, Any], tag: str) -> list[dict[str, Any]]:
    """Those of one side, that of RTP first."""
    medias = figures.get("tags", {}).get(tag, {}).get("medias", ())
    return [dict(stream) for media in medias for stream in media.get("streams", ())]


def _counted(stream: dict[str, Any]) -> tuple[int, int, int]:
    """Packets, octets and errors that came in on a stream."""
    stats = stream.get("stats", {})
    return int(stats.get("packets", 0)), int(stats.get("bytes", 0)), int(stats.get("errors", 0))
