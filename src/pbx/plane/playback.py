"""Generated audio: clips to many legs at once, paced by one tick of 20 ms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf

from pbx.media.clip import FRAMES_A_SECOND, Clip
from pbx.media.g711 import Samples
from pbx.media.reel import Reel
from pbx.plane.flow import Send, nowhere
from pbx.plane.leg import Leg

TICK_S = 0.02

NO_REEL = Reel((), 0, 0, 0, 0, 0.0)

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
    """Where a leg is in its clips, and the packets of the second that plays."""

    __slots__ = ("_clips", "_frames", "_index", "_law", "_loop", "_place", "_second", "number", "reel", "send")

    def __init__(self, number: int, clips: tuple[Clip, ...], loop: bool, from_s: float = 0.0) -> None:
        self.number = number
        """What the switch knows it by."""
        self.reel = NO_REEL
        self.send: Send = nowhere
        """Where they are to be sent."""
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
        if not self._is_at_hand(law):
            return None
        self._place += 1
        return self._frames[self._place - 1]

    def rest(self, law: int) -> Sequence[bytes]:
        """What is left of the second that plays, in a law of G.711; nothing when all clips were sent."""
        if not self._is_at_hand(law):
            return ()
        rest, self._place = self._frames[self._place :], len(self._frames)
        return rest  # type: ignore[return-value]  # in a law they are octets

    def rewind(self, frames: int) -> None:
        """Go back over the last so many frames of a second: they were not sent."""
        self._place -= frames

    def _is_at_hand(self, law: int | None) -> bool:
        """Have the second of the next frame at hand; False where there is none."""
        if law != self._law:
            self._law = law
            self._frames = self._clips[self._index].second(self._second, law)
        while self._place >= len(self._frames):
            if not self._turn(law):
                return False
        return True

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
        if self._playing.pop(leg, None) is not None:
            leg.stream.cut()
        if not self._playing:
            self.pacer.stop()

    def tick(self, now: float) -> None:
        """Send what is due. A leg that may not be sent to still moves on, as a radio does in an empty room."""
        for _ in range(self.pacer.due(now)):
            for leg, playing in list(self._playing.items()):
                try:
                    playing.send(playing.reel.take())
                except StopIteration:
                    self._go_on(leg, playing, now)
                except OSError:
                    continue  # refused, or the kernel has no room: a packet lost

    def _go_on(self, leg: Leg, playing: Playing, now: float) -> None:
        """Send what is due to a leg whose reel was played, or cut; a new one begins if all goes on as it was."""
        playing.rewind(playing.reel.left)
        playing.reel = NO_REEL
        send, law = leg.send, leg.voice.law
        if law is not None and send is not None and leg.voice.steady:
            frames = playing.rest(law)
            if frames:
                playing.reel, playing.send = leg.voice.reel(frames, now), send
                with suppress(OSError):
                    send(playing.reel.take())
                return
        elif (frame := playing.next(law)) is not None:
            if isinstance(frame, bytes):
                leg.speak_encoded(frame, now)
            else:
                leg.speak(frame, now)
            return
        self.stop(leg)
        self._on_ended(leg.name, playing.number)
