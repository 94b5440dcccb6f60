"""Whatever is heard on a call, detection gives one verdict on it, and by the total time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dialer.detecting.detector import Detector
from dialer.detecting.message_cue import MessageCue
from dialer.detecting.rules import AmdRules
from dialer.detecting.sounds import Sound, SpeechBegan, SpeechEnded, Tone, ToneBegan, ToneEnded, ToneHeard
from dialer.detecting.verdict import Cue, Verdict

RULES = AmdRules()

TIMES = st.integers(-20_000, 2 * RULES.total_ms)
SOUNDS: st.SearchStrategy[Sound] = st.one_of(
    st.builds(SpeechBegan, TIMES),
    st.builds(SpeechEnded, TIMES),
    st.builds(ToneBegan, TIMES),
    st.builds(ToneEnded, TIMES),
    st.builds(ToneHeard, st.sampled_from(Tone), TIMES, st.integers(0, 5000)),
)
"""In any order and at any time, sense or none."""


Told = list[tuple[Sound, int]]


def after(told: Told, now: int) -> Told:
    """Sounds with the times when they are told: one after the other, and none before it has sounded."""
    timed = []
    for sound, later_ms in told:
        now = max(now + later_ms, sound.at_ms + (sound.duration_ms if isinstance(sound, ToneHeard) else 0))
        timed.append((sound, now))
    return timed


@given(st.lists(st.tuples(SOUNDS, st.integers(0, 1500)), max_size=30), st.booleans())
def test_a_call_has_exactly_one_verdict_and_that_in_time(told: Told, clocked: bool) -> None:
    detector = Detector(RULES)
    verdicts: list[Verdict | None] = []
    for sound, now in after(told, 0):
        verdicts += _until(detector, now)
        verdicts.append(detector.heard(sound, now if clocked else None))
    verdicts += _until(detector, RULES.total_ms)

    [verdict] = [found for found in verdicts if found is not None]
    assert verdict is detector.verdict
    assert detector.due_ms is None
    assert verdict.at_ms <= RULES.total_ms
    assert verdict.greeting_ms >= 0


@given(st.lists(st.tuples(SOUNDS, st.integers(0, 9000)), max_size=30))
def test_a_message_has_exactly_one_cue_and_that_in_time(told: Told) -> None:
    detector = Detector(RULES)
    verdict = detector.heard(ToneHeard(Tone.BEEP, 900, 100))
    assert verdict is not None
    cue, last = MessageCue(RULES, detector), verdict.at_ms + RULES.most_beep_wait_ms
    cues: list[Cue | None] = []
    for sound, now in after(told, verdict.at_ms):
        cues += _until(cue, now)
        cues.append(cue.heard(sound, now))
    cues += _until(cue, last)

    [found] = [each for each in cues if each is not None]
    assert found.at_ms <= last


def _until(told: Detector | MessageCue, ms: int) -> list[Verdict | Cue | None]:
    """What is found until a time, by a timer that is set to each time that is named."""
    found: list[Verdict | Cue | None] = []
    while told.due_ms is not None and told.due_ms <= ms:
        found.append(told.elapsed(told.due_ms))
    return found
