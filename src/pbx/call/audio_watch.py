"""What follows from how audio is: it is told, troubles are noticed, and a leg from which nothing comes is ended.

Everything is decided when a leg's measurement comes, from it and from its partner's last one: no timer, no search.
"""

from __future__ import annotations

from msgspec import Struct

from pbx.call import cause as causes
from pbx.call.call import Leg
from pbx.call.host import CallHost
from pbx.media_events import (
    CHECKS_CEASED,
    DEAD_AIR,
    NO_AUDIO,
    ONE_WAY,
    UNSECURED,
    AudioMeasured,
    AudioMended,
    AudioTroubled,
)
from pbx.plane import failures
from pbx.plane.protocol import MediaQuality


class AudioRules(Struct, frozen=True):
    """When audio is troubled; seconds, 0 for never."""

    timeout_s: float = 60.0
    """Without RTP and RTCP, before a leg is ended."""
    hold_timeout_s: float = 1800.0
    """The same for a leg that holds its partner, or is held: its phone may well send nothing."""
    one_way_s: float = 10.0
    """Without audio from a leg whose partner speaks."""
    dead_air_s: float = 20.0
    """Without a voice from either of two partners."""


class AudioWatch:
    """Takes the measurements of all legs."""

    def __init__(self, host: CallHost, rules: AudioRules) -> None:
        self._host = host
        self._rules = rules

    def measured(self, leg: Leg, quality: MediaQuality, now: float) -> None:
        """Take one; the last one of a leg comes when it is over, and goes into its record only."""
        partner = leg.partner if leg.partner is not None and _converse(leg, leg.partner) else None
        sound, patience = leg.sound, self._patience_s(leg)
        sound.take(quality, None if partner is None else partner.sound)
        if patience != sound.patience_s:  # answered, held, resumed: what was not sent before does not count
            sound.patience_s, sound.deaf_s = patience, 0.0
        self._host.publish(AudioMeasured(self._host.clock(), leg.call.id, quality, leg.audio.codec))
        if not leg.answered:
            return
        self._set(leg, ONE_WAY, _lasts(sound.mute_s, self._rules.one_way_s))
        if partner is not None:
            elder, other = sorted((leg, partner), key=lambda one: (one.started_at, one.id))
            self._set(elder, DEAD_AIR, _lasts(min(elder.sound.quiet_s, other.sound.quiet_s), self._rules.dead_air_s))
        else:
            self._set(leg, DEAD_AIR, False)
        if _lasts(sound.deaf_s, patience):
            self._set(leg, NO_AUDIO, True)
            self._host.hang_up(leg, causes.NO_AUDIO, now)

    def failed(self, leg: Leg, reason: str) -> None:
        """Take what went wrong with how it is secured or reached; what ends the leg is the silence that follows."""
        self._set(leg, CHECKS_CEASED if reason == failures.CHECKS_CEASED else UNSECURED, True)

    def _patience_s(self, leg: Leg) -> float:
        """How long a leg may send nothing at all; 0 for as long as it likes."""
        remote = leg.audio.remote
        if not leg.answered or remote is None or remote.direction in ("recvonly", "inactive"):
            return 0.0
        waiting = leg.held or (leg.partner is not None and leg.partner.held)
        return self._rules.hold_timeout_s if waiting else self._rules.timeout_s

    def _set(self, leg: Leg, trouble: str, troubled: bool) -> None:
        if troubled and trouble not in leg.sound.here:
            leg.sound.note(trouble)
            self._host.publish(AudioTroubled(self._host.clock(), leg.call.id, leg.id, trouble))
        elif not troubled and trouble in leg.sound.here:
            leg.sound.here.discard(trouble)
            self._host.publish(AudioMended(self._host.clock(), leg.call.id, leg.id, trouble))


def _converse(leg: Leg, partner: Leg) -> bool:
    """Whether two legs hear each other, and both may send."""
    both = (leg, partner)
    return leg.bridged and not any(
        one.held or one.audio.remote is None or one.audio.remote.direction != "sendrecv" for one in both
    )


def _lasts(seconds: float, limit_s: float) -> bool:
    """Whether something has gone on for its limit; 0 is none."""
    return 0 < limit_s <= seconds
