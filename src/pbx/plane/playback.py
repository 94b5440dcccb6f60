"""Generated audio: clips to many legs at once, paced by one tick of 20 ms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from pbx.media.clip import FRAMES_A_SECOND, Clip
from pbx.media.g711 import Samples
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
    """Where a leg is in its clips. The second that plays is at hand, so that most frames cost next to nothing."""

    __slots__ = ("_clips", "_frames", "_index", "_law", "_loop", "_place", "_second", "number")

    def __init__(self, number: int, clips: tuple[Clip, ...], loop: bool, from_s: float = 0.0) -> None:
        self.number = number
        """What the switch knows it by."""
        self._clips = clips
        self._loop = loop
        self._index = 0
        self._second, self._place = divmod(int(from_s % clips[0].duration_s / TICK_S) if from_s else 0, FRAMES_A_SECOND)
        self._frames: Sequence[bytes | Samples] = ()
        """Those of the present second."""
        self._law: int | None = -1
        """What they are in; nothing yet."""

    def next(self, law: int | None) -> bytes | Samples | None:
        """The next 20 ms in a law of G.711, as samples where there is none; None when all clips were sent."""
        if law != self._law:
            self._law = law
            self._frames = self._clips[self._index].second(self._second, law)
        while self._place >= len(self._frames):
            if not self._turn(law):
                return None
        self._place += 1
        return self._frames[self._place - 1]

    def _turn(self, law: int | None) -> bool:
        """Go on to the second that comes next; False where none does."""
        last = self._index == len(self._clips) - 1
        self._second, self._place, self._frames = self._second + 1, 0, ()
        if self._second >= self._clips[self._index].seconds:
            if last and not self._loop:
                return False
            self._index += not last
            self._second = 0
        self._frames = self._clips[self._index].second(self._second, law)
        return True


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
                frame = playing.next(law)
                if frame is None:
                    self.stop(leg)
                    self._on_ended(leg.name, playing.number)
                elif not isinstance(frame, bytes):
                    leg.speak(frame, now)
                elif send is not None:
                    leg.voice.say_encoded(frame, now, send)
