"""When to begin a message for a machine: after its beep, or after a long silence where none comes.

WAITING --beep--> BEEPED --silence--> begin
   ^                 |
   +--speech---------+        and from WAITING: a long silence, begin; the time is up, never
"""

from __future__ import annotations

from dialer.detecting.detector import ONSET_MS, Detector
from dialer.detecting.rules import AmdRules
from dialer.detecting.sounds import Sound, SpeechBegan, SpeechEnded, Tone, ToneHeard
from dialer.detecting.verdict import Cause, Cue, CueCause


class MessageCue:
    """Of one call, from its verdict on. ``heard`` and ``elapsed`` give the cue, once; afterwards None."""

    __slots__ = ("_beeped", "_cue", "_rules", "_since", "_speaking", "_until")

    def __init__(self, rules: AmdRules, detector: Detector) -> None:
        """Raises ValueError where the detector has no verdict yet."""
        verdict = detector.verdict
        if verdict is None:
            raise ValueError("there is no verdict yet: expected a call known for a machine's")
        self._rules = rules
        self._cue: Cue | None = None
        self._speaking = detector.speaking
        self._beeped = verdict.cause is Cause.BEEP
        self._since = verdict.at_ms  # when the present silence began
        self._until = verdict.at_ms + rules.most_beep_wait_ms

    @property
    def due_ms(self) -> int | None:
        """When ``elapsed`` is to be called next, unless something is heard before; None after the cue."""
        if self._cue is not None:
            return None
        if self._speaking:
            return self._until
        silence = self._rules.after_beep_ms if self._beeped else self._rules.no_beep_ms
        return min(self._since + silence + ONSET_MS, self._until)

    def heard(self, sound: Sound, ms: int | None = None) -> Cue | None:
        """A sound; ``ms``: when it was told. It gives no cue itself, for a silence has to follow it."""
        match sound:
            case SpeechBegan():
                self._speaking, self._beeped = True, False
            case SpeechEnded(at_ms):
                self._speaking, self._since = False, max(self._since, at_ms)
            case ToneHeard(Tone.BEEP | Tone.FAX_CNG, at_ms, duration_ms):
                self._speaking, self._beeped = False, True
                self._since = max(self._since, at_ms + duration_ms)
        return None if ms is None else self.elapsed(ms)

    def elapsed(self, ms: int) -> Cue | None:
        """So much time has passed since the answer."""
        due = self.due_ms
        if due is None or ms < due:
            return None
        if due == self._until:
            cause = CueCause.TIME_IS_UP
        else:
            cause = CueCause.BEEP if self._beeped else CueCause.LONG_SILENCE
        self._cue = Cue(cause, ms)
        return self._cue
