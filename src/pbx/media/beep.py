"""The beep of a recording: a short tone now and then, mixed into what a party hears, so that it knows."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

from pbx.media import g711
from pbx.media.codecs import NARROW, Codec, Encoder
from pbx.media.g711 import Samples
from pbx.media.rtp import HEADER_SIZE
from pbx.media.tone import sine

HZ = 1400.0
LENGTH_S = 0.2
TONE = sine(HZ, LENGTH_S, level_db=-20.0)
"""1400 Hz for a fifth of a second, by custom; below a voice, so that both are understood."""


class Beep:
    """When it sounds, and how far it has sounded; times are seconds of one clock."""

    def __init__(
        self, every_s: float, now: float, codec_of: Callable[[int], Codec | None] = lambda payload_type: None
    ) -> None:
        """The first one is due at once. ``codec_of`` knows what payload types mean beside those of G.711."""
        self._every_s = every_s
        self._codec_of = codec_of
        self._encoder: Encoder | None = None
        self._at = 0
        self.next_at = now
        """From when on packets are to be ``mixed``."""

    def silence(self, silent: bool) -> None:
        """Sound no more, or again, from the beginning."""
        self._at, self.next_at = 0, inf if silent else 0.0

    def mixed(self, packet: bytes | memoryview, now: float) -> bytes | memoryview:
        """An RTP packet of audio with its part of the tone; any other packet is as it was.

        In G.711 it is mixed into the voice. In other codecs it is heard in its place, for there each packet leans on
        those before.
        """
        kind = packet[1] & 0x7F
        if packet[0] != 0x80:
            return packet
        if kind not in (g711.PCMU, g711.PCMA):
            codec = self._codec_of(kind)
            return packet if codec is None else self._replaced(packet, codec, now)
        voice = g711.decode(bytes(packet[HEADER_SIZE:]), kind).astype(np.int32)
        voice += self._part(len(voice), now)
        audio = g711.encode(np.clip(voice, -32768, 32767).astype(np.int16), kind)
        return bytes(packet[:HEADER_SIZE]) + audio

    def _replaced(self, packet: bytes | memoryview, codec: Codec, now: float) -> bytes | memoryview:
        samples = codec.ticks(bytes(packet[HEADER_SIZE:])) * NARROW // codec.clock_rate
        if samples not in (80, 160, 320, 480):  # a length that every codec can make
            return packet
        if not self._at or self._encoder is None:
            self._encoder = codec.encoder(NARROW)
        return bytes(packet[:HEADER_SIZE]) + self._encoder.encode(self._part(samples, now))

    def _part(self, size: int, now: float) -> Samples:
        """The next samples of the tone, with silence behind its end."""
        part = np.zeros(size, np.int16)
        tone = TONE[self._at : self._at + size]
        part[: len(tone)] = tone
        self._at += size
        if self._at >= len(TONE):
            self._at, self.next_at = 0, now + self._every_s
        return part
