"""The beep of a recording: a short tone now and then, mixed into what a party hears, so that it knows."""

from __future__ import annotations

from math import inf

import numpy as np

from pbx.media import g711
from pbx.media.rtp import HEADER_SIZE
from pbx.media.tone import sine

HZ = 1400.0
LENGTH_S = 0.2
TONE = sine(HZ, LENGTH_S, level_db=-20.0)
"""1400 Hz for a fifth of a second, by custom; below a voice, so that both are understood."""


class Beep:
    """When it sounds, and how far it has sounded; times are seconds of one clock."""

    def __init__(self, every_s: float, now: float) -> None:
        """The first one is due at once."""
        self._every_s = every_s
        self._at = 0
        self.next_at = now
        """From when on packets are to be ``mixed``."""

    def silence(self, silent: bool) -> None:
        """Sound no more, or again, from the beginning."""
        self._at, self.next_at = 0, inf if silent else 0.0

    def mixed(self, packet: bytes | memoryview, now: float) -> bytes | memoryview:
        """An RTP packet of G.711 with its part of the tone in it; any other packet is as it was."""
        kind = packet[1] & 0x7F
        if packet[0] != 0x80 or kind not in (g711.PCMU, g711.PCMA):
            return packet
        voice = g711.decode(bytes(packet[HEADER_SIZE:]), kind).astype(np.int32)
        tone = TONE[self._at : self._at + len(voice)]
        voice[: len(tone)] += tone
        self._at += len(voice)
        if self._at >= len(TONE):
            self._at, self.next_at = 0, now + self._every_s
        audio = g711.encode(np.clip(voice, -32768, 32767).astype(np.int16), kind)
        return bytes(packet[:HEADER_SIZE]) + audio
