"""What a far side is told that asked for extended reports (RFC 3611)."""

from __future__ import annotations

import socket
from random import Random

import pytest

from pbx.media import rtcp, xr
from pbx.media.stream import Stream
from pbx.plane.extended import extended_reports
from pbx.plane.leg import Leg
from pbx.plane.protocol import RemoteMedia
from pbx.plane.reporter import Reporter

OURS, THEIRS = 0xC0FFEE, 7
NOW, WALL = 100.0, 1_700_000_000.0


def leg(*asked: str) -> Leg:
    made = Leg("leg", None, Stream(OURS, 0, 0))
    made.remote = RemoteMedia("192.0.2.1", 4000, 4001, 0, xr=asked)
    return made


def tell(leg: Leg, wall: float, *blocks: xr.Block) -> None:
    """The far side sends extended blocks, which come in at ``wall``."""
    ear = _Ear(rtcp.build(rtcp.ReceiverReport(THEIRS), rtcp.ExtendedReport(THEIRS, blocks)))
    leg.signalled = ("192.0.2.1", 4000)
    Reporter("one@centrala", Random(1)).receive(leg, ear, NOW, wall)


class _Ear(socket.socket):
    """A socket on which one datagram waits."""

    def __init__(self, data: bytes) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_DGRAM)
        self._data = data

    def recvfrom(self, *_: object) -> tuple[bytes, tuple[str, int]]:
        self.close()
        return self._data, ("192.0.2.1", 4001)


def test_who_asks_for_nothing_is_told_nothing() -> None:
    assert extended_reports(leg(), NOW, WALL) == ()


def test_a_reference_time_is_sent_and_the_far_sides_is_answered() -> None:
    asking = leg("rcvr-rtt")
    tell(asking, WALL, xr.ReferenceTime(0x1122334455667788))
    [report] = extended_reports(asking, NOW + 0.5, WALL + 0.5)

    assert report.blocks == (
        xr.ReferenceTime(rtcp.ntp_time(WALL + 0.5)),
        xr.LastReference(THEIRS, 0x33445566, 32768),
    )


def test_the_answer_to_our_reference_time_is_a_round_trip() -> None:
    asking = leg("rcvr-rtt")
    sent = rtcp.middle(rtcp.ntp_time(WALL))
    tell(asking, WALL + 0.75, xr.LastReference(OURS, sent, 32768), xr.LastReference(THEIRS, sent, 0))

    assert asking.round_trip_ms == pytest.approx(250, abs=0.1)


def test_a_round_trip_that_cannot_be_is_none() -> None:
    asking = leg("rcvr-rtt")
    sent = rtcp.middle(rtcp.ntp_time(WALL))
    tell(asking, WALL + 60, xr.LastReference(OURS, sent, 0))
    assert asking.round_trip_ms is None
    tell(asking, WALL + 0.1, xr.LastReference(OURS, sent, 32768))
    assert asking.round_trip_ms == 0


def test_voip_metrics_wait_for_audio() -> None:
    asking = leg("voip-metrics")
    assert extended_reports(asking, NOW, WALL) == ()
    for sequence in (*range(1, 50), *range(52, 103)):
        asking.reception.counted(THEIRS, sequence, 160)
    [report] = extended_reports(asking, NOW, WALL)
    [metrics] = report.blocks

    assert isinstance(metrics, xr.VoipMetrics)
    assert (metrics.ssrc, metrics.loss_rate, metrics.burst_density, metrics.burst_ms) == (THEIRS, 5, 255, 40)
    assert (metrics.gap_density, metrics.end_system_ms, metrics.gmin) == (0, 40, 16)
    assert 30 < metrics.mos_conversation <= metrics.mos_listening < 45
