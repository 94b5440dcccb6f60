"""What ears hear, as detection is told it."""

from __future__ import annotations

import pytest

from control.adapters.detecting import detected
from dialer.detecting.sounds import SpeechBegan, SpeechEnded, Tone, ToneBegan, ToneEnded, ToneHeard
from pbx.media.call_tones import ToneKind
from pbx.sound_events import SoundHeard


def test_speech_is_told_with_its_time_since_the_answer() -> None:
    began = SoundHeard(0.0, "c", "l", "speech_started", 3400, 80, -20.0)
    ended = SoundHeard(0.0, "c", "l", "speech_ended", 2100, 900, -20.0)

    assert detected(began, 2500) == SpeechBegan(900)
    assert detected(ended, 2500) == SpeechEnded(-400)


def test_tones_begin_and_end_whatever_they_mean() -> None:
    assert detected(SoundHeard(0.0, "c", "l", "tone_started", 900, 60, -15.0, 620.0), 500) == ToneBegan(400)
    assert detected(SoundHeard(0.0, "c", "l", "tone_ended", 1900, 1000, -15.0, 620.0), 500) == ToneEnded(1400)


@pytest.mark.parametrize("kind", ToneKind)
def test_detection_knows_each_tone_that_ears_know(kind: ToneKind) -> None:
    heard = SoundHeard(0.0, "c", "l", kind.value, 1500, 300, -15.0, 1000.0)

    assert detected(heard, 500) == ToneHeard(Tone(kind.value), 1000, 300)
