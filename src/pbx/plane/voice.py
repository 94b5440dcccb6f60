"""What a leg's far side hears of audio that is made or translated here: encoded, cut into its packets, numbered."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from pbx.media.codecs import NARROW, PCMU, Codec, Encoder
from pbx.media.codecs.g711 import G711
from pbx.media.g711 import FRAME, Samples
from pbx.media.reel import PLAIN, Reel
from pbx.media.rtp import HEADER, header
from pbx.media.stream import GENERATED, Stream
from pbx.plane.flow import Send
from pbx.plane.hearing import NOTHING

FRAME_MS = 20


class Voice:
    """One leg's. It speaks G.711 in packets of 20 ms until it is told otherwise."""

    __slots__ = (
        "_encoder",
        "_marker",
        "_octets",
        "_rate",
        "_rest",
        "_step",
        "_stream",
        "codec",
        "law",
        "packet_ms",
        "payload_type",
    )

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.codec: Codec = PCMU
        self.payload_type = PCMU.payload_type
        self.law: int | None = PCMU.payload_type
        """PCMU or PCMA where ``say_encoded`` takes it; None for another codec."""
        self.packet_ms = FRAME_MS
        """How much of what is made here goes into a packet."""
        self._encoder: Encoder | None = None
        self._rate = 0
        self._rest: Samples = NOTHING  # what does not fill a packet yet
        self._octets = b""  # the same, encoded
        self._step = FRAME  # from the timestamp of the last packet to that of the next
        self._marker = False

    def tune(self, codec: Codec, payload_type: int, packet_ms: int) -> None:
        """Speak in this way from now on."""
        packet_ms = codec.packet_ms(packet_ms)
        self._stream.cut()
        self.payload_type = payload_type
        if codec is not self.codec or packet_ms != self.packet_ms:
            self.codec, self.packet_ms = codec, packet_ms
            self.law = codec.payload_type if isinstance(codec, G711) else None
            self._encoder = None
            self._stream.tick(codec.clock_rate)
            self.interrupt()

    def interrupt(self) -> None:
        """What was heard ends here; what did not fill a packet is left out."""
        self._rest, self._octets = NOTHING, b""
        self._step, self._marker = self._ticks, False

    def say(self, samples: Samples, rate: int, now: float, send: Send) -> None:
        """Go on with some audio, at 8000 Hz or another rate that the codec has."""
        encoder = self._encoder
        if encoder is None or rate != self._rate:
            encoder = self._encoder = self.codec.encoder(rate)
            self._rate, self._rest = rate, NOTHING
        size = rate * self.packet_ms // 1000
        if len(self._rest):
            samples = np.concatenate([self._rest, samples])
        at = 0
        while len(samples) - at >= size:
            self._send(encoder.encode(samples[at : at + size]), now, send)
            at += size
        self._rest = samples[at:]

    def say_encoded(self, frame: bytes, now: float, send: Send) -> None:
        """Go on with 20 ms that are encoded in the leg's codec already, which is G.711.

        Nearly all of it goes on from a packet just like it: then this is what ``_send`` does, without its detours.
        """
        if self.packet_ms == FRAME_MS:
            stream = self._stream
            if not self.steady:
                self._send(frame, now, send)
                return
            sequence = stream.heard = (stream.heard + 1) & 0xFFFF
            timestamp = stream.heard_timestamp = (stream.heard_timestamp + FRAME) & 0xFFFFFFFF
            stream.at = now
            stream.packets += 1
            stream.octets += FRAME
            sequence, timestamp = (sequence + stream.sequence_shift) & 0xFFFF, timestamp + stream.timestamp_shift
            head = HEADER.pack(PLAIN, self.payload_type, sequence, timestamp & 0xFFFFFFFF, stream.ssrc)
            try:
                send(head + frame)
            except OSError:
                return  # refused, or the kernel has no room: a packet lost
            return
        octets, size = self._octets + frame, FRAME * self.packet_ms // FRAME_MS
        while len(octets) >= size:
            self._send(octets[:size], now, send)
            octets = octets[size:]
        self._octets = octets

    @property
    def steady(self) -> bool:
        """Whether the next packet of 20 ms just goes on from the last one, which was made here as well."""
        goes_on = self._step == FRAME and not self._marker
        return self.packet_ms == FRAME_MS and self._stream.source == GENERATED and goes_on

    def reel(self, frames: Sequence[bytes], now: float) -> Reel:
        """The packets of some frames in the law of ``law``, for as long as it is ``steady`` to go on with them."""
        return self._stream.reel(frames, self.payload_type, now)

    def move(self, ticks: int, now: float, send: Send) -> None:
        """Go on so many 8000ths of a second later, or earlier; what waits is filled up with silence before a gap."""
        if ticks > 0 and len(self._rest):
            missing = FRAME * self.packet_ms // FRAME_MS - len(self._rest) * NARROW // self._rate
            filled = min(ticks, missing)
            self.say(np.zeros(filled * self._rate // NARROW, np.int16), self._rate, now, send)
            ticks -= filled
        self._step += ticks * self.codec.clock_rate // NARROW
        self._marker = self._marker or ticks > 0

    def insert(self, payload_type: int, payload: bytes, marker: bool, now: float, send: Send) -> None:
        """Send a packet that is no audio, such as a digit's, at the present place."""
        sequence, timestamp, changed = self._stream.generate(now, len(payload), self._step)
        self._step = 0
        self._write(payload_type, sequence, timestamp, marker or changed, payload, send)

    @property
    def _ticks(self) -> int:
        return self.codec.clock_rate * self.packet_ms // 1000

    def _send(self, payload: bytes, now: float, send: Send) -> None:
        sequence, timestamp, changed = self._stream.generate(now, len(payload), self._step)
        marker, self._marker, self._step = changed or self._marker, False, self._ticks
        self._write(self.payload_type, sequence, timestamp, marker, payload, send)

    def _write(
        self, payload_type: int, sequence: int, timestamp: int, marker: bool, payload: bytes, send: Send
    ) -> None:
        with suppress(OSError):  # refused, or the kernel has no room: a packet lost
            send(header(payload_type, sequence, timestamp, self._stream.ssrc, marker) + payload)
