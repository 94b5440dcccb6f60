"""Recordings: what legs say, written to WAV files as it comes.

A file's header is brought up to date with each piece that is written, so that what is there can be played even if
this process dies. What goes wrong with a file ends its recording, and nothing else.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from math import inf
from typing import BinaryIO

from pbx.media.rtp import Packet
from pbx.media.track import RATE, Track
from pbx.plane.leg import Leg

FLUSH_S = 0.5
"""Between pieces; also how late a recording may notice that it has to end."""

LONGEST_S = 86_400.0
"""A day, 1.4 GB: what the sizes in a WAV header can say is some more than this."""

HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
"""A WAV file's header: RIFF, its size, WAVE, the format chunk (PCM, 1 channel), and the data chunk's name and size."""

OCTETS = 2
"""Of a sample."""


def header(samples: int) -> bytes:
    """The header of a file that holds so many samples."""
    size = samples * OCTETS
    shape = (16, 1, 1, RATE, RATE * OCTETS, OCTETS, 8 * OCTETS)
    return HEADER.pack(b"RIFF", HEADER.size - 8 + size, b"WAVE", b"fmt ", *shape, b"data", size)


def seconds_in_file(path: str) -> float:
    """How long the audio of a recording is that nobody ended; 0 where there is none."""
    try:
        size = os.stat(path).st_size
    except (OSError, ValueError):
        return 0.0
    return max(0, size - HEADER.size) / OCTETS / RATE


class Recording:
    """One file from its beginning to its end."""

    def __init__(self, leg: Leg, path: str, max_s: float, silence_s: float | None, now: float) -> None:
        """Create the file. Raises OSError, and ValueError for what is no path or no length of time."""
        self.path = path
        self._leg = leg
        self._ends_at = now + min(max_s, LONGEST_S)
        self._silence_s = inf if silence_s is None else silence_s
        self._track = Track(now, min(max_s, LONGEST_S))
        self._file: BinaryIO = open(path, "wb", buffering=0)  # noqa: SIM115
        self._file.write(header(0))

    def take(self, packet: Packet, now: float) -> None:
        """Take one packet of the leg's audio."""
        self._track.put(packet.ssrc, self._leg.place(packet), self._leg.samples(packet), now)

    def over(self, now: float) -> bool:
        """Whether its time is up, or nobody has spoken for long enough."""
        return now >= self._ends_at or now - self._track.voice_at >= self._silence_s

    def flush(self, now: float) -> None:
        """Write what is settled. Raises OSError."""
        self._write(self._track.take(now).astype("<i2").tobytes())

    def finish(self, now: float) -> None:
        """Write the rest. Raises OSError."""
        self._write(self._track.take_all(now).astype("<i2").tobytes())

    def close(self) -> float:
        """Close the file; its length in seconds."""
        self._file.close()
        return self._track.taken / RATE

    def _write(self, audio: bytes) -> None:
        if audio:
            self._file.write(audio)
            self._file.seek(0)
            self._file.write(header(self._track.taken))
            self._file.seek(0, 2)


class Recorder:
    """The recordings of a worker, one a leg. ``on_ended`` is told leg, path and seconds; ``on_trouble`` a line."""

    def __init__(self, on_ended: Callable[[str, str, float], None], on_trouble: Callable[[str], None]) -> None:
        self._on_ended = on_ended
        self._on_trouble = on_trouble
        self._running: dict[Leg, Recording] = {}
        self.next_at = inf
        """When ``tick`` has something to do, in seconds."""

    def start(self, leg: Leg, path: str, max_s: float, silence_s: float | None, now: float) -> None:
        """Record a leg; what was recorded of it until now is ended."""
        self.stop(leg, now)
        try:
            recording = Recording(leg, path, max_s, silence_s, now)
        except (OSError, ValueError) as error:
            self._on_trouble(f"recording {path!r}: {getattr(error, 'strerror', None) or error}")
            self._on_ended(leg.name, path, 0.0)
            return
        self._running[leg] = recording
        leg.tap(recording.take)
        self.next_at = min(self.next_at, now + FLUSH_S)

    def stop(self, leg: Leg, now: float) -> None:
        """End a leg's recording, if there is one."""
        recording = self._running.get(leg)
        if recording is not None:
            try:
                recording.finish(now)
            except OSError as error:
                self._on_trouble(f"recording {recording.path!r}: {error.strerror or error}")
            self._end(leg, recording)

    def tick(self, now: float) -> None:
        """Write what has come, and end what is over."""
        for leg, recording in list(self._running.items()):
            try:
                recording.flush(now)
            except OSError as error:
                self._on_trouble(f"recording {recording.path!r}: {error.strerror or error}")
                self._end(leg, recording)
                continue
            if recording.over(now):
                self.stop(leg, now)
        self.next_at = now + FLUSH_S if self._running else inf

    def _end(self, leg: Leg, recording: Recording) -> None:
        del self._running[leg]
        leg.untap(recording.take)
        self._on_ended(leg.name, recording.path, recording.close())
