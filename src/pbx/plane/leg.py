"""One leg's audio in a media worker: its sockets, what it hears, and who hears it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import ip_address

from pbx.media.dtmf import DigitReader
from pbx.media.g711 import PCMA, PCMU
from pbx.media.reception import Reception
from pbx.media.stream import Stream
from pbx.plane.ports import Address, PortPair
from pbx.plane.protocol import MediaStats, RemoteMedia

Send = Callable[[bytes | memoryview], int]
"""Sends one datagram to the far side; raises OSError."""

VERSION_2 = 0x8000
"""The first 16 bits of a plain RTP header: version 2, no padding, extension, sources or marker; the type is added."""


def _discard(_: bytes | memoryview) -> int:
    """What a leg without a sink passes its packets to."""
    return 0


class Leg:
    """The state of a leg; ``aim`` and ``wire`` derive what the relay's fast path reads from what was commanded."""

    __slots__ = (
        "digits",
        "foreign",
        "garbage",
        "hears",
        "line",
        "name",
        "onward",
        "pass_on",
        "plain",
        "ports",
        "reception",
        "remote",
        "remote_jitter_ms",
        "remote_lost",
        "rtcp_address",
        "send",
        "sender_report",
        "signalled",
        "sink",
        "source",
        "stream",
    )

    def __init__(self, name: str, ports: PortPair, stream: Stream) -> None:
        self.name = name
        self.ports = ports
        self.stream = stream
        """What the far side hears."""
        self.reception = Reception()
        """What the far side sends."""
        self.digits = DigitReader()
        self.remote: RemoteMedia | None = None
        self.signalled: Address | None = None
        """Where the SDP says the far side's audio lives; None for a name, for nowhere, and before ``connect``."""
        self.source: Address | None = None
        """Where the far side's audio was learnt to come from."""
        self.line: socket.socket | None = None
        """The socket that is connected to the source."""
        self.rtcp_address: Address | None = None
        self.sender_report: tuple[int, float] | None = None
        """The middle 32 bits of the far side's last sender report, and when it came."""
        self.hears: Leg | None = None
        """The leg whose audio this one hears: its partner, or itself for an echo."""
        self.sink: Leg | None = None
        """The leg that hears this one."""
        self.send: Send | None = None
        """None while nothing may be sent."""
        self.plain = -1
        """The first 16 bits of a packet that is relayed with its numbers changed and nothing else; -1 for none."""
        self.onward = stream
        """The stream such a packet joins."""
        self.pass_on: Send = _discard
        """Sends such a packet."""
        self.foreign = 0
        self.garbage = 0
        self.remote_lost = 0
        self.remote_jitter_ms = 0.0

    @property
    def payload_type(self) -> int:
        return PCMU if self.remote is None else self.remote.payload_type

    @property
    def dtmf_type(self) -> int | None:
        return None if self.remote is None else self.remote.dtmf_type

    @property
    def receives(self) -> bool:
        """Whether what the far side sends may be passed on."""
        return self.remote is None or self.remote.receive

    def aim(self) -> None:
        """Derive ``send``: to the learnt source, else to the signalled address."""
        remote = self.remote
        if remote is None or not remote.send or remote.port == 0 or is_nowhere(remote.host):
            self.send = None
        elif self.line is not None:
            self.send = self.line.send
        elif self.signalled is not None:
            self.send = _sender(self.ports.rtp, self.signalled)
        else:
            self.send = None
        self.stream.interrupt()

    def wire(self) -> None:
        """Derive ``plain``, ``onward`` and ``pass_on`` from this leg's codec and permissions and its sink's."""
        sink = self.sink
        if sink is None or sink.send is None or not self.receives or sink.payload_type != self.payload_type:
            self.plain = -1
        else:
            self.plain, self.onward, self.pass_on = VERSION_2 | self.payload_type, sink.stream, sink.send

    def stats(self) -> MediaStats:
        """The figures so far."""
        reception = self.reception
        return MediaStats(
            leg=self.name,
            packets_received=reception.received,
            octets_received=reception.octets,
            packets_sent=self.stream.packets,
            packets_lost=max(0, reception.lost),
            jitter_ms=round(reception.jitter_ms, 3),
            foreign=self.foreign,
            remote_lost=self.remote_lost,
            remote_jitter_ms=self.remote_jitter_ms,
            source=self.source,
        )


def numeric(host: str, port: int) -> Address | None:
    """An address to send to; None where there is none: a name (never looked up here), nowhere, port 0."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return None if address.is_unspecified or not 0 < port < 65536 else (str(address), port)


def is_nowhere(host: str) -> bool:
    """Whether an SDP's host is 0.0.0.0 or ``::``, the hold of RFC 2543."""
    return host in ("0.0.0.0", "::", "0:0:0:0:0:0:0:0")


def is_audio(payload_type: int) -> bool:
    return payload_type in (PCMU, PCMA)


def _sender(sock: socket.socket, address: Address) -> Send:
    def send(data: bytes | memoryview) -> int:
        return sock.sendto(data, address)

    return send
