"""What the switch and a media worker say to each other, and how it is framed on their socket.

One frame is a length (4 octets, big-endian) and a msgpack array of messages: all that one side had to say in one turn
of its loop. Both ends are this program, so a frame that cannot be read is a defect, told by ControlError.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct as Layout
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from pbx.media.ears import SoundChange
from pbx.plane.certificate import Certificate
from pbx.plane.protocol import MediaQuality, MediaStats, RemoteMedia
from pbx.plane.source import MediaSources

MAX_FRAME = 1 << 24
"""Octets of the largest frame."""

_LENGTH = Layout("!I")


class ControlError(Exception):
    """The other side of the control socket sent what cannot be read."""


class Identify(Struct, frozen=True, tag=True, array_like=True):
    """What counts for all legs, the first of all commands: the certificate to show in handshakes, and who is heard."""

    own: Certificate
    sources: MediaSources


class Open(Struct, frozen=True, tag=True, array_like=True):
    """Take audio for a leg on ``port`` and ``port + 1`` of an address of ours; a further pair waits to be chosen."""

    leg: str
    port: int
    host: str


class Tie(Struct, frozen=True, tag=True, array_like=True):
    """Open a leg whose far side is a leg of another worker: the line to it, a socket, comes with this frame.

    It sends in the codec of ``law_of``, so that nothing is translated twice.
    """

    leg: str
    law_of: str


class Connect(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    remote: RemoteMedia
    port: int
    """Which of its ports the far side was told."""


class Play(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    clips: tuple[str, ...]
    loop: bool
    number: int
    """Comes back with ``ClipsEnded``, which may cross the next ``Play`` on its way."""
    from_s: float = 0.0


class Bridge(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    other: str


class Join(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    room: str
    name: str
    """What others in the room know it by: the leg's own name, or that of the leg whose line it ends."""
    heard_by: str
    tones: bool
    digits: bool


class SpeakTo(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    heard_by: str


class Chime(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    clip: str


class Record(Struct, frozen=True, tag=True, array_like=True):
    """Answered by ``Recorded`` when it has ended."""

    leg: str
    path: str
    max_s: float
    silence_s: float | None


class StopRecording(Struct, frozen=True, tag=True, array_like=True):
    leg: str


class RecordCall(Struct, frozen=True, tag=True, array_like=True):
    """Answered by ``Recorded`` when it has ended."""

    leg: str
    path: str
    note: str
    key: bytes | None
    beep_s: float | None


class PauseCallRecording(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    paused: bool


class StopCallRecording(Struct, frozen=True, tag=True, array_like=True):
    leg: str


Recording = RecordCall | PauseCallRecording | StopCallRecording
"""What ``call_recording`` carries out."""


class SendDigits(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    digits: str
    duration_ms: int
    pause_ms: int


class ListenFor(Struct, frozen=True, tag=True, array_like=True):
    """Answered by ``SoundsHeard``, as often as there is something to tell, and ``ListeningEnded``."""

    leg: str


class StopListening(Struct, frozen=True, tag=True, array_like=True):
    leg: str


class HeedDigits(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    wanted: bool


class Echo(Struct, frozen=True, tag=True, array_like=True):
    leg: str


class Silence(Struct, frozen=True, tag=True, array_like=True):
    leg: str


class Close(Struct, frozen=True, tag=True, array_like=True):
    """Answered by ``Closed``, whether the leg is known or not."""

    leg: str


InRooms = Join | SpeakTo | Chime
InDigits = SendDigits | HeedDigits
Hearing = ListenFor | StopListening
Command = (
    Identify
    | Open
    | Tie
    | Connect
    | Play
    | Bridge
    | InRooms
    | InDigits
    | Hearing
    | Record
    | StopRecording
    | Recording
    | Echo
    | Silence
    | Close
)


class Ready(Struct, frozen=True, tag=True, array_like=True):
    """The worker reads commands; told once, first of all."""


class ClipsEnded(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    number: int


class DigitReceived(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    digit: str
    duration_ms: int


class Recorded(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    path: str
    seconds: float


class Measured(Struct, frozen=True, tag=True, array_like=True):
    """All that was measured at once."""

    qualities: tuple[MediaQuality, ...]


class AudioFailed(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    reason: str


class Closed(Struct, frozen=True, tag=True, array_like=True):
    stats: MediaStats


class SoundsHeard(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    sounds: tuple[SoundChange, ...]


class ListeningEnded(Struct, frozen=True, tag=True, array_like=True):
    leg: str
    listened_ms: int
    cadence: tuple[int, ...]
    noise_dbm0: float


class PortRefused(Struct, frozen=True, tag=True, array_like=True):
    """A port pair could not be bound; its leg has no audio."""

    port: int
    reason: str


class Trouble(Struct, frozen=True, tag=True, array_like=True):
    """Something an operator should read, one line."""

    text: str


Heard = SoundsHeard | ListeningEnded
Report = Ready | ClipsEnded | DigitReceived | Recorded | Measured | AudioFailed | Heard | Closed | PortRefused | Trouble


def no_audio(leg: str) -> MediaStats:
    """The figures of a leg of which nothing is known."""
    return MediaStats(
        leg=leg,
        packets_received=0,
        octets_received=0,
        packets_sent=0,
        packets_lost=0,
        jitter_ms=0.0,
        foreign=0,
        remote_lost=0,
        remote_jitter_ms=0.0,
        source=None,
    )


_encoder = msgspec.msgpack.Encoder()


def frame(messages: Sequence[Command] | Sequence[Report]) -> bytes:
    """One frame that holds all these messages."""
    body = _encoder.encode(messages)
    return _LENGTH.pack(len(body)) + body


Message = TypeVar("Message")


class FrameReader(Generic[Message]):
    """Cuts a byte stream into frames and reads them."""

    def __init__(self, decoder: msgspec.msgpack.Decoder[list[Message]]) -> None:
        self._decoder = decoder
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete with these octets, in order. Raises ControlError."""
        pending = self._pending
        pending += data
        messages: list[Message] = []
        at = 0
        while len(pending) - at >= _LENGTH.size:
            size = _LENGTH.unpack_from(pending, at)[0]
            if size > MAX_FRAME:
                raise ControlError(f"a frame of {size} octets, expected at most {MAX_FRAME}")
            end = at + _LENGTH.size + size
            if end > len(pending):
                break
            try:
                messages += self._decoder.decode(pending[at + _LENGTH.size : end])
            except msgspec.MsgspecError as error:
                raise ControlError(f"an unreadable frame: {error}") from None
            at = end
        del pending[:at]
        return messages


def command_reader() -> FrameReader[Command]:
    """For the worker's end."""
    return FrameReader(msgspec.msgpack.Decoder(list[Command]))


def report_reader() -> FrameReader[Report]:
    """For the switch's end."""
    return FrameReader(msgspec.msgpack.Decoder(list[Report]))
