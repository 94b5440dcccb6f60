"""Recordings: what legs say, written to WAV files as it comes.

A file's header is brought up to date with each piece that is written, so that what is there can be played even if
this process dies. Files are written in a thread of their own (``writer``). What goes wrong with a file, or a disk that
is too slow for it, ends its recording, and nothing else.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from math import inf
from typing import BinaryIO

from pbx.media.rtp import Packet
from pbx.media.track import RATE, Track
from pbx.plane import control
from pbx.plane.leg import Leg
from pbx.plane.writer import Ended, Writer

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


class MonoFile:
    """A WAV file of one channel, PCM."""

    def __init__(self, path: str) -> None:
        """Create the file. Raises OSError, and ValueError for what is no path."""
        self._file: BinaryIO = open(path, "wb", buffering=0)  # noqa: SIM115
        self._file.write(header(0))
        self._samples = 0

    def write(self, audio: bytes | bytearray) -> None:
        """Add a piece. Raises OSError."""
        self._samples += len(audio) // OCTETS
        self._file.write(audio)
        self._file.seek(0)
        self._file.write(header(self._samples))
        self._file.seek(0, 2)

    def close(self) -> None:
        """No more is written."""
        self._file.close()


class Recording:
    """One file from its beginning to its end."""

    def __init__(self, leg: Leg, command: control.Record, writer: Writer, ended: Ended, now: float) -> None:
        """Let ``writer`` create the file. Raises OSError where that has too much to do, and ValueError for no time."""
        self.path = command.path
        self._leg = leg
        longest_s = min(command.max_s, LONGEST_S)
        self._ends_at = now + longest_s
        self._silence_s = inf if command.silence_s is None else command.silence_s
        self._track = Track(now, longest_s)
        self._writing = writer.begin(lambda: MonoFile(command.path), ended)

    def take(self, packet: Packet, now: float) -> None:
        """Take one packet of the leg's audio."""
        self._track.put(packet.ssrc, self._leg.place(packet), self._leg.samples(packet), now)

    def over(self, now: float) -> bool:
        """Whether its time is up, or nobody has spoken for long enough."""
        return now >= self._ends_at or now - self._track.voice_at >= self._silence_s

    def flush(self, now: float) -> None:
        """Hand over what is settled. Raises OSError."""
        self._write(self._track.take(now).astype("<i2").tobytes())

    def finish(self, now: float) -> None:
        """Hand over the rest. Raises OSError."""
        self._write(self._track.take_all(now).astype("<i2").tobytes())

    def close(self) -> None:
        """Let the file be closed once all is written."""
        self._writing.close()

    def _write(self, audio: bytes) -> None:
        if audio:
            self._writing.write(audio)


class Recorder:
    """The recordings of a worker, one a leg. ``on_trouble`` is told a line; ``on_ended`` leg, path and seconds, of each
    recording once, when its file is closed."""

    def __init__(
        self, writer: Writer, on_ended: Callable[[str, str, float], None], on_trouble: Callable[[str], None]
    ) -> None:
        self._writer = writer
        self._on_ended = on_ended
        self._on_trouble = on_trouble
        self._running: dict[Leg, Recording] = {}
        self.next_at = inf
        """When ``tick`` has something to do, in seconds."""

    def start(self, leg: Leg, command: control.Record, now: float) -> None:
        """Record a leg; what was recorded of it until now is ended."""
        self.stop(leg, now)

        def ended(octets: int, error: Exception | None) -> None:
            if error is not None:
                self._complain(command.path, error)
            if self._running.get(leg) is recording:
                self._drop(leg, recording)
            self._on_ended(leg.name, command.path, octets / OCTETS / RATE)

        try:
            recording = Recording(leg, command, self._writer, ended, now)
        except (OSError, ValueError) as error:
            self._complain(command.path, error)
            self._on_ended(leg.name, command.path, 0.0)
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
                self._complain(recording.path, error)
            self._drop(leg, recording)

    def tick(self, now: float) -> None:
        """Hand over what has come, and end what is over."""
        for leg, recording in list(self._running.items()):
            try:
                recording.flush(now)
            except OSError as error:
                self._complain(recording.path, error)
                self._drop(leg, recording)
                continue
            if recording.over(now):
                self.stop(leg, now)
        self.next_at = now + FLUSH_S if self._running else inf

    def _drop(self, leg: Leg, recording: Recording) -> None:
        del self._running[leg]
        leg.untap(recording.take)
        recording.close()

    def _complain(self, path: str, error: Exception) -> None:
        self._on_trouble(f"recording {path!r}: {getattr(error, 'strerror', None) or error}")
