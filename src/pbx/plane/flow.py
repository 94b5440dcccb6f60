"""The fast path: a run of packets, each the plain successor of the one before, from one leg to the leg that hears it.

Nearly all audio is such runs. Of the next packet of a run everything is known beforehand but its payload and its
arrival, so the relay compares its header with what is expected, adds constants to make ours, and counts. What a
packet would have changed in ``Reception`` and ``Stream`` one by one is put on their accounts when the run ends, or
when somebody asks (``settle``). Any other packet ends the run, goes the long way, and may begin the next one.

Timestamp and SSRC are taken together as one number of 64 bits, here called the *clock*: ours is the incoming one plus
a constant, modulo 2**64.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct as Layout

from pbx.media.reception import Reception
from pbx.media.rtp import HEADER_SIZE, Packet
from pbx.media.stream import Stream

Send = Callable[[bytes | memoryview], int]
"""Sends one datagram to the far side; raises OSError."""

Look = Callable[[bytes, int], None]
"""Takes the payload of one packet of audio, and its payload type."""

HEADER = Layout("!HHQ")
"""An RTP header as the fast path reads it: flags and payload type, sequence, clock."""

CLOCK_MASK = 0xFFFF_FFFF_FFFF_FFFF

PLAIN = 0x8000
"""The first word of a plain header (version 2 and nothing more) before its payload type is added."""

NEVER = -1
"""A word that no packet has."""


def nowhere(_: bytes | memoryview) -> int:
    """Where something sends before it knows where to."""
    return 0


class Flow:
    """What the next packet of a leg's run looks like, and what becomes of it."""

    __slots__ = (
        "_settled",
        "clock",
        "clock_shift",
        "clock_step",
        "due",
        "jitter",
        "octets",
        "out_word",
        "packet_s",
        "reception",
        "send",
        "sequence",
        "sequence_shift",
        "stream",
        "table",
        "word",
    )

    def __init__(self, reception: Reception, stream: Stream) -> None:
        """``reception`` is the speaking leg's; ``stream`` is any one, until ``begin`` names the hearing leg's."""
        self.reception = reception
        self.stream = stream
        self.send: Send = nowhere
        self.table: bytes | None = None
        """The translation between two laws of G.711."""
        self.word = NEVER
        """The expected first word; NEVER while no run is on."""
        self.sequence = 0
        """The expected sequence number. After 65535 it is one that no packet has, for there a cycle ends."""
        self.clock = 0
        """The expected timestamp and SSRC."""
        self.packet_s = 0.0
        """Seconds of audio in a packet."""
        self.octets = 0
        """Of the datagrams that are not yet on the accounts."""
        self.clock_step = 0
        self.out_word = 0
        self.sequence_shift = 0
        self.clock_shift = 0
        self.due = 0.0
        """When the next packet comes if the last one was on time, in seconds."""
        self.jitter = 0.0
        """That of the reception, in seconds."""
        self._settled = 0

    def begin(
        self,
        packet: Packet,
        size: int,
        ticks: int,
        payload_type: int,
        table: bytes | None,
        stream: Stream,
        send: Send,
        now: float,
    ) -> None:
        """Begin a run after a packet that went the long way, if its successor is sure of the same way.

        ``size`` is the datagram's, ``ticks`` the length of its audio; ``payload_type`` is the hearing leg's, and
        ``table`` leads to its law.
        """
        reception, octets = self.reception, len(packet.payload)
        if (
            packet.marker
            or not ticks
            or size != HEADER_SIZE + octets
            or reception.expected_next != (packet.sequence + 1) & 0xFFFF
            or stream.source != packet.ssrc
            or stream.heard != packet.sequence
        ):
            return
        self.stream, self.send, self.table = stream, send, table
        self.word, self.out_word = PLAIN | packet.payload_type, PLAIN | payload_type
        self.sequence = self._settled = packet.sequence + 1
        self.sequence_shift, self.octets = stream.sequence_shift, 0
        self.clock_step = ticks << 32
        self.clock = (packet.timestamp << 32 | packet.ssrc) + self.clock_step
        self.clock_shift = (stream.timestamp_shift << 32) + stream.ssrc - packet.ssrc
        self.packet_s = ticks / reception.rate
        self.due, self.jitter = now + self.packet_s, reception.jitter / reception.rate

    def glance(self, look: Look) -> bool:
        """Let the next packet of the run be looked at as it is sent; False where no run is on.

        It costs the others nothing.
        """
        if self.word == NEVER:
            return False
        send, payload_type = self.send, self.out_word & 0x7F

        def sent_and_seen(data: bytes | memoryview) -> int:
            self.send = send
            look(bytes(data[HEADER_SIZE:]), payload_type)
            return send(data)

        self.send = sent_and_seen
        return True

    def settle(self) -> None:
        """Put the packets of the run so far on the accounts of who received and who sent them."""
        run = self.sequence - self._settled
        if not run:
            return
        octets = self.octets - run * HEADER_SIZE
        self._settled, self.octets = self.sequence, 0
        reception, stream = self.reception, self.stream
        timestamp, arrived = (self.clock - self.clock_step) >> 32, self.due - self.packet_s
        reception.expected_next = self.sequence & 0xFFFF
        reception.received += run
        reception.octets += octets
        reception.transit = arrived * reception.rate - timestamp
        reception.jitter = self.jitter * reception.rate
        stream.heard, stream.heard_timestamp, stream.at = self.sequence - 1, timestamp, arrived
        stream.packets += run
        stream.octets += octets

    def end(self) -> None:
        """End the run: the next packet goes the long way."""
        self.settle()
        self.word = NEVER
