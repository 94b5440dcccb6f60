"""The way of a packet through a media worker: received, counted, renumbered, sent on.

``turn`` has the fast path of ``flow`` in it. Everything else (a first packet, a loss, a marker, a header extension, a
digit) goes the long way through the pure parts, and comes out with the same numbers.

One datagram is read for each socket that epoll names, rather than all until EAGAIN: a leg has one packet in 20 ms,
so the second read would nearly always be in vain, and where it is not epoll names the socket again at once.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import monotonic

from pbx.media import rtp
from pbx.media.codecs import Codec
from pbx.media.g711 import translation
from pbx.media.rtp import HEADER_SIZE
from pbx.plane.digits import passes_events
from pbx.plane.flow import CLOCK_MASK, HEADER, Flow, Send
from pbx.plane.leg import Leg, Receive
from pbx.plane.ports import Address, PortPair, Reactor
from pbx.plane.source import MediaSources, may_be_learnt
from pbx.plane.srtp import Refused
from pbx.plane.transcoding import passes

BUFFER = rtp.MAX_SIZE + 1
"""One octet more than a packet may have, so that a longer one is seen to be too long."""

COMFORT_NOISE = 13
"""The payload type of what stands in for silence (RFC 3389 section 4)."""

MOST_WAITING = 1024
"""More datagrams than a socket's buffer holds."""


class Relay:
    """Receives for all legs of a worker. ``on_event`` takes telephone events, ``on_learnt`` a leg with a source."""

    def __init__(
        self,
        reactor: Reactor,
        on_event: Callable[[Leg, rtp.Packet, float], None],
        on_learnt: Callable[[Leg], None],
    ) -> None:
        self.sources = MediaSources.NAT
        """Whom legs may learn as their source."""
        self._reactor = reactor
        self._on_event = on_event
        self._on_learnt = on_learnt
        self._lines: dict[int, tuple[Receive, Flow, Leg]] = {}
        self._buffer = bytearray(BUFFER)
        whole = memoryview(self._buffer)
        self._views = [whole[:size] for size in range(BUFFER + 1)]
        # A datagram of another size is no plain packet: the buffer holds another one's header, or not all of this one.
        self._plain = [view if HEADER_SIZE < len(view) < BUFFER else None for view in self._views]

    def turn(self, ready: list[tuple[int, int]]) -> bool:
        """Serve the sockets that can be read: lines here, all others through their handlers.

        Returns whether everything took the fast path, so that nothing became due that was not before.
        """
        straight = True
        lines, buffer, plain = self._lines, self._buffer, self._plain
        unpack, pack = HEADER.unpack_from, HEADER.pack_into
        now = monotonic()  # of the whole turn: all that is ready has arrived
        for fd, _ in ready:
            try:
                receive, flow, leg = lines[fd]
            except KeyError:
                straight = False
                self._handle(fd)
                continue
            try:
                size = receive(buffer)
            except OSError:
                straight = False
                continue  # the far side refused what we sent it, or there was nothing after all
            word, sequence, clock = unpack(buffer)
            view = plain[size]
            if sequence != flow.sequence or clock != flow.clock or word != flow.word or view is None:
                straight = False
                self._accept(leg, size, now)
                continue
            flow.sequence = sequence + 1
            flow.clock = clock + flow.clock_step
            flow.octets += size
            jitter = flow.jitter
            flow.jitter = jitter + (abs(now - flow.due) - jitter) * 0.0625
            flow.due = now + flow.packet_s
            pack(
                buffer, 0, flow.out_word, sequence + flow.sequence_shift & 0xFFFF, clock + flow.clock_shift & CLOCK_MASK
            )
            if flow.table is not None:
                buffer[HEADER_SIZE:size] = buffer[HEADER_SIZE:size].translate(flow.table)
            try:
                flow.send(view)
            except OSError:
                continue  # refused, or the kernel has no room: this packet is lost, as packets may be
        return straight

    def _handle(self, fd: int) -> None:
        """Serve a socket that is no line, unless it was closed earlier in this turn."""
        handler = self._reactor.handlers.get(fd)
        if handler is not None:
            handler()

    def receive(self, leg: Leg, ports: PortPair) -> None:
        """Read one datagram from a pair's own RTP socket: a first packet, or a stranger's."""
        self._sift(leg, ports, ports.rtp)

    def tie(self, leg: Leg, line: socket.socket) -> None:
        """Give a leg its line to another worker: a socket on which nobody else can send."""
        leg.line = line
        self.wire(leg)
        self._reactor.epoll.register(line.fileno(), select.EPOLLIN)
        leg.aim()

    def wire(self, leg: Leg) -> None:
        """Say how packets are received from a leg's line, if it has one; again when keys or wiretap have changed."""
        line = leg.line
        if line is not None:
            receive: Receive = line.recv_into
            if leg.gate is not None and (leg.srtp is not None or leg.awaits_keys):
                receive = leg.gate.receiver(line)
            elif leg.srtp is not None:
                receive = leg.srtp.receiver(line, leg.spoilt)
            if leg.wiretap is not None:
                receive = leg.wiretap.receiver(receive)
            self._lines[line.fileno()] = (receive, leg.flow, leg)

    def learn(self, leg: Leg, origin: Address) -> None:
        """Let a leg's source be an address that proved itself in another way than by audio."""
        if leg.ports is not None and self._lock(leg, leg.ports, origin):
            self._sift_line(leg, leg.ports)

    def forget_source(self, leg: Leg) -> None:
        """Unlearn a leg's source: its next packet is learnt anew."""
        if leg.line is not None:
            fd = leg.line.fileno()
            del self._lines[fd]
            self._reactor.epoll.unregister(fd)
            leg.line.close()
            leg.line = leg.source = None
            leg.aim()

    def _sift(self, leg: Leg, ports: PortPair, sock: socket.socket) -> bool:
        """Take a datagram from a socket that anybody may have sent to; whether there was one."""
        try:
            size, (host, port, *_) = sock.recvfrom_into(self._buffer)
        except BlockingIOError:
            return False
        except OSError:
            return True  # the far side refused what we sent it
        origin = (host, port)
        if leg.gate is not None and leg.gate.takes(bytes(self._views[size]), origin, monotonic()):
            return True
        known = origin == leg.source
        if not (known or may_be_learnt(origin, leg.source, leg.signalled, leg.remote, self.sources)):
            leg.foreign += 1
            return True
        try:
            size = self._open(leg, size)
        except Refused:
            leg.spoilt()
            return True
        packet = self._parse(leg, size)
        if packet is None:
            return True
        if origin == leg.source:
            self._take(leg, packet, size, monotonic())
        elif self._lock(leg, ports, origin):
            self._take(leg, packet, size, monotonic())
            self._sift_line(leg, ports)
        return True

    def _open(self, leg: Leg, size: int) -> int:
        """Open what lies sealed in the buffer; its size now. Raises Refused."""
        if leg.awaits_keys:
            raise Refused("the keys are not found yet")
        if leg.srtp is None:
            return size
        data = leg.srtp.open(bytes(self._views[size]))
        self._buffer[: len(data)] = data
        return len(data)

    def _lock(self, leg: Leg, ports: PortPair, origin: Address) -> bool:
        """Learn a leg's source, once; whether that worked."""
        self.forget_source(leg)
        try:
            line = ports.connect(origin)
        except OSError:
            leg.garbage += 1  # an address that cannot be answered
            return False
        leg.source, leg.line = origin, line
        del self._reactor.handlers[line.fileno()]
        self.wire(leg)
        self._reactor.watch(ports.rtp.fileno(), partial(self.receive, leg, ports))
        self._on_learnt(leg)
        return True

    def _sift_line(self, leg: Leg, ports: PortPair) -> None:
        """Take what came before the line was connected, in its order; from now on only the source can send here."""
        line = leg.line
        for _ in range(MOST_WAITING):
            if line is None or line is not leg.line or not self._sift(leg, ports, line):
                return

    def _accept(self, leg: Leg, size: int, now: float) -> None:
        gate = None if leg.srtp is not None else leg.gate  # where audio is sealed, the gate has opened it already
        if gate is not None and leg.source is not None and gate.takes(bytes(self._views[size]), leg.source, now):
            return
        packet = self._parse(leg, size)
        if packet is not None:
            self._take(leg, packet, size, now)

    def _parse(self, leg: Leg, size: int) -> rtp.Packet | None:
        try:
            return rtp.parse(self._views[size])
        except rtp.RtpError:
            leg.garbage += 1
            return None

    def _take(self, leg: Leg, packet: rtp.Packet, size: int, now: float) -> None:
        """The long way of a packet from a leg's source."""
        leg.flow.end()
        leg.reception.counted(packet.ssrc, packet.sequence, len(packet.payload))
        codec: Codec | None = None
        if packet.payload_type == leg.dtmf_type:
            self._on_event(leg, packet, now)
        elif (codec := leg.hearing.codecs.get(packet.payload_type)) is not None:
            leg.hearing.spoken = codec
            if codec.clock_rate != leg.reception.rate:
                leg.reception.tick(codec.clock_rate)
            leg.reception.timed(packet.timestamp, now)
            if leg.look is not None:
                look, leg.look = leg.look, None
                look(packet.payload, packet.payload_type)
        if not leg.receives:
            return
        sink = leg.sink
        send = None if sink is None else sink.send
        translated = sink is not None and send is not None and not passes(leg.hearing.spoken, sink.codec)
        ticks = 0 if codec is None else codec.ticks(packet.payload)
        if leg.taps or translated:
            self._unpack(leg, packet, ticks, now, translated=translated)
        if sink is None or send is None or leg.muted:
            return
        if codec is None:
            self._pass_beside(leg, sink, send, packet, now, translated=translated)
        elif not translated:
            self._pass_on(sink, send, packet, codec, now)
        if codec is not None and not translated and not leg.taps:
            table = None if codec is sink.codec else translation(codec.payload_type, sink.codec.payload_type)
            leg.flow.begin(packet, size, ticks, sink.payload_type, table, sink.stream, send, now)

    def _unpack(self, leg: Leg, packet: rtp.Packet, ticks: int, now: float, *, translated: bool) -> None:
        """Let those have a packet who decode it, in order: the taps, and the sink if it is of another codec."""
        sink = leg.sink
        for each in leg.hearing.order.put(packet, ticks, now):
            if each.payload_type not in leg.hearing.codecs or each.payload_type == leg.dtmf_type:
                continue
            for tap in leg.taps:
                tap(each, now)
            if translated and sink is not None and sink.send is not None and not leg.muted:
                leg.transcoder.take(each, sink.voice, now, sink.send)

    def _pass_on(self, sink: Leg, send: Send, packet: rtp.Packet, codec: Codec, now: float) -> None:
        """Send a packet of audio to the leg that hears it, in its law and under its numbers."""
        payload = packet.payload
        if codec is not sink.codec and (table := translation(codec.payload_type, sink.codec.payload_type)) is not None:
            payload = payload.translate(table)
        self._renumber(sink, send, packet, sink.payload_type, payload, now)

    def _pass_beside(
        self, leg: Leg, sink: Leg, send: Send, packet: rtp.Packet, now: float, *, translated: bool
    ) -> None:
        """Send what is no audio, a digit or comfort noise, to a leg that knows what it is."""
        kind: int | None = None
        if packet.payload_type == leg.dtmf_type:
            kind = sink.dtmf_type if passes_events(leg, sink) else None
        elif packet.payload_type == COMFORT_NOISE and sink.knows_comfort_noise and not translated:
            kind = COMFORT_NOISE
        if kind is None:
            if not translated:
                sink.stream.interrupt()  # left out, and not to be taken for a loss
        elif translated:
            leg.transcoder.insert(packet, kind, sink.voice, now, send)
        else:
            self._renumber(sink, send, packet, kind, packet.payload, now)

    def _renumber(self, sink: Leg, send: Send, packet: rtp.Packet, kind: int, payload: bytes, now: float) -> None:
        numbers = sink.stream.relay(packet.ssrc, packet.sequence, packet.timestamp, now, len(payload))
        if numbers is None:
            return
        sequence, timestamp, marker = numbers
        head = rtp.header(kind, sequence, timestamp, sink.stream.ssrc, marker or packet.marker)
        with suppress(OSError):
            send(head + payload)
