"""What detection finds, and why."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from dialer.detecting.sounds import Tone


class Kind(StrEnum):
    """Who, or what, has answered."""

    HUMAN = "human"
    MACHINE = "machine"
    """An answering machine, a voicemail box, an announcement."""
    FAX = "fax"
    SIT = "sit"
    """Nobody: the network's own tones (special information, busy, congestion, dial tone); the verdict says which."""
    SILENCE = "silence"
    UNSURE = "unsure"


class Cause(StrEnum):
    """The rule by which a verdict was found; ``AmdRules`` has their measures."""

    SHORT_GREETING_THEN_SILENCE = "short_greeting_then_silence"
    GREETING_THEN_SILENCE = "greeting_then_silence"
    LONG_GREETING = "long_greeting"
    MANY_WORDS = "many_words"
    BEEP = "beep"
    TONE = "tone"
    NOTHING_SAID = "nothing_said"
    STILL_RINGING = "still_ringing"
    """Answered, if it was, with nothing but a ringing tone."""
    TIME_IS_UP = "time_is_up"


class Verdict(Struct, frozen=True):
    """What was found. Times are milliseconds since the answer, less than 0 for what early media told."""

    kind: Kind
    cause: Cause
    at_ms: int
    """When it was found."""
    greeting_ms: int = 0
    """How long the greeting was so far, its pauses included."""
    words: int = 0
    """Stretches of speech in it."""
    greeting_ended_ms: int | None = None
    """When the greeting ended, None where it goes on or nothing was said: the two seconds within which a person has to
    have an agent begin here."""
    tone: Tone | None = None
    """Which tone it was, of ``beep`` and ``tone``."""


class CueCause(StrEnum):
    """What was waited for when a message is to begin."""

    BEEP = "beep"
    LONG_SILENCE = "long_silence"
    """No beep, but nothing else either."""
    TIME_IS_UP = "time_is_up"
    """Neither: whatever speaks there takes no message. Hang up."""


class Cue(Struct, frozen=True):
    """The message may begin, or never will."""

    cause: CueCause
    at_ms: int
    """Milliseconds since the answer."""
