"""Two voices on one line of time, as octets of G.711: what a recording of a call holds, left and right.

Nothing is decoded: payloads are put in the places that their timestamps name, and the two channels are interleaved when
they are taken. What was lost or never sent is silence of the right length, and packets that overtook each other are
put in order::

    left    | 0 1 2 |   4 | 5       the far side
    right   |   1 2 | 3 4 |         what it is sent
    file    0. 11 22 .3 44 5.

Nearly all audio is runs of packets, each the plain successor of the one before. Whoever catches packets compares four
numbers and adds the payload to the run; any other packet is told to ``strange``.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct as Layout

from pbx.media.g711 import PCMA, PCMU, SILENCE, translation
from pbx.media.rtp import HEADER_SIZE, RtpError, parse

RATE = 8000

HOLD_S = 0.2
"""How long a place is kept open for a packet that comes late."""
DRIFT = RATE
"""Samples by which a stream's clock may differ from ours before it is taken as one that began anew."""

HEADER = Layout("!HHQ")
"""An RTP header as it is compared: flags and payload type, sequence, timestamp and SSRC as one number, the *clock*."""

_PLAIN = 0x8000
"""The first word of a header of version 2 without anything more, before its payload type is added."""

Reader = Callable[[int, int, bytes], "tuple[int, bytes] | None"]
"""Reads a packet of a codec other than G.711: of payload type, timestamp and payload it makes the place (8000ths of a
second) and the octets in the law of the track; None for what is no audio."""


class Channel:
    """One voice, from the beginning of the recording."""

    __slots__ = ("_began", "_law", "_open", "_read", "_shift", "_silence", "_ssrc", "_taken", "clock", "paused", "run",
                 "size", "step", "word")  # fmt: skip

    def __init__(self, law: int, began: float, read: Reader) -> None:
        self._law = law
        self._began = began
        self._read = read
        self._silence = SILENCE[law]
        self._open = bytearray()  # what was not taken yet
        self._taken = 0
        self._ssrc = -1
        self._shift = 0  # of the stream's timestamps to our places
        self.word = _PLAIN | law
        """The first word of a run's next packet."""
        self.clock = -1
        """Its clock; -1 while there is no run."""
        self.size = 0
        """Its octets."""
        self.step = 0
        """What is added to the clock from packet to packet."""
        self.run = bytearray()
        """The payloads of the run that were not placed yet."""
        self.paused = False
        """Whether nothing is kept."""

    @property
    def end(self) -> int:
        """Where what was placed ends, in samples from the beginning."""
        return self._taken + len(self._open)

    def strange(self, packet: bytes, at: float) -> None:
        """Take a packet that does not continue the run, and when it came; one that is no audio is passed over."""
        if len(packet) <= HEADER_SIZE:
            return
        self.settle(at)
        word, _, clock = HEADER.unpack_from(packet)
        if word & ~0x80 != self.word:  # the marker makes no difference
            self._put_other(packet, at)
            return
        audio = packet[HEADER_SIZE:]
        self._place(clock & 0xFFFFFFFF, clock >> 32, audio, at)
        self.step = len(audio) << 32
        self.clock, self.size = clock + self.step, len(packet)

    def settle(self, now: float) -> None:
        """Place the run so far; the next packet may continue it."""
        octets = len(self.run)
        if octets:
            timestamp = (self.clock >> 32) - octets
            self._place(self.clock & 0xFFFFFFFF, timestamp & 0xFFFFFFFF, self.run, now - octets / RATE)
            self.run.clear()

    def take(self, size: int) -> bytearray:
        """The next octets, filled up with silence."""
        self._taken += size
        self._reach(size)
        taken = self._open[:size]
        del self._open[:size]
        return taken

    def _place(self, ssrc: int, timestamp: int, audio: bytes | bytearray, at: float) -> None:
        if self.paused:
            return
        place = ((timestamp + self._shift + 0x8000_0000) & 0xFFFFFFFF) - 0x8000_0000
        ours = round((at - self._began) * RATE)
        if ssrc != self._ssrc or not -DRIFT < place - ours < DRIFT:
            self._ssrc, place = ssrc, max(ours, self._taken)
            self._shift = place - timestamp
        begin = place - self._taken
        if begin < 0:
            audio, begin = audio[-begin:], 0  # what is too late is left out
        self._reach(begin)
        self._open[begin : begin + len(audio)] = audio

    def _reach(self, size: int) -> None:
        """Fill up with silence."""
        if size > len(self._open):
            self._open += self._silence * (size - len(self._open))

    def _put_other(self, packet: bytes, at: float) -> None:
        """Place a packet with more in its header, of the other law, or of another codec."""
        try:
            read = parse(packet)
        except RtpError:
            return
        kind, audio, timestamp = read.payload_type, read.payload, read.timestamp
        if kind in (PCMU, PCMA):
            table = translation(kind, self._law)
            audio = audio if table is None else audio.translate(table)
        elif (found := self._read(kind, timestamp, audio)) is not None:
            timestamp, audio = found
        else:
            return
        if audio:
            self._place(read.ssrc, timestamp, audio, at)


class StereoTrack:
    """The two channels; times are seconds of one clock."""

    def __init__(self, law: int, began: float, read_left: Reader, read_right: Reader) -> None:
        """``law`` (PCMU or PCMA) is that of the octets that are taken."""
        self.left = Channel(law, began, read_left)
        self.right = Channel(law, began, read_right)
        self._began = began
        self.taken = 0
        """Samples of each channel that were taken."""

    def pause(self, paused: bool, now: float) -> None:
        """Keep nothing from now on, or again; what is left out is silence."""
        self._settle(now)
        self.left.paused = self.right.paused = paused

    def take(self, now: float) -> bytearray:
        """What is settled by now, interleaved: all but the last 0.2 s."""
        self._settle(now)
        return self._take_until(round((now - HOLD_S - self._began) * RATE))

    def take_all(self, now: float) -> bytearray:
        """What is left when the recording ends."""
        self._settle(now)
        return self._take_until(max(round((now - self._began) * RATE), self.left.end, self.right.end))

    def _settle(self, now: float) -> None:
        self.left.settle(now)
        self.right.settle(now)

    def _take_until(self, place: int) -> bytearray:
        size = max(0, place - self.taken)
        both = bytearray(2 * size)
        both[0::2] = self.left.take(size)
        both[1::2] = self.right.take(size)
        self.taken += size
        return both
