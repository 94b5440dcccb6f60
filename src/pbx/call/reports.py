"""What the plane tells, brought into call control: to the leg's attendant, and to whoever listens to events.

The plane speaks at any time, outside of what SIP gives rise to: it brings no ``now``, and what follows from its words
must be sent. Both are seen to here.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from pbx.call import digits, listening
from pbx.call.audio_watch import AudioRules, AudioWatch
from pbx.call.host import CallHost
from pbx.events import PlayEnded
from pbx.media.ears import SoundChange
from pbx.plane.protocol import MediaQuality, MediaStats
from pbx.sound_events import ListeningEnded, SoundHeard


class PlaneReports:
    """A ``plane.protocol.MediaListener``."""

    def __init__(self, host: CallHost, now: Callable[[], float], pump: Callable[[], None], rules: AudioRules) -> None:
        """``now`` is the endpoint's clock, ``pump`` sends what waits."""
        self._host = host
        self._watch = AudioWatch(host, rules)
        self._now = now
        self._pump = pump

    def clips_ended(self, leg: str) -> None:
        """A leg heard its clips."""
        if (one := self._host.legs.get(leg)) is not None:
            self._host.publish(PlayEnded(self._host.clock(), one.call.id, leg))
            if one.attendant is not None:
                one.attendant.clips_ended(self._now())
                self._pump()

    def digit_received(self, leg: str, digit: str, duration_ms: int) -> None:
        """A leg sent a digit."""
        if (one := self._host.legs.get(leg)) is not None:
            digits.received(self._host, one, digit, duration_ms, self._now())
            self._pump()

    def recorded(self, leg: str, path: str, seconds: float) -> None:
        """A recording has ended, whatever ended it."""
        done = self._host.recordings.pop(path, None)
        if done is not None:
            done(seconds, self._now())
            self._pump()

    def sounds_heard(self, leg: str, sounds: tuple[SoundChange, ...]) -> None:
        """Speech, a pause or a tone on a leg that is listened to."""
        if (one := self._host.legs.get(leg)) is not None:
            at, early = self._host.clock(), one.heard_early
            for sound in sounds:
                self._host.publish(SoundHeard(at, one.call.id, leg, **structs.asdict(sound), early=early))

    def listening_ended(self, leg: str, listened_ms: int, cadence: tuple[int, ...], noise_dbm0: float) -> None:
        """A leg is listened to no more."""
        if (one := self._host.legs.get(leg)) is not None:
            at, early = self._host.clock(), one.heard_early
            self._host.publish(ListeningEnded(at, one.call.id, leg, listened_ms, cadence, noise_dbm0, early))
            listening.ended(one)

    def measured(self, quality: MediaQuality) -> None:
        """A leg's audio was measured."""
        if (one := self._host.legs.get(quality.leg)) is not None:
            self._watch.measured(one, quality, self._now())
            if one.over:
                self._pump()

    def audio_failed(self, leg: str, reason: str) -> None:
        """A leg is without audio."""
        if (one := self._host.legs.get(leg)) is not None:
            self._watch.failed(one, reason)

    def closed(self, stats: MediaStats) -> None:
        """A leg's port is free; its figures are final."""
        leg = self._host.legs.get(stats.leg)
        if leg is not None:
            leg.stats = stats
            leg.call.closing.discard(stats.leg)
            self._host.close_if_over(leg.call)
