"""G.711 as a codec: one octet a sample, by the tables of ``pbx.media.g711``."""

from __future__ import annotations

from pbx.media import g711
from pbx.media.codecs.codec import NARROW, PACKET_TIMES_MS, Decoder, Encoder, nearest
from pbx.media.codecs.concealment import Concealment
from pbx.media.g711 import Samples


class G711Encoder:
    """Holds no state."""

    def __init__(self, law: int) -> None:
        self._law = law

    def encode(self, samples: Samples) -> bytes:
        return g711.encode(samples, self._law)


class G711Decoder:
    """Its only state is what concealment remembers."""

    def __init__(self, law: int) -> None:
        self._law = law
        self._concealment = Concealment(NARROW)

    def decode(self, payload: bytes) -> Samples:
        return self._concealment.heard(g711.decode(payload, self._law))

    def conceal(self, count: int, following: bytes = b"") -> Samples:
        return self._concealment.conceal(count)


class G711:
    """One of its two laws."""

    clock_rate = rate = NARROW
    channels = 1
    parameters = ""

    def __init__(self, name: str, payload_type: int) -> None:
        self.name = name
        self.payload_type = payload_type

    def ticks(self, payload: bytes) -> int:
        return len(payload)

    def packet_ms(self, wanted: int) -> int:
        return nearest(wanted, PACKET_TIMES_MS)

    def encoder(self, rate: int) -> Encoder:
        assert rate == NARROW
        return G711Encoder(self.payload_type)

    def decoder(self, rate: int) -> Decoder:
        assert rate == NARROW
        return G711Decoder(self.payload_type)


PCMU = G711("PCMU", g711.PCMU)
PCMA = G711("PCMA", g711.PCMA)
