"""A far side that speaks and hears any codec, in packets of any length."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import numpy as np

from pbx.media import dtmf, rtp, tone
from pbx.media.codecs import CODECS, NARROW
from pbx.media.g711 import Samples
from pbx.plane.protocol import MediaPort, RemoteMedia
from tests.live.plane.phone import Phone

DYNAMIC = 111
"""Where Opus is for it; another number than ours."""


class Speaker(Phone):
    """Its audio is encoded and decoded as a phone does it: in one state from the first packet to the last."""

    def __init__(self, name: str, packet_ms: int = 20, dtmf_type: int | None = 96) -> None:
        self.codec = CODECS[name]
        payload_type = self.codec.payload_type if self.codec.payload_type < 96 else DYNAMIC
        super().__init__(payload_type, dtmf_type)
        self.packet_ms = self.codec.packet_ms(packet_ms)
        self.timestamp = 0xFFFF_F000  # it wraps within the first packets
        self._encoder = self.codec.encoder(NARROW)
        self._decoder = self.codec.decoder(NARROW)

    def media(self, *, send: bool = True, receive: bool = True) -> RemoteMedia:
        plain = super().media(send=send, receive=receive)
        return msgspec.structs.replace(plain, codec=self.codec.name, packet_ms=self.packet_ms)

    def say(
        self, port: MediaPort, payload: bytes, ticks: int, *, kind: int | None = None, marker: bool = False
    ) -> None:
        """One packet that moves the clock by so much."""
        head = rtp.header(self.law if kind is None else kind, self.sequence, self.timestamp, self.ssrc, marker)
        self._rtp.sendto(head + payload, (port.host, port.port))
        self.skip(ticks)
        self.sequence = (self.sequence + 1) & 0xFFFF

    def skip(self, ticks: int) -> None:
        """Say nothing for so long."""
        self.timestamp = (self.timestamp + ticks) & 0xFFFF_FFFF

    def payloads(self, hz: float, seconds: float) -> list[bytes]:
        """A tone, in packets."""
        size = NARROW * self.packet_ms // 1000
        said = tone.sine(hz, seconds)
        return [self._encoder.encode(said[at : at + size]) for at in range(0, len(said) - size + 1, size)]

    def hum(self, port: MediaPort, hz: float, seconds: float = 0.6, *, without: tuple[int, ...] = ()) -> None:
        """A tone, all at once; packets of these places are lost on the way."""
        for place, payload in enumerate(self.payloads(hz, seconds)):
            if place in without:
                self.sequence = (self.sequence + 1) & 0xFFFF
                self.skip(self.codec.ticks(payload))
            else:
                self.say(port, payload, self.codec.ticks(payload))

    def press(self, port: MediaPort, digit: str, duration_ms: int = 100) -> None:
        """A key, all at once."""
        assert self.dtmf_type is not None
        for place, event in enumerate(dtmf.press(digit, duration_ms)):
            self.say(port, dtmf.build(event), 0, kind=self.dtmf_type, marker=not place)
        self.skip(self.codec.clock_rate * duration_ms // 1000)

    def samples(self, packets: list[rtp.Packet]) -> Samples:
        """The audio among some packets, in their order; digits are passed over."""
        audio = [packet.payload for packet in packets if packet.payload_type == self.law]
        return np.concatenate([np.zeros(0, np.int16), *map(self._decoder.decode, audio)])

    def forget(self) -> None:
        """Hear anew. A decoder of Opus takes half a second to leave one encoder's pure tone for another's."""
        self.heard.clear()
        self._decoder = self.codec.decoder(NARROW)

    def digits(self, packets: list[rtp.Packet]) -> str:
        """The digits among some packets."""
        reader = dtmf.DigitReader()
        events = [one for one in packets if one.payload_type == self.dtmf_type]
        return "".join(key.digit for one in events for key in reader.take(one.timestamp, dtmf.parse(one.payload)))

    def steps_ms(self, packets: list[rtp.Packet]) -> list[float]:
        """From each packet to the next, on its clock."""
        return [((b.timestamp - a.timestamp) & 0xFFFFFFFF) * 1000 / self.codec.clock_rate for a, b in pairwise(packets)]


def sounds_like(heard: Samples, hz: float) -> bool:
    """Whether what was heard is one tone, once the codecs have settled."""
    return len(heard) > 3000 and tone.holds_tone(heard[1600:], hz)
