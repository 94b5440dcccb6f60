"""Whether a packet of G.711 holds a voice, from a look that costs about a microsecond."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from pbx.media.codecs import NARROW, Codec, CodecError
from pbx.media.g711 import PCMA, PCMU, decode

STEP = 128
"""Of 32768: magnitudes are looked at in steps of so much, -48 dBov; a room's noise is below the first one."""


ROUNDING = 16
"""What a decoder may make of silence."""


class Sound(IntEnum):
    """What a side sends, from the least to the most."""

    UNKNOWN = 0
    """Nobody looked: it is not bridged, or its codec is not one that can be looked into."""
    DIGITAL_SILENCE = 1
    """Not even noise: a muted phone, or one whose microphone is not there."""
    QUIET = 2
    """Less than a voice, -48 dBov on average."""
    VOICE = 3


def _magnitudes(payload_type: int) -> bytes:
    samples = np.abs(decode(bytes(range(256)), payload_type).astype(np.int32))
    return bytes((samples // STEP).astype(np.uint8))


_MAGNITUDES = {PCMU: _magnitudes(PCMU), PCMA: _magnitudes(PCMA)}
_ZEROS = {PCMU: b"\xff\x7f", PCMA: b"\xd5\x55"}
"""The octets of the smallest magnitude, either sign."""


def sound_in(payload: bytes, codec: Codec) -> Sound:
    """The same for one packet of another codec; UNKNOWN for what cannot be decoded.

    Without those before it, it sounds like nothing, but about as loud as it is once the decoder has heard it thrice.
    """
    decoder = codec.decoder(NARROW)
    try:
        samples = [decoder.decode(payload) for _ in range(3)][-1]
    except CodecError:
        return Sound.UNKNOWN
    magnitudes = np.abs(samples.astype(np.int32))
    if not len(magnitudes):
        return Sound.UNKNOWN
    if magnitudes.mean() >= STEP:
        return Sound.VOICE
    return Sound.QUIET if magnitudes.max() > ROUNDING else Sound.DIGITAL_SILENCE


def sound_of(payload: bytes, payload_type: int) -> Sound:
    """What one packet's audio is; UNKNOWN for what is not G.711, and for none."""
    magnitudes = _MAGNITUDES.get(payload_type)
    if magnitudes is None or not payload:
        return Sound.UNKNOWN
    if sum(payload.translate(magnitudes)) >= len(payload):
        return Sound.VOICE
    return Sound.QUIET if payload.strip(_ZEROS[payload_type]) else Sound.DIGITAL_SILENCE
