"""Recordings of calls: what one leg says, left, and what it is sent, right, in one file.

Both directions are at hand where the leg is, whichever worker holds whom it talks with. They are caught where packets
come in and go out, sealed audio in the clear: so a recorded leg keeps to the fast path of the relay. The files are
written in a thread of their own (``writer``). What goes wrong with a file, or a disk that is too slow for it, ends its
recording, and nothing else.

The packets that a leg's source is learnt by do not come over its line, and are not caught: a recording that begins
before misses the first one, and what came with it until the line was connected.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count
from math import inf
from random import Random
from time import monotonic

from pbx.media import g711, stereo
from pbx.media.beep import Beep
from pbx.media.codecs import Codec
from pbx.media.g711 import PCMA, PCMU
from pbx.media.rtp import HEADER_SIZE, Packet
from pbx.plane import control
from pbx.plane.flow import Send
from pbx.plane.hearing import Hearing
from pbx.plane.leg import Leg, Receive
from pbx.plane.spool import CHANNELS, create_spool
from pbx.plane.writer import Ended, Writer

FLUSH_S = 0.5
"""Between the pieces of a recording: with ``stereo.HOLD_S``, what a crash may cost."""
MOST_A_TICK = 4
"""Recordings handed over in one turn: those that are left have the next one, and audio goes on in between."""
LONGEST_S = 86_400.0
"""A day: what the sizes in a WAV header can say is some more than this."""


def _reader(codecs: Callable[[], dict[int, Codec]], law: int) -> stereo.Reader:
    """Reads packets of codecs other than G.711, in which there may be any of those that ``codecs`` gives just then."""
    hearing = Hearing(lambda: None)

    def read(kind: int, timestamp: int, payload: bytes) -> tuple[int, bytes] | None:
        hearing.codecs = codecs()
        if kind not in hearing.codecs:
            return None
        packet = Packet(kind, 0, timestamp, 0, payload)
        return hearing.place(packet), g711.encode(hearing.samples(packet), law)

    return read


class CallRecording:
    """One recording, on a leg: it is the leg's ``wiretap``."""

    def __init__(self, leg: Leg, command: control.RecordCall, writer: Writer, ended: Ended, now: float) -> None:
        """Let ``writer`` create the file. Raises OSError where that has too much to do."""
        self.leg = leg
        self.path = command.path
        law = PCMA if leg.law == PCMA else PCMU
        self._ends_at = now + LONGEST_S
        left = _reader(lambda: leg.hearing.codecs, law)
        right = _reader(lambda: {leg.payload_type: leg.codec}, law)
        self._track = stereo.StereoTrack(law, now, left, right)
        self._writing = writer.begin(lambda: create_spool(command.path, law, command.note.encode(), command.key), ended)
        self._beep = None if command.beep_s is None else Beep(command.beep_s, now, {leg.payload_type: leg.codec}.get)

    def receiver(self, receive: Receive) -> Receive:
        """A way to receive that keeps what comes. Raises OSError, as ``receive`` does."""
        voice, unpack = self._track.left, stereo.HEADER.unpack_from
        keep = voice.run.extend

        def hear(buffer: bytearray) -> int:
            size = receive(buffer)
            word, _, clock = unpack(buffer)
            if clock == voice.clock and size == voice.size and word == voice.word:
                voice.clock = clock + voice.step
                keep(buffer[HEADER_SIZE:size])
            else:
                voice.strange(bytes(buffer[:size]), monotonic())
            return size

        return hear

    def sender(self, send: Send) -> Send:
        """A way to send that keeps what goes; with a beep it is mixed in before."""
        voice, unpack, beep = self._track.right, stereo.HEADER.unpack_from, self._beep
        keep = voice.run.extend

        def speak(data: bytes | memoryview) -> int:
            word, _, clock = unpack(data)
            if clock == voice.clock and len(data) == voice.size and word == voice.word:
                voice.clock = clock + voice.step
                keep(data[HEADER_SIZE:])
            else:
                voice.strange(bytes(data), monotonic())
            return send(data)

        if beep is None:
            return speak

        def beep_too(data: bytes | memoryview) -> int:
            now = monotonic()
            return speak(beep.mixed(data, now) if now >= beep.next_at else data)

        return beep_too

    def pause(self, paused: bool, now: float) -> None:
        """Keep nothing from now on, or again: what is said meanwhile is silence in the file."""
        self._track.pause(paused, now)
        if self._beep is not None:
            self._beep.silence(paused)

    def over(self, now: float) -> bool:
        """Whether its time is up."""
        return now >= self._ends_at

    def flush(self, now: float) -> None:
        """Hand over what is settled. Raises OSError."""
        self._write(self._track.take(now))

    def finish(self, now: float) -> None:
        """Hand over the rest. Raises OSError."""
        self._write(self._track.take_all(now))

    def close(self) -> None:
        """Let the file be closed once all is written."""
        self._writing.close()

    def _write(self, audio: bytearray) -> None:
        if audio:
            self._writing.write(audio)


class CallRecorder:
    """The recordings of a worker, one a leg. ``on_trouble`` is told a line; ``on_ended`` leg, path and seconds, of each
    recording once, when its file is closed.

    ``wire`` is asked to receive anew from a leg whose wiretap has changed.
    """

    def __init__(
        self,
        writer: Writer,
        wire: Callable[[Leg], None],
        on_ended: Callable[[str, str, float], None],
        on_trouble: Callable[[str], None],
        chance: Random,
    ) -> None:
        self._writer = writer
        self._wire = wire
        self._on_ended = on_ended
        self._on_trouble = on_trouble
        self._chance = chance
        self._running: dict[Leg, CallRecording] = {}
        self._due: list[tuple[float, int, CallRecording]] = []
        self._order = count()

    @property
    def next_at(self) -> float:
        """When ``tick`` has something to do, in seconds; infinity for never."""
        return self._due[0][0] if self._due else inf

    def execute(self, leg: Leg, command: control.Recording, now: float) -> None:
        """Carry out one command."""
        match command:
            case control.RecordCall():
                self._start(leg, command, now)
            case control.StopCallRecording():
                self.stop(leg, now)
            case control.PauseCallRecording():
                if (recording := self._running.get(leg)) is not None:
                    recording.pause(command.paused, now)

    def stop(self, leg: Leg, now: float) -> None:
        """End a leg's recording, if there is one."""
        recording = self._running.get(leg)
        if recording is not None:
            try:
                recording.finish(now)
            except OSError as error:
                self._complain(recording.path, error)
            self._drop(recording)

    def stop_all(self, now: float) -> None:
        """End all of them."""
        for leg in list(self._running):
            self.stop(leg, now)

    def tick(self, now: float) -> None:
        """Hand over what has come of a few, and end what is over."""
        for _ in range(MOST_A_TICK):
            if not self._due or self._due[0][0] > now:
                return
            recording = heapq.heappop(self._due)[2]
            if self._running.get(recording.leg) is not recording:
                continue  # it has ended
            try:
                recording.flush(now)
            except OSError as error:
                self._complain(recording.path, error)
                self._drop(recording)
                continue
            if recording.over(now):
                self.stop(recording.leg, now)
            else:
                self._schedule(recording, now + FLUSH_S)

    def _start(self, leg: Leg, command: control.RecordCall, now: float) -> None:
        self.stop(leg, now)

        def ended(octets: int, error: Exception | None) -> None:
            if error is not None:
                self._complain(command.path, error)
            if self._running.get(leg) is recording:
                self._drop(recording)
            self._on_ended(leg.name, command.path, octets / CHANNELS / stereo.RATE)

        try:
            recording = CallRecording(leg, command, self._writer, ended, now)
        except OSError as error:
            self._complain(command.path, error)
            self._on_ended(leg.name, command.path, 0.0)
            return
        self._running[leg] = recording
        self._tap(leg, recording)
        self._schedule(recording, now + FLUSH_S * self._chance.random())  # who began at once is written by turns

    def _schedule(self, recording: CallRecording, due: float) -> None:
        heapq.heappush(self._due, (due, next(self._order), recording))

    def _tap(self, leg: Leg, recording: CallRecording | None) -> None:
        leg.wiretap = recording
        leg.aim_anew()
        self._wire(leg)

    def _drop(self, recording: CallRecording) -> None:
        del self._running[recording.leg]
        self._tap(recording.leg, None)
        recording.close()

    def _complain(self, path: str, error: Exception) -> None:
        self._on_trouble(f"recording {path!r}: {getattr(error, 'strerror', None) or error}")
