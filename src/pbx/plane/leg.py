"""One leg's audio in a media worker: its sockets, what it hears, and who hears it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from pbx.media.codecs import CODECS, NARROW, PCMU, Codec
from pbx.media.dtmf import DigitReader
from pbx.media.g711 import Samples
from pbx.media.reception import Reception
from pbx.media.rtp import Packet, header
from pbx.media.stream import Stream
from pbx.plane.flow import Flow, Look, Send
from pbx.plane.hearing import STATIC, Hearing
from pbx.plane.ports import Address, PortPair
from pbx.plane.protocol import MediaStats, RemoteMedia
from pbx.plane.srtp import Srtp
from pbx.plane.transcoding import Transcoder
from pbx.plane.voice import Voice
from pbx.sdp.model import is_nowhere

Tap = Callable[[Packet, float], None]
"""Takes each audio packet that a leg sends, in order, and when it came, in seconds; ``Leg.samples`` and ``Leg.place``
read it. One that was lost comes as ``pbx.media.order.Lost``."""

Receive = Callable[[bytearray], int]
"""Receives one datagram into a buffer; its size. Raises OSError."""


class Wiretap(Protocol):
    """Catches all that a leg says and is sent, RTP packets in the clear, on whichever way they take."""

    def receiver(self, receive: Receive) -> Receive:
        """A way to receive that catches what comes."""

    def sender(self, send: Send) -> Send:
        """A way to send that catches what goes."""


class Gate(Protocol):
    """What else comes to a leg's RTP port, and is dealt with there."""

    def takes(self, data: bytes, origin: Address, now: float) -> bool:
        """Deal with a datagram that is no audio; whether it was none."""

    def receiver(self, line: socket.socket) -> Callable[[bytearray], int]:
        """A way to receive audio from the source, opened. Raises OSError for all that is none."""


class Leg:
    """The state of a leg. Whoever changes what it hears, or where it sends, ends the flows that this concerns."""

    __slots__ = (
        "digits",
        "flow",
        "foreign",
        "garbage",
        "gate",
        "handshakes_failed",
        "hearing",
        "hears",
        "line",
        "look",
        "muted",
        "name",
        "outlet",
        "ports",
        "reception",
        "reference",
        "remote",
        "remote_jitter_ms",
        "remote_loss",
        "remote_lost",
        "reports",
        "round_trip_ms",
        "rtcp_address",
        "send",
        "sender_report",
        "signalled",
        "sink",
        "sounding",
        "source",
        "spare",
        "srtp",
        "stream",
        "taps",
        "transcoder",
        "voice",
        "wiretap",
    )

    def __init__(self, name: str, ports: PortPair | None, stream: Stream) -> None:
        self.name = name
        self.ports = ports
        """None for a leg whose far side is a leg of another worker: it has a line from its beginning."""
        self.spare: list[PortPair] = []
        """Pairs on others of our addresses, which were offered to others who were called, or used before."""
        self.stream = stream
        """What the far side hears."""
        self.reception = Reception()
        """What the far side sends."""
        self.flow = Flow(self.reception, stream)
        """The fast path from here to the sink."""
        self.hearing = Hearing(self.spoilt)
        """What the far side says, where it is decoded."""
        self.transcoder = Transcoder(self.hearing)
        """The way from here to a sink of another codec."""
        self.voice = Voice(stream)
        """What the far side hears, where it is encoded here."""
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
        self.reference: tuple[int, int, float] | None = None
        """The same of its last receiver reference time (RFC 3611 section 4.4), after who sent it."""
        self.reports = 0
        """RTCP compounds that came."""
        self.hears: Leg | None = None
        """The leg whose audio this one hears: its partner, or itself for an echo."""
        self.sink: Leg | None = None
        """The leg that hears this one."""
        self.taps: tuple[Tap, ...] = ()
        """What else takes its audio; while anything does, each packet goes the long way."""
        self.look: Look | None = None
        """Takes the payload of the next packet of its audio that goes the long way, and no more."""
        self.wiretap: Wiretap | None = None
        """What catches all of its audio both ways, without keeping packets from the fast path."""
        self.send: Send | None = None
        """None while nothing may be sent."""
        self.outlet: Send | None = None
        """The same, also while keys sound and silence all else."""
        self.sounding = False
        """Whether keys are pressed for it."""
        self.muted = False
        """Whether its present packet is kept from its sink."""
        self.srtp: Srtp | None = None
        """What secures it; None for audio in the clear."""
        self.gate: Gate | None = None
        """None where nothing but audio comes to its RTP port."""
        self.foreign = 0
        self.garbage = 0
        self.handshakes_failed = 0
        self.remote_lost = 0
        self.remote_loss: float | None = None
        """The share of ours that the far side lost, by its last report; None when that was taken, until the next."""
        self.remote_jitter_ms = 0.0
        self.round_trip_ms: float | None = None

    @property
    def payload_type(self) -> int:
        """Under which its codec is sent."""
        return self.voice.payload_type

    @property
    def codec(self) -> Codec:
        """In which the far side wants to hear us."""
        return self.voice.codec

    @property
    def law(self) -> int | None:
        """PCMU or PCMA where ``speak_encoded`` takes it; None for another codec."""
        return self.voice.law

    @property
    def dtmf_type(self) -> int | None:
        return None if self.remote is None else self.remote.dtmf_type

    @property
    def tones(self) -> bool:
        """Whether it knows digits as tones in its audio."""
        return self.remote is not None and self.remote.tones

    @property
    def knows_comfort_noise(self) -> bool:
        """Whether it said that it understands such packets."""
        return self.remote is not None and self.remote.comfort_noise

    @property
    def receives(self) -> bool:
        """Whether what the far side sends may be passed on."""
        return self.remote is None or self.remote.receive

    def describe(self, remote: RemoteMedia) -> None:
        """Take what the far side signalled; ``aim`` follows."""
        self.remote = remote
        codec = CODECS.get(remote.codec) or STATIC.get(remote.payload_type, PCMU)
        self.voice.tune(codec, remote.payload_type, remote.packet_ms)
        described = {number: CODECS[name] for number, name in remote.accepts if name in CODECS}
        self.hearing.codecs = {**STATIC, remote.payload_type: codec, **described}
        self.hearing.spoken = codec

    @property
    def awaits_keys(self) -> bool:
        """Whether nothing may be sent or taken yet: a handshake is to find the keys."""
        return self.srtp is None and self.remote is not None and self.remote.handshake is not None

    @property
    def muxed(self) -> bool:
        """Whether RTCP shares the port of RTP."""
        return self.remote is not None and self.remote.rtcp_mux

    def aim(self) -> None:
        """Derive ``send`` (to the learnt source, else to the signalled address) and end what ran before."""
        self.end_flows()
        self._aim()

    def aim_anew(self) -> None:
        """The same while the far side goes on to hear what it hears: the numbers of its packets go on, too."""
        self.flow.end()
        if self.hears is not None:
            self.hears.flow.end()
        self._aim()

    def _aim(self) -> None:
        self.stream.cut()  # it is sent to where it was to go
        remote = self.remote
        if remote is None or not remote.send or self.awaits_keys or _leads_nowhere(remote):
            self.send = None
        elif self.line is not None:
            self.send = self.line.send
        elif self.signalled is not None and self.ports is not None:
            self.send = _sender(self.ports.rtp, self.signalled)
        else:
            self.send = None
        if self.send is not None and self.srtp is not None:
            self.send = self.srtp.sender(self.send)
        if self.send is not None and self.wiretap is not None:
            self.send = self.wiretap.sender(self.send)
        self.outlet = self.send
        if self.sounding:
            self.send = None

    def end_flows(self) -> None:
        """End the runs of packets from here and to here; what is sent next counts as from a new source."""
        self.flow.end()
        if self.hears is not None:
            self.hears.flow.end()
        self.stream.interrupt()
        self.voice.interrupt()

    def spoilt(self) -> None:
        """Count a datagram that was no packet of this leg's."""
        self.garbage += 1

    def tap(self, tap: Tap) -> None:
        """Let one more take its audio."""
        self.flow.end()
        self.taps += (tap,)

    def untap(self, tap: Tap) -> None:
        """End what ``tap`` began."""
        self.taps = tuple(each for each in self.taps if each != tap)

    def look_at_next(self, look: Look) -> None:
        """Let one packet of its audio be looked at, the next one, whichever way it takes."""
        if not self.flow.glance(look):
            self.look = look

    def samples(self, packet: Packet) -> Samples:
        """The audio of a packet that a tap takes: 16-bit mono at 8000 Hz, not to be changed; decoded once for all."""
        return self.hearing.samples(packet)

    def place(self, packet: Packet) -> int:
        """Where the audio of a packet begins on the far side's clock, in 8000ths of a second, modulo 2**32."""
        return self.hearing.place(packet)

    def speak(self, frame: Samples, now: float) -> None:
        """Let the far side hear 20 ms of audio made here: 160 samples, 16-bit mono at 8000 Hz."""
        if self.send is not None:
            self.voice.say(frame, NARROW, now, self.send)

    def speak_encoded(self, frame: bytes, now: float) -> None:
        """The same for 20 ms in the law of ``law``: the cheaper way, where many legs hear the same."""
        if self.send is not None:
            self.voice.say_encoded(frame, now, self.send)

    def speak_over(self, frame: Samples, now: float) -> None:
        """The same as ``speak``, while keys sound."""
        self.send, silenced = self.outlet, self.send
        self.speak(frame, now)
        self.send = silenced

    def send_event(
        self, payload: bytes, began: int | None, offset: int, marker: bool, now: float, *, passes: bool
    ) -> int:
        """Send a telephone event; the timestamp at which its key press began, which for the first one is now.

        ``passes`` says whether 20 ms have passed since what was sent before.
        """
        stream = self.stream
        sequence, timestamp, _ = stream.generate(now, len(payload), stream.rate // 50 if passes else 0)
        began = timestamp if began is None else began
        if self.outlet is not None and self.dtmf_type is not None:
            head = header(self.dtmf_type, sequence, (began + offset) & 0xFFFFFFFF, stream.ssrc, marker)
            with suppress(OSError):  # refused, or the kernel has no room: a packet lost
                self.outlet(head + payload)
        return began

    def settle(self) -> None:
        """Bring the figures of ``reception`` and ``stream`` up to date."""
        self.flow.settle()
        self.stream.settle()
        if self.hears is not None:
            self.hears.flow.settle()

    def stats(self) -> MediaStats:
        """The figures so far."""
        self.settle()
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
            garbage=self.garbage,
            handshakes_failed=self.handshakes_failed,
        )


LINE_DTMF_TYPE = 101
"""Telephone events on the lines between workers."""


def line_media(codec: Codec) -> RemoteMedia:
    """The far side of a line to another worker: it is spoken to in one codec, and may speak any."""
    accepts = tuple((each.payload_type, name) for name, each in CODECS.items())
    return RemoteMedia(
        "", 1, 0, codec.payload_type, LINE_DTMF_TYPE, codec=codec.name, accepts=accepts, comfort_noise=True
    )


def _leads_nowhere(remote: RemoteMedia) -> bool:
    return remote.checks is None and (remote.port == 0 or is_nowhere(remote.host))


def reachable(leg: Leg, host: str, port: int) -> Address | None:
    """An address that a leg's own sockets can send to; None where there is none, or only one of the other family."""
    return numeric(host, port) if leg.ports is not None and leg.ports.reaches(host) else None


def numeric(host: str, port: int) -> Address | None:
    """An address to send to; None where there is none: a name (never looked up here), nowhere, port 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        octets = socket.inet_pton(family, host)
    except (OSError, ValueError):
        return None
    return (socket.inet_ntop(family, octets), port) if any(octets) and 0 < port < 65536 else None


def _sender(sock: socket.socket, address: Address) -> Send:
    def send(data: bytes | memoryview) -> int:
        return sock.sendto(data, address)

    return send
