"""Generated audio: clips to many legs at once, paced by one tick of 20 ms."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from pbx.media.clip import Clip
from pbx.plane.leg import Leg

TICK_S = 0.02

MAX_CATCH_UP = 3
"""Ticks made good at once after a delay: 60 ms, which a phone's jitter buffer takes in. What is older is let go."""


class Pacer:
    """When the next tick is due: on a grid from the first one, so that delays do not add up."""

    def __init__(self) -> None:
        self.next_at = inf
        """Seconds; infinity while nothing plays."""

    def start(self, now: float) -> None:
        """Begin the grid now; one that runs is kept."""
        if self.next_at == inf:
            self.next_at = now

    def stop(self) -> None:
        self.next_at = inf

    def due(self, now: float) -> int:
        """How many ticks are due, which counts them as done."""
        if now < self.next_at:
            return 0
        ticks = int((now - self.next_at) / TICK_S) + 1
        self.next_at += ticks * TICK_S
        return min(ticks, MAX_CATCH_UP)


class Playing:
    """Where a leg is in its clips."""

    __slots__ = ("_clips", "_index", "_loop", "_next", "at", "clip", "number")

    def __init__(self, number: int, clips: tuple[Clip, ...], loop: bool, from_s: float = 0.0) -> None:
        self.number = number
        """What the switch knows it by."""
        self._clips = clips
        self._loop = loop
        self._index = 0
        self.clip = clips[0]
        """The clip of the present 20 ms."""
        self.at = 0
        """The present frame in it."""
        self._next = int(from_s % self.clip.duration_s / TICK_S) if from_s else 0

    def advance(self) -> bool:
        """Go on to the next 20 ms; False when all clips were sent."""
        while self._index < len(self._clips):
            clip = self.clip = self._clips[self._index]
            if self._next < len(clip):
                self.at = self._next
                self._next += 1
                return True
            self._next = 0
            if not (self._loop and self._index == len(self._clips) - 1):
                self._index += 1
        return False


class Playback:
    """The legs that hear clips. ``on_ended`` is told ``(leg, number)`` when the last clip was sent in full."""

    def __init__(self, on_ended: Callable[[str, int], None]) -> None:
        self._on_ended = on_ended
        self._playing: dict[Leg, Playing] = {}
        self.pacer = Pacer()

    def start(self, leg: Leg, playing: Playing, now: float) -> None:
        self._playing[leg] = playing
        self.pacer.start(now)

    def stop(self, leg: Leg) -> None:
        """Stop what plays to a leg, if anything does; nothing is told."""
        self._playing.pop(leg, None)
        if not self._playing:
            self.pacer.stop()

    def tick(self, now: float) -> None:
        """Send what is due. A leg that may not be sent to still moves on, as a radio does in an empty room."""
        for _ in range(self.pacer.due(now)):
            for leg, playing in list(self._playing.items()):
                law, send = leg.voice.law, leg.send
                if not playing.advance():
                    self.stop(leg)
                    self._on_ended(leg.name, playing.number)
                elif law is None:
                    leg.speak(playing.clip.samples(playing.at), now)
                elif send is not None:
                    leg.voice.say_encoded(playing.clip.frame(playing.at, law), now, send)
