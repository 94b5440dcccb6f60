"""Ogg Opus (RFC 7845) from octets of G.711, left and right in turn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from control.recordings.output import Output
from pbx.media import g711

RATE = 8000
BIT_RATE = 32_000
"""Bits a second, both channels: a telephone's voice is as good as before, in a quarter of the room."""
APPLICATION = "audio"
"""The encoder's mode for voices would save another third, and let one channel be heard in the other."""
FRAMES = 960
"""Samples of each channel that are encoded at once."""


def encode_opus(pieces: Iterator[bytes], law: int, output: Output) -> None:
    """Encode all pieces. Raises OSError for what cannot be written, and what the encoder raises."""
    import av  # here: it is large, and a switch that records nothing needs none of it

    with av.open(output, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="stereo", options={"application": APPLICATION})
        stream.bit_rate = BIT_RATE
        at = 0
        for audio in _even(pieces, 2 * FRAMES):
            samples = g711.decode(audio, law)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[np.newaxis]), "s16", "stereo")
            frame.sample_rate, frame.pts = RATE, at
            at += len(samples) // 2
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _even(pieces: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The same octets in pieces of one size, the last one excepted."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        whole = len(waiting) // size * size
        for at in range(0, whole, size):
            yield bytes(waiting[at : at + size])
        del waiting[:whole]
    if waiting:
        yield bytes(waiting[: len(waiting) & ~1])
