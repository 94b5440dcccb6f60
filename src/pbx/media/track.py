"""A track: what one leg says, each packet in its place on a line of time from the recording's beginning.

Places follow the packets' timestamps, so that what was lost or never sent (a muted phone, silence suppression, the
time of a telephone event) is silence of the right length, and packets that overtook each other are put in order::

    packets    | 0 | 1 |   | 4 | 3 |
    track      [ 0   1  ...  3   4 ]
"""

from __future__ import annotations

import numpy as np

from pbx.media.g711 import Samples

RATE = 8000

HOLD_S = 0.2
"""How long a place is kept open for a packet that comes late."""

DRIFT = RATE
"""Samples by which a stream's clock may differ from ours before it is taken as one that began anew."""

VOICE = 200.0
"""Mean magnitude of a packet with a voice in it: some 44 dB below full scale, above the noise of a line."""


class Track:
    """Samples are 16-bit mono at 8000 Hz; ``now`` in seconds of one clock."""

    def __init__(self, began: float, most_s: float) -> None:
        """``most_s``: what lies beyond is left out."""
        self._began = began
        self._most = round(most_s * RATE)
        self._open = np.zeros(0, np.int16)  # what was not taken yet
        self._ssrc = -1
        self._shift = 0  # of the stream's timestamps to our places
        self.taken = 0
        """Samples that were taken."""
        self.voice_at = began
        """When a voice was last heard."""

    def put(self, ssrc: int, timestamp: int, samples: Samples, now: float) -> None:
        """Place the audio of a packet, whose timestamp is in samples; what comes too late is left out."""
        if not len(samples):
            return
        if np.abs(samples.astype(np.int32)).mean() > VOICE:
            self.voice_at = now
        place = ((timestamp + self._shift + 0x8000_0000) & 0xFFFFFFFF) - 0x8000_0000
        ours = self._place(now)
        if ssrc != self._ssrc or abs(place - ours) > DRIFT:
            self._ssrc, place = ssrc, max(ours, self.taken)
            self._shift = place - timestamp
        begin, end = place - self.taken, min(place + len(samples), self._most) - self.taken
        if begin < 0 or end <= begin:
            return
        self._reach(end)
        self._open[begin:end] = samples[: end - begin]

    def take(self, now: float) -> Samples:
        """What is settled by now: all but the last 0.2 s, filled up with silence."""
        return self._take_until(self._place(now - HOLD_S))

    def take_all(self, now: float) -> Samples:
        """What is left when the recording ends."""
        return self._take_until(max(self._place(now), self.taken + len(self._open)))

    def _place(self, now: float) -> int:
        return round((now - self._began) * RATE)

    def _take_until(self, place: int) -> Samples:
        size = max(0, min(place, self._most) - self.taken)
        self._reach(size)
        taken, self._open = self._open[:size], self._open[size:].copy()
        self.taken += size
        return taken

    def _reach(self, size: int) -> None:
        if size > len(self._open):
            self._open = np.concatenate([self._open, np.zeros(size - len(self._open), np.int16)])
