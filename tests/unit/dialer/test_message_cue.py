"""When a message for a machine begins."""

from __future__ import annotations

import pytest
from tests.unit.dialer.answers import spoken

from dialer.detecting.detector import Detector
from dialer.detecting.message_cue import MessageCue
from dialer.detecting.rules import AmdRules
from dialer.detecting.sounds import Sound, SpeechBegan, SpeechEnded, Tone, ToneHeard
from dialer.detecting.verdict import Cue, CueCause, Kind

RULES = AmdRules(long_greeting_ms=4500, after_beep_ms=400, no_beep_ms=3000, most_beep_wait_ms=40_000)


def machine() -> Detector:
    """Of a machine that is in the middle of its greeting."""
    detector = Detector(RULES)
    detector.heard(SpeechBegan(500))
    verdict = detector.elapsed(detector.due_ms or 0)
    assert verdict is not None
    assert verdict.kind is Kind.MACHINE
    return detector


def cue_of(detector: Detector, *sounds: Sound, until: int = 60_000) -> Cue:
    cue = MessageCue(RULES, detector)
    cues: list[Cue] = []
    for sound in sounds:
        assert cue.due_ms is None or cue.due_ms > sound.at_ms
        cues += filter(None, [cue.heard(sound)])
    while cue.due_ms is not None and cue.due_ms <= until:
        cues += filter(None, [cue.elapsed(cue.due_ms)])
    assert cue.elapsed(until + 1) is None
    [found] = cues
    return found


def test_a_message_begins_after_the_beep() -> None:
    cue = cue_of(machine(), SpeechEnded(9000), ToneHeard(Tone.BEEP, 9500, 300))

    assert cue.cause is CueCause.BEEP
    assert cue.at_ms == pytest.approx(9800 + 400, abs=200)


def test_a_beep_that_was_the_verdict_is_not_waited_for_again() -> None:
    detector = Detector(RULES)
    for sound in (*spoken((400, 2000)), ToneHeard(Tone.BEEP, 2300, 300)):
        detector.heard(sound)

    cue = cue_of(detector)
    assert (cue.cause, cue.at_ms) == (CueCause.BEEP, pytest.approx(2600 + 400, abs=200))


def test_of_several_beeps_the_last_one_counts() -> None:
    beeps = [ToneHeard(Tone.BEEP, at, 200) for at in (9500, 9950, 10_400)]

    assert cue_of(machine(), SpeechEnded(9000), *beeps).at_ms == pytest.approx(10_600 + 400, abs=200)


def test_a_beep_within_the_greeting_does_not_end_it() -> None:
    sounds = SpeechEnded(6000), ToneHeard(Tone.BEEP, 6200, 200), *spoken((6700, 9000))

    cue = cue_of(machine(), *sounds, ToneHeard(Tone.BEEP, 9500, 300))
    assert (cue.cause, cue.at_ms) == (CueCause.BEEP, pytest.approx(9800 + 400, abs=200))


def test_where_no_beep_comes_a_long_silence_does() -> None:
    cue = cue_of(machine(), SpeechEnded(7000), *spoken((8500, 12_000)))

    assert cue.cause is CueCause.LONG_SILENCE
    assert cue.at_ms == pytest.approx(12_000 + 3000, abs=200)


def test_a_greeting_that_never_ends_gets_no_message() -> None:
    cue = cue_of(machine())

    assert cue.cause is CueCause.TIME_IS_UP
    assert cue.at_ms == pytest.approx(5000 + 40_000, abs=300)


def test_no_message_is_begun_before_there_is_a_verdict() -> None:
    with pytest.raises(ValueError, match="no verdict yet"):
        MessageCue(RULES, Detector(RULES))
