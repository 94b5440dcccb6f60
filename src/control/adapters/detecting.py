"""What ears heard on a leg, in the words of answering-machine detection."""

from __future__ import annotations

from dialer.detecting.sounds import Sound, SpeechBegan, SpeechEnded, Tone, ToneBegan, ToneEnded, ToneHeard
from pbx.media.ears import SoundKind
from pbx.sound_events import SoundHeard

CHANGES: dict[str, type[SpeechBegan | SpeechEnded | ToneBegan | ToneEnded]] = {
    SoundKind.SPEECH_STARTED: SpeechBegan,
    SoundKind.SPEECH_ENDED: SpeechEnded,
    SoundKind.TONE_STARTED: ToneBegan,
    SoundKind.TONE_ENDED: ToneEnded,
}


def detected(heard: SoundHeard, answered_ms: int) -> Sound:
    """``answered_ms``: when the call was answered, on the line's own clock, which begins with listening."""
    at_ms = heard.at_ms - answered_ms
    change = CHANGES.get(heard.kind)
    return ToneHeard(Tone(heard.kind), at_ms, heard.duration_ms) if change is None else change(at_ms)
