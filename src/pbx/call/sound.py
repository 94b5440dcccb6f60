"""How one leg has sounded so far: the figures for its record, and for how long something has been missing."""

from __future__ import annotations

from pbx.media.sound import Sound
from pbx.plane.protocol import MediaQuality


class Score:
    """The mean and the worst of a leg's opinion scores."""

    __slots__ = ("_seconds", "_sum", "worst")

    def __init__(self) -> None:
        self._sum = self._seconds = 0.0
        self.worst: float | None = None

    def add(self, mos: float | None, seconds: float) -> None:
        """Take one measurement; None is none."""
        if mos is not None:
            self._sum += mos * seconds
            self._seconds += seconds
            self.worst = mos if self.worst is None else min(self.worst, mos)

    @property
    def mean(self) -> float | None:
        """Over time; None where nothing was measured."""
        return round(self._sum / self._seconds, 2) if self._seconds else None


class LegSound:
    """What was measured of a leg. Times without are seconds, in whole measurements."""

    __slots__ = (
        "deaf_s",
        "here",
        "latest",
        "mute_s",
        "patience_s",
        "quiet_s",
        "remote_score",
        "round_trip_ms",
        "score",
        "troubles",
    )

    def __init__(self) -> None:
        self.score, self.remote_score = Score(), Score()
        self.round_trip_ms: float | None = None
        """The longest."""
        self.latest: MediaQuality | None = None
        self.deaf_s = 0.0
        """Without any RTP or RTCP from it, since its patience changed."""
        self.patience_s = 0.0
        """How long it may go on like that; 0 for ever."""
        self.mute_s = 0.0
        """In conversation, without RTP or with digital silence while its partner spoke."""
        self.quiet_s = 0.0
        """In conversation, without a voice."""
        self.here: set[str] = set()
        """What is wrong now."""
        self.troubles: tuple[str, ...] = ()
        """What was wrong at any time."""

    def take(self, quality: MediaQuality, partner: LegSound | None) -> None:
        """Take a measurement; ``partner`` is whom it converses with, and all begins anew where there is nobody."""
        self.latest = quality
        self.score.add(quality.mos, quality.seconds)
        self.remote_score.add(quality.remote_mos, quality.seconds)
        if quality.round_trip_ms is not None:
            self.round_trip_ms = max(self.round_trip_ms or 0.0, quality.round_trip_ms)
        self.deaf_s = 0.0 if quality.packets or quality.reports else self.deaf_s + quality.seconds
        mute = not quality.packets or quality.sound is Sound.DIGITAL_SILENCE
        quiet = mute or quality.sound is Sound.QUIET
        if partner is None or not mute:
            self.mute_s = 0.0
        elif partner.speaks:  # two who are silent say nothing of the way between them
            self.mute_s += quality.seconds
        self.quiet_s = self.quiet_s + quality.seconds if partner is not None and quiet else 0.0

    @property
    def speaks(self) -> bool:
        """Whether it sent something that may be a voice, when it was measured last."""
        quality = self.latest
        return quality is not None and quality.packets > 0 and quality.sound in (Sound.VOICE, Sound.UNKNOWN)

    def note(self, trouble: str) -> None:
        """Something is wrong from now on."""
        self.here.add(trouble)
        if trouble not in self.troubles:
            self.troubles = (*self.troubles, trouble)
