"""What detection is told: speech and tones, as they begin and end on a line.

Times are milliseconds since the call was answered, less than 0 for what was heard before (early media).
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Tone(StrEnum):
    """What a tone means."""

    SIT_VACANT = "sit_vacant"
    SIT_INTERCEPT = "sit_intercept"
    SIT_REORDER = "sit_reorder"
    SIT_NO_CIRCUIT = "sit_no_circuit"
    SIT = "sit"
    """Special information tones of no kind that is known."""
    FAX_CNG = "fax_cng"
    FAX_CED = "fax_ced"
    BEEP = "beep"
    """A single tone after speech."""
    RINGBACK = "ringback"
    BUSY = "busy"
    CONGESTION = "congestion"
    DIAL_TONE = "dial_tone"


class SpeechBegan(Struct, frozen=True, tag=True):
    """Somebody speaks, or something sounds that is no tone."""

    at_ms: int


class SpeechEnded(Struct, frozen=True, tag=True):
    """A pause; it is told when the pause is longer than those within words."""

    at_ms: int
    """When speech ended, not when that was known."""


class ToneBegan(Struct, frozen=True, tag=True):
    """A tone sounds; whether it means something is told later. What is said and what sounds are never both."""

    at_ms: int


class ToneEnded(Struct, frozen=True, tag=True):
    """It sounds no more."""

    at_ms: int


class ToneHeard(Struct, frozen=True, tag=True):
    """A tone whose meaning is known, which for some is so before their end."""

    tone: Tone
    at_ms: int
    """When it began."""
    duration_ms: int = 0
    """How long it has lasted so far."""


Sound = SpeechBegan | SpeechEnded | ToneBegan | ToneEnded | ToneHeard
