"""Opus for voices (RFC 6716 in RTP by RFC 7587), where its library is installed (the extra ``opus``).

We send one channel at some 24 kbit/s, each packet with a coarse copy of the one before it, which stands in for it
where it is lost (in-band FEC). What comes may be of any bandwidth, mono or stereo; it is decoded as mono.
"""

from __future__ import annotations

import numpy as np
import opuslib_next
from opuslib_next.api import decoder as library

from pbx.media.codecs.codec import Codec, CodecError, Decoder, Encoder, nearest
from pbx.media.g711 import Samples

CLOCK = 48_000
"""Of its timestamps, whatever the audio's rate (RFC 7587 section 4.1)."""
BIT_RATE = 24_000
"""For wideband speech (RFC 7587 section 3.1.1), with its copies."""
COMPLEXITY = 5
"""Of ten; what more brings is not heard in a voice."""
EXPECTED_LOSS = 10
"""Per cent; without an expectation the encoder makes no copies."""
LONGEST_MS = 120
"""Of a packet's audio (RFC 6716 section 2.1.4)."""

_FRAME_TICKS = (
    (480, 960, 1920, 2880),  # SILK
    (480, 960),  # hybrid
    (120, 240, 480, 960),  # CELT
)
"""Of one frame, by mode and size (RFC 6716 table 2)."""


class OpusEncoder:
    """One stream's."""

    def __init__(self, rate: int) -> None:
        self._library = opuslib_next.Encoder(rate, 1, opuslib_next.APPLICATION_VOIP)
        self._library.bitrate = BIT_RATE
        self._library.complexity = COMPLEXITY
        self._library.inband_fec = 1
        self._library.packet_loss_perc = EXPECTED_LOSS
        self._library.signal = opuslib_next.SIGNAL_VOICE

    def encode(self, samples: Samples) -> bytes:
        payload: bytes = self._library.encode(samples.tobytes(), len(samples))
        return payload


class OpusDecoder:
    """One stream's."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._library = opuslib_next.Decoder(rate, 1)

    def decode(self, payload: bytes) -> Samples:
        if not payload:
            raise CodecError("an empty payload is no Opus")
        try:
            audio: bytes = self._library.decode(payload, self._rate * LONGEST_MS // 1000)
        except opuslib_next.OpusError as error:
            raise CodecError(str(error)) from None
        return np.frombuffer(audio, np.int16)

    def conceal(self, count: int, following: bytes = b"") -> Samples:
        step = self._rate // 400  # what is guessed comes in whole 2.5 ms
        size = max(step, count // step * step)
        state = self._library.decoder_state
        data = following or None
        try:
            audio: bytes = library.decode(state, data, len(following), size, bool(following), channels=1)
        except opuslib_next.OpusError:
            audio = bytes(2 * count)
        return np.frombuffer(audio, np.int16)


class Opus:
    """The codec."""

    name = "opus"
    clock_rate = CLOCK
    rate = 16_000
    payload_type = 107
    channels = 2  # always, by RFC 7587 section 7
    parameters = "useinbandfec=1;stereo=0"

    def ticks(self, payload: bytes) -> int:
        if not payload:
            return 0
        configuration, code = payload[0] >> 3, payload[0] & 3
        frames = (1, 2, 2, payload[1] & 0x3F if len(payload) > 1 else 0)[code]
        if configuration < 12:
            frame = _FRAME_TICKS[0][configuration & 3]
        elif configuration < 16:
            frame = _FRAME_TICKS[1][configuration & 1]
        else:
            frame = _FRAME_TICKS[2][configuration & 3]
        return frame * frames

    def packet_ms(self, wanted: int) -> int:
        return nearest(wanted, (10, 20, 40, 60))  # the frames that it has; several in a packet are not made

    def encoder(self, rate: int) -> Encoder:
        return OpusEncoder(rate)

    def decoder(self, rate: int) -> Decoder:
        return OpusDecoder(rate)


CODEC: Codec = Opus()
