"""A program of its own: audio of any common format in, audio for the telephone out.

``python -m control.transcoder SOURCE TARGET LONGEST_S`` writes a WAV file (8000 Hz, mono, 16-bit PCM, its voiced parts
at the usual level) and prints its seconds. What cannot be done is one line on standard error and status 1 (it cannot
be read) or 2 (it is too long). Files come from outside, and decoders are large: whatever one of them does to this
process, the switch goes on.
"""

from __future__ import annotations

import os
import resource
import sys
from itertools import chain
from pathlib import Path

import numpy as np

from pbx.media.clip import RATE, to_wav
from pbx.media.g711 import Samples
from pbx.media.speech import level

UNREADABLE, TOO_LONG = 1, 2
"""Statuses with which it ends."""
FORMATS = "wav,w64,aiff,au,caf,mp3,ogg,flac,aac,amr,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
"""Containers that hold their audio themselves. Play lists are not among them: they make a decoder open other files."""
MEMORY = 4 << 30
"""Octets of address space; a decoder that wants more is misled by its file."""
CPU_S = 50
_SHORTEST = RATE // 100


class Unreadable(Exception):
    """The file holds no audio that we can read; the text says why."""


class TooLong(Exception):
    """It holds more than is wanted."""


def read(source: Path, longest_s: float) -> Samples:
    """The audio of a file at 8000 Hz, its channels mixed into one. Raises Unreadable and TooLong."""
    # Imported here: the switch needs this program's statuses, and none of its decoders.
    import av
    from av.audio.resampler import AudioResampler
    from av.error import FFmpegError

    pieces: list[Samples] = []
    samples = 0
    try:
        # The decoder reads from our file and may open nothing by itself.
        with (
            source.open("rb") as file,
            av.open(file, "r", options={"format_whitelist": FORMATS, "protocol_whitelist": "none"}) as container,
        ):
            if not container.streams.audio:
                raise Unreadable("it holds no audio")
            resampler = AudioResampler("s16", "mono", RATE)
            for frame in chain(container.decode(container.streams.audio[0]), (None,)):
                for piece in resampler.resample(frame):
                    pieces.append(piece.to_ndarray()[0])
                    samples += len(pieces[-1])
                if samples > longest_s * RATE:
                    raise TooLong
    except FFmpegError as error:
        raise Unreadable(error.strerror or "it cannot be decoded") from None
    if samples < _SHORTEST:
        raise Unreadable("it holds no audio")
    return np.concatenate(pieces)


def main(source: str, target: str, longest_s: str) -> int:
    """Convert one file."""
    os.nice(10)  # calls go first
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    try:
        samples = read(Path(source), float(longest_s))
    except Unreadable as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    except TooLong:
        return TOO_LONG
    Path(target).write_bytes(to_wav(level(samples)))
    print(len(samples) / RATE)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
