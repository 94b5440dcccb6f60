"""What a codec is to the switch: its names on the wire, and who encodes and decodes it.

Audio in here is 16-bit mono at one of two rates: 8000 Hz, in which everything is mixed, recorded and played, and 16,000
Hz, in which two wideband codecs are translated into each other. Encoders and decoders work at the rate they were made
for; nothing is resampled beside them.
"""

from __future__ import annotations

from typing import Protocol

from pbx.media.g711 import Samples

NARROW = 8000
WIDE = 16_000

PACKET_TIMES_MS = (10, 20, 30, 40, 50, 60)
"""How much audio a packet of ours may hold."""


class CodecError(ValueError):
    """A payload is none of its codec's."""


class Encoder(Protocol):
    """Makes the payloads of one stream, in their order."""

    def encode(self, samples: Samples) -> bytes:
        """The payload of one packet, of a packet time that the codec has."""


class Decoder(Protocol):
    """Reads the payloads of one stream, in their order."""

    def decode(self, payload: bytes) -> Samples:
        """The audio of one packet. Raises CodecError."""

    def conceal(self, count: int, following: bytes = b"") -> Samples:
        """So many samples in place of a packet that was lost; ``following`` is the next one's payload, if it came."""


class Codec(Protocol):
    """One codec; its name is written as RTP registered it, and compared without regard to case."""

    name: str
    clock_rate: int
    """Of its RTP timestamps; G.722's is not that of its audio (RFC 3551 section 4.5.2)."""
    rate: int
    """The best rate for its audio: NARROW or WIDE."""
    payload_type: int
    """The static one (RFC 3551 section 6), or the dynamic one under which we offer it."""
    channels: int
    """What ``a=rtpmap`` says; it is one that is spoken, whatever it says."""
    parameters: str
    """What ``a=fmtp`` says of it where we describe it; '' for nothing."""

    def ticks(self, payload: bytes) -> int:
        """How far a packet with this payload moves the RTP clock; 0 where it cannot be told."""

    def packet_ms(self, wanted: int) -> int:
        """The packet time to use where the far side wishes this one: the nearest that is not longer."""

    def encoder(self, rate: int) -> Encoder: ...

    def decoder(self, rate: int) -> Decoder: ...


def nearest(wanted: int, possible: tuple[int, ...]) -> int:
    """The longest of some packet times that is not above the one that is wanted, else the shortest."""
    return max((ms for ms in possible if ms <= wanted), default=possible[0])
