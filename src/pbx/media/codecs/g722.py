"""G.722 at 64 kbit/s: 16,000 samples a second, one octet for each two of them.

Its RTP clock runs at 8000, by an old mistake that nobody may correct (RFC 3551 section 4.5.2); as it happens, that
makes one tick an octet, as in G.711. At 8000 Hz its lower band alone is made or heard.
"""

from __future__ import annotations

import numpy as np
from G722 import G722 as Library

from pbx.media.codecs.codec import NARROW, PACKET_TIMES_MS, WIDE, Decoder, Encoder, nearest
from pbx.media.codecs.concealment import Concealment
from pbx.media.g711 import Samples

BIT_RATE = 64_000


class G722Encoder:
    """One stream's."""

    def __init__(self, rate: int) -> None:
        self._library = Library(rate, BIT_RATE)

    def encode(self, samples: Samples) -> bytes:
        payload: bytes = self._library.encode(samples)
        return payload


class G722Decoder:
    """One stream's. After a gap it finds back by itself: its predictors forget within some milliseconds."""

    def __init__(self, rate: int) -> None:
        self._library = Library(rate, BIT_RATE)
        self._concealment = Concealment(rate)

    def decode(self, payload: bytes) -> Samples:
        return self._concealment.heard(np.frombuffer(self._library.decode(payload), np.int16))

    def conceal(self, count: int, following: bytes = b"") -> Samples:
        return self._concealment.conceal(count)


class G722:
    """The codec."""

    name = "G722"
    clock_rate = NARROW
    rate = WIDE
    payload_type = 9
    channels = 1
    parameters = ""

    def ticks(self, payload: bytes) -> int:
        return len(payload)

    def packet_ms(self, wanted: int) -> int:
        return nearest(wanted, PACKET_TIMES_MS)

    def encoder(self, rate: int) -> Encoder:
        return G722Encoder(rate)

    def decoder(self, rate: int) -> Decoder:
        return G722Decoder(rate)
