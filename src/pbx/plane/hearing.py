"""What a leg's far side says, decoded: in order, with what was lost concealed, and once however many listen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pbx.media.codecs import CODECS, NARROW, PCMU, Codec, CodecError, Decoder
from pbx.media.g711 import Samples
from pbx.media.order import Lost, Order
from pbx.media.rtp import Packet

STATIC: dict[int, Codec] = {codec.payload_type: codec for codec in CODECS.values() if codec.payload_type < 96}
"""What needs no description (RFC 3551 section 6)."""

NOTHING = np.zeros(0, np.int16)


class Reading:
    """A decoder at one rate, and the packet that it read last."""

    __slots__ = ("decoder", "packet", "samples")

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder
        self.packet: Packet | None = None
        self.samples: Samples = NOTHING


class Hearing:
    """One leg's; ``spoilt`` is told of a payload that cannot be decoded."""

    __slots__ = ("_clock", "_readings", "_spoilt", "codecs", "order", "spoken")

    def __init__(self, spoilt: Callable[[], None]) -> None:
        self._spoilt = spoilt
        self.codecs: dict[int, Codec] = STATIC
        """In what the far side may speak, by payload type."""
        self.order = Order()
        """For packets on their way to who decodes them."""
        self._readings: dict[tuple[str, int], Reading] = {}
        self.spoken: Codec = PCMU
        """What it spoke last, or what is agreed on: whatever is no audio, such as digits, is beside that."""
        self._clock = 0

    def samples(self, packet: Packet, rate: int = NARROW) -> Samples:
        """The audio of a packet, or what is guessed for a lost one, at a rate that its codec has."""
        codec = self.codecs[packet.payload_type]
        reading = self._readings.get((codec.name, rate))
        if reading is None:
            reading = self._readings[codec.name, rate] = Reading(codec.decoder(rate))
        if reading.packet is not packet:
            decoder = reading.decoder
            if isinstance(packet, Lost):
                samples = decoder.conceal(packet.ticks * rate // codec.clock_rate, packet.following)
            else:
                try:
                    samples = decoder.decode(packet.payload)
                except CodecError:
                    self._spoilt()
                    samples = decoder.conceal(len(reading.samples))
            reading.packet, reading.samples = packet, samples
        return reading.samples

    def place(self, packet: Packet) -> int:
        """Where a packet begins on the far side's clock, in 8000ths of a second, modulo 2**32."""
        codec = self.codecs.get(packet.payload_type)
        rate = (codec or self.spoken).clock_rate  # that of digits is the audio's (RFC 4733 section 2.1)
        if rate == NARROW:
            return packet.timestamp
        # Counted on beyond 32 bits, for otherwise it would jump where the faster clock wraps.
        self._clock += ((packet.timestamp - self._clock + 0x8000_0000) & 0xFFFFFFFF) - 0x8000_0000
        return self._clock * NARROW // rate & 0xFFFFFFFF
