"""Tells what has answered one call.

    QUIET --speech--> SPEAKING --pause--> PAUSE --speech--> SPEAKING
      |                   |                 |
      | initial silence   | long greeting   | the silence after a greeting: a person
      v                   v                 v
    silence            machine            human          and from each state, at the total time: unsure, or silence

A tone of the network or of a fax decides at once, a beep too. Each call has one verdict, and has it by the total time.
"""

from __future__ import annotations

from math import inf

from dialer.detecting.rules import AmdRules
from dialer.detecting.sounds import Sound, SpeechBegan, SpeechEnded, Tone, ToneBegan, ToneEnded, ToneHeard
from dialer.detecting.verdict import Cause, Kind, Verdict

ONSET_MS = 180
"""How late ears may tell that speech began: a silence is sure to have lasted only then."""

HANGOVER_MS = 280
"""How late they may tell that it ended."""

MEANING_MS = 280
"""How late they may tell what a tone meant that has ended."""

LEFTOVER_MS = 300
"""What began before the answer and ends by then was music or an announcement in place of ringing."""

GREETED_MS = 1000
"""After a greeting of so much a tone like a calling fax's is a machine's beep: no fax greets."""

KINDS = {
    Tone.SIT_VACANT: Kind.SIT,
    Tone.SIT_INTERCEPT: Kind.SIT,
    Tone.SIT_REORDER: Kind.SIT,
    Tone.SIT_NO_CIRCUIT: Kind.SIT,
    Tone.SIT: Kind.SIT,
    Tone.BUSY: Kind.SIT,
    Tone.CONGESTION: Kind.SIT,
    Tone.DIAL_TONE: Kind.SIT,
    Tone.FAX_CNG: Kind.FAX,
    Tone.FAX_CED: Kind.FAX,
    Tone.BEEP: Kind.MACHINE,
}
"""What each tone says by itself; ringing says nothing."""

ONCE_ANSWERED = (Tone.BEEP, Tone.DIAL_TONE)
"""Tones that mean something else before the answer."""


class Detector:
    """Of one call. ``heard`` and ``elapsed`` give the verdict, once; afterwards None."""

    __slots__ = (
        "_began", "_clock", "_ended", "_first", "_leftover", "_ringing", "_rules", "_tone_until", "_verdict", "_words",
    )  # fmt: skip

    def __init__(self, rules: AmdRules) -> None:
        self._rules = rules
        self._verdict: Verdict | None = None
        self._clock = 0
        self._ringing = False
        self._first: int | None = None  # where the greeting began
        self._words = 0
        self._ended = 0  # of the last word
        self._began: int | None = None  # of the one that is spoken
        self._leftover = False  # it began before the answer
        self._tone_until: float = 0  # until when a tone sounds that may mean something; it is no silence

    @property
    def verdict(self) -> Verdict | None:
        """The verdict, once there is one."""
        return self._verdict

    @property
    def speaking(self) -> bool:
        """Whether somebody speaks, as far as was told."""
        return self._began is not None

    @property
    def greeting_ended_ms(self) -> int | None:
        """When the greeting ended, None as long as it goes on or nothing was said.

        A pause counts as its end until it goes on. After a verdict that had it, it stays.
        """
        if self._verdict is not None and self._verdict.greeting_ended_ms is not None:
            return self._verdict.greeting_ended_ms
        return self._ended if self._words and self._began is None else None

    @property
    def due_ms(self) -> int | None:
        """When ``elapsed`` is to be called next, unless something is heard before; None after the verdict."""
        if self._verdict is not None:
            return None
        rules, due = self._rules, 0.0
        if self._began is not None:
            first = self._began if self._first is None else self._first
            due = max(first + rules.long_greeting_ms, self._began + rules.shortest_word_ms) + HANGOVER_MS
        elif self._words:
            due = self._ended + (rules.after_short_ms if self._short else rules.after_greeting_ms) + ONSET_MS
        elif not self._ringing:
            due = self._ended + rules.initial_silence_ms + ONSET_MS
        else:
            due = rules.total_ms
        if self._began is None:
            due = max(due, self._tone_until)
        return int(min(due, rules.total_ms))

    def heard(self, sound: Sound, ms: int | None = None) -> Verdict | None:
        """A sound, in the order in which they are told; ``ms``: when that was, by default as early as it could be."""
        end = sound.at_ms + sound.duration_ms if isinstance(sound, ToneHeard) else sound.at_ms
        self._clock = max(self._clock, end, 0 if ms is None else ms)
        verdict = None
        match sound:
            case SpeechBegan(at_ms):
                self._speech_began(at_ms)
            case SpeechEnded(at_ms):
                verdict = self._speech_ended(at_ms)
            case ToneBegan():
                self._tone_until = inf
            case ToneEnded(at_ms):
                self._tone_until = at_ms + MEANING_MS
            case ToneHeard(tone, at_ms):
                verdict = self._tone(tone, at_ms, end)
        return verdict or self.elapsed(self._clock)

    def elapsed(self, ms: int) -> Verdict | None:
        """So much time has passed since the answer."""
        self._clock = max(self._clock, ms)
        due = self.due_ms
        if due is None or ms < due:
            return None
        if due == self._rules.total_ms:
            return self._time_is_up()
        if self._began is not None:
            return self._decide(Kind.MACHINE, Cause.LONG_GREETING)
        if not self._words:
            return self._decide(Kind.SILENCE, Cause.NOTHING_SAID)
        cause = Cause.SHORT_GREETING_THEN_SILENCE if self._short else Cause.GREETING_THEN_SILENCE
        return self._decide(Kind.HUMAN, cause)

    @property
    def _short(self) -> bool:
        """Whether the greeting so far is."""
        return self._first is not None and self._ended - self._first <= self._rules.short_greeting_ms

    def _speech_began(self, at: int) -> None:
        if self._began is None:
            self._began, self._leftover = max(at, 0), at < 0

    def _speech_ended(self, at: int) -> Verdict | None:
        if self._began is None:
            return None
        began, self._began = self._began, None
        if self._leftover and at <= LEFTOVER_MS:
            self._ended = max(at, 0)
            return None
        if at - began < self._rules.shortest_word_ms:
            return None
        if not self._words or began - self._ended >= self._rules.between_words_ms:
            self._words += 1
        if self._first is None:
            self._first = began
        self._ended = at
        if self._words > self._rules.most_words:
            return self._decide(Kind.MACHINE, Cause.MANY_WORDS)
        if at - self._first >= self._rules.long_greeting_ms:
            return self._decide(Kind.MACHINE, Cause.LONG_GREETING)
        return None

    def _tone(self, tone: Tone, at: int, end: int) -> Verdict | None:
        if tone is Tone.RINGBACK:
            self._ringing = self._ringing or (end > 0 and self._first is None)
            return None
        if at < 0 and tone in ONCE_ANSWERED:
            return None
        if tone is Tone.FAX_CNG and self._first is not None and self._ended - self._first >= GREETED_MS:
            tone = Tone.BEEP
        cause = Cause.BEEP if tone is Tone.BEEP else Cause.TONE
        return self._decide(KINDS[tone], cause, tone, end if end < 0 else None)

    def _time_is_up(self) -> Verdict | None:
        if self._words or self._began is not None:
            return self._decide(Kind.UNSURE, Cause.TIME_IS_UP)
        return self._decide(Kind.SILENCE, Cause.STILL_RINGING if self._ringing else Cause.TIME_IS_UP)

    def _decide(self, kind: Kind, cause: Cause, tone: Tone | None = None, at: int | None = None) -> Verdict | None:
        if self._verdict is not None:
            return None
        first = self._began if self._first is None else self._first
        last = self._ended if self._began is None else self._clock
        self._verdict = Verdict(
            kind,
            cause,
            self._clock if at is None else at,
            0 if first is None else max(last - first, 0),
            self._words + (self._began is not None),
            self.greeting_ended_ms,
            tone,
        )
        return self._verdict
