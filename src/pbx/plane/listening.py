"""Legs of a media worker that are listened to: one tick of 20 ms has all their audio looked at in one pass."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pbx.media.ears import Ear
from pbx.media.feed import Feed
from pbx.media.g711 import FRAME
from pbx.media.rtp import Packet
from pbx.media.spectrum import SPAN, Spectrum
from pbx.media.voice import FRAME_MS
from pbx.plane import control
from pbx.plane.leg import Leg
from pbx.plane.playback import Pacer

MOST_FRAMES = 5
"""Frames of one leg that are heard in one tick, where several came at once."""


class Listened:
    """A leg that is listened to. What it does not send counts as silence."""

    def __init__(self, leg: Leg) -> None:
        self.leg = leg
        self.ear = Ear()
        self.span = np.zeros(SPAN, np.int16)
        self.frames = 0
        self.feed = Feed()

    def take(self, packet: Packet, now: float) -> None:
        """One packet of what the leg says."""
        self.feed.put(packet.ssrc, self.leg.place(packet), self.leg.samples(packet))

    def advance(self) -> bool:
        """Go on by 20 ms of audio; False where it has not come yet."""
        recent = self.span[FRAME:].copy()
        if not self.feed.pull(self.span[SPAN - FRAME :]):
            return False
        self.span[: SPAN - FRAME] = recent
        self.frames += 1
        return True


class Listening:
    """All that are; ``tell`` takes the reports."""

    def __init__(self, tell: Callable[[control.SoundsHeard | control.ListeningEnded], None]) -> None:
        self._tell = tell
        self._listened: dict[Leg, Listened] = {}
        self._spectrum = Spectrum()
        self.pacer = Pacer()

    def start(self, leg: Leg, now: float) -> None:
        """Listen to a leg, anew where that is done already."""
        self.stop(leg)
        listened = self._listened[leg] = Listened(leg)
        leg.tap(listened.take)
        self.pacer.start(now)

    def stop(self, leg: Leg) -> None:
        """Listen no more, and tell how it was, if it was listened to."""
        listened = self._listened.pop(leg, None)
        if listened is None:
            return
        leg.untap(listened.take)
        cadence = tuple(listened.ear.cadence())
        noise_dbm0 = round(listened.ear.noise_dbm0, 1)
        self._tell(control.ListeningEnded(leg.name, listened.frames * FRAME_MS, cadence, noise_dbm0))
        if not self._listened:
            self.pacer.stop()

    def tick(self, now: float) -> None:
        """Hear what has come."""
        for _ in range(self.pacer.due(now)):
            for listened in self._listened.values():
                listened.feed.tick()
        for _ in range(MOST_FRAMES):
            if not self._turn():
                return

    def _turn(self) -> bool:
        """Hear 20 ms of all who have them; False where none has."""
        ready = [listened for listened in self._listened.values() if listened.advance()]
        if not ready:
            return False
        looks = self._spectrum.look(np.stack([listened.span for listened in ready]))
        for listened, look in zip(ready, looks, strict=True):
            if sounds := listened.ear.take(look):
                self._tell(control.SoundsHeard(listened.leg.name, tuple(sounds)))
        return True
