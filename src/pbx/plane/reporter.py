"""RTCP of a media worker (RFC 3550 section 6): what it tells each far side every five seconds, and what it is told."""

from __future__ import annotations

import heapq
import itertools
import socket
from contextlib import suppress
from math import inf
from random import Random

from pbx.media import rtcp, xr
from pbx.plane.extended import extended_reports
from pbx.plane.leg import Leg
from pbx.plane.ports import Address
from pbx.plane.srtp import Refused

INTERVAL_S = 5.0
"""Between reports on average; each interval is drawn from half to one and a half times this (section 6.3.1)."""

LONGEST_ROUND_TRIP_S = 10
"""What takes longer was not answered, but repeated."""


class Reporter:
    """Sends and reads the reports of all legs of a worker."""

    def __init__(self, cname: str, chance: Random) -> None:
        self._cname = cname
        self._chance = chance
        self._due: list[tuple[float, int, Leg]] = []
        self._order = itertools.count()
        self._watched: dict[Leg, int] = {}  # packets sent until the last report

    @property
    def next_at(self) -> float:
        """When the next report is due, in seconds; infinity for never."""
        return self._due[0][0] if self._due else inf

    def watch(self, leg: Leg, now: float) -> None:
        """Report on a leg from now on; it sends or receives. A line to another worker is not reported on."""
        if leg not in self._watched and leg.ports is not None:
            self._watched[leg] = 0
            self._schedule(leg, now)

    def tick(self, now: float, wall: float) -> None:
        """Send the reports that are due; ``wall`` is the time since the Unix epoch."""
        while self._due and self._due[0][0] <= now:
            leg = heapq.heappop(self._due)[2]
            if leg in self._watched:
                self._send(leg, self._report(leg, now, wall), *extended_reports(leg, now, wall))
                self._watched[leg] = leg.stream.packets
                self._schedule(leg, now)

    def farewell(self, leg: Leg, now: float, wall: float) -> None:
        """Send a last report with a goodbye (section 6.6), and report no more."""
        if leg in self._watched:
            goodbye = rtcp.Goodbye((leg.stream.ssrc,))
            self._send(leg, self._report(leg, now, wall), *extended_reports(leg, now, wall), goodbye)
            del self._watched[leg]

    def receive(self, leg: Leg, rtcp_socket: socket.socket, now: float, wall: float) -> None:
        """Read one datagram from a leg's RTCP socket; ``wall`` is the time since the Unix epoch."""
        try:
            data, (host, port, *_) = rtcp_socket.recvfrom(rtcp.MAX_SIZE + 1)
        except OSError:
            return
        if host not in {address[0] for address in (leg.source, leg.signalled) if address is not None}:
            leg.foreign += 1
            return
        self.hear(leg, data, (host, port), now, wall)

    def hear(self, leg: Leg, data: bytes, origin: Address, now: float, wall: float) -> None:
        """Take in a datagram with reports from a leg's far side."""
        if leg.awaits_keys:
            return
        try:
            reports = rtcp.parse(data if leg.srtp is None else leg.srtp.open_report(data))
        except (rtcp.RtcpError, Refused):
            leg.garbage += 1
            return
        if leg.source is not None and origin[0] == leg.source[0]:
            leg.rtcp_address = origin
        leg.reports += 1
        for report in reports:
            match report:
                case rtcp.SenderReport() | rtcp.ReceiverReport():
                    if isinstance(report, rtcp.SenderReport):
                        leg.sender_report = (rtcp.middle(report.ntp), now)
                    for block in report.blocks:
                        if block.ssrc == leg.stream.ssrc:
                            _take(leg, block, wall)
                case rtcp.ExtendedReport():
                    _take_extended(leg, report, now, wall)

    def _schedule(self, leg: Leg, now: float) -> None:
        due = now + INTERVAL_S * self._chance.uniform(0.5, 1.5)
        heapq.heappush(self._due, (due, next(self._order), leg))

    def _report(self, leg: Leg, now: float, wall: float) -> rtcp.Report:
        """A sender report if anything was sent since the last one, else a receiver report (section 6.4)."""
        leg.settle()
        stream = leg.stream
        blocks = _blocks(leg, now)
        if stream.packets == self._watched[leg]:
            return rtcp.ReceiverReport(stream.ssrc, blocks)
        ntp, timestamp = rtcp.ntp_time(wall), stream.timestamp_at(now)
        packets, octets = stream.packets & 0xFFFFFFFF, stream.octets & 0xFFFFFFFF
        return rtcp.SenderReport(stream.ssrc, ntp, timestamp, packets, octets, blocks)

    def _send(self, leg: Leg, *reports: rtcp.Report) -> None:
        address = (leg.source or leg.signalled) if leg.muxed else leg.rtcp_address
        if address is None or leg.ports is None or leg.awaits_keys:
            return  # held legs are reported to all the same (RFC 3264 section 8.4)
        if leg.remote is not None and leg.remote.handshake is not None and not leg.muxed:
            return  # reports on a port of their own would need a handshake of their own (RFC 5764 section 4.1)
        compound = (reports[0], rtcp.Description(leg.stream.ssrc, self._cname), *reports[1:])
        data = rtcp.build(*compound)
        with suppress(OSError):
            sock = leg.ports.rtp if leg.muxed else leg.ports.rtcp
            sock.sendto(data if leg.srtp is None else leg.srtp.seal_report(data), address)


def _take(leg: Leg, block: rtcp.ReportBlock, wall: float) -> None:
    """What the far side says of our stream."""
    leg.remote_lost = max(0, block.lost)
    leg.remote_loss = round(block.fraction_lost / 256, 4)
    leg.remote_jitter_ms = round(block.jitter * 1000 / leg.stream.rate, 3)
    _time(leg, block.last_report, block.delay, wall)


def _take_extended(leg: Leg, report: rtcp.ExtendedReport, now: float, wall: float) -> None:
    for block in report.blocks:
        match block:
            case xr.ReferenceTime():
                leg.reference = (report.ssrc, rtcp.middle(block.ntp), now)
            case xr.LastReference() if block.ssrc == leg.stream.ssrc:
                _time(leg, block.last, block.delay, wall)


def _time(leg: Leg, last: int, delay: int, wall: float) -> None:
    """The round trip since we sent the time ``last`` (section 6.4.1); what clocks cannot have measured is let go."""
    if last:
        units = (rtcp.middle(rtcp.ntp_time(wall)) - last - delay) & 0xFFFFFFFF
        if units >= 1 << 31:
            units = 0  # less than nothing: the far side's clock is coarse
        if units <= LONGEST_ROUND_TRIP_S * 65536:
            leg.round_trip_ms = units * 1000 / 65536


def _blocks(leg: Leg, now: float) -> tuple[rtcp.ReportBlock, ...]:
    reception = leg.reception
    if not reception.received:
        return ()
    last_report, delay = 0, 0
    if leg.sender_report is not None:
        last_report, delay = leg.sender_report[0], round((now - leg.sender_report[1]) * 65536) & 0xFFFFFFFF
    return (
        rtcp.ReportBlock(
            ssrc=reception.ssrc,
            fraction_lost=reception.fraction_lost(),
            lost=reception.lost,
            highest=reception.highest & 0xFFFFFFFF,
            jitter=int(reception.jitter),
            last_report=last_report,
            delay=delay,
        ),
    )
