"""Answered calls for tests of detection: what is heard on them, and a clock that calls a detector when it is due."""

from __future__ import annotations

from dialer.detecting.detector import HANGOVER_MS, ONSET_MS, Detector
from dialer.detecting.rules import AmdRules
from dialer.detecting.sounds import Sound, SpeechBegan, SpeechEnded, ToneBegan, ToneEnded, ToneHeard
from dialer.detecting.verdict import Verdict


def spoken(*words: tuple[int, int]) -> list[Sound]:
    """Speech from one time to another, in milliseconds, as often as wanted."""
    return [sound for began, ended in words for sound in (SpeechBegan(began), SpeechEnded(ended))]


def told_at(sound: Sound) -> int:
    """When ears would tell a sound."""
    match sound:
        case SpeechBegan(at_ms):
            return at_ms + ONSET_MS - 20
        case SpeechEnded(at_ms):
            return at_ms + HANGOVER_MS - 20
        case ToneBegan(at_ms) | ToneEnded(at_ms):
            return at_ms + 60
        case ToneHeard(_, at_ms, duration_ms):
            return at_ms + duration_ms


def answered(rules: AmdRules, *sounds: Sound, until: int | None = None) -> Verdict:
    """The one verdict on a call, which must come by the total time (``until``, where that is not to be asked)."""
    detector = Detector(rules)
    verdicts: list[Verdict] = []
    for sound in sorted(sounds, key=told_at):
        verdicts += elapse(detector, told_at(sound))
        verdicts += filter(None, [detector.heard(sound, told_at(sound))])
    verdicts += elapse(detector, rules.total_ms if until is None else until)
    [verdict] = verdicts
    return verdict


def elapse(detector: Detector, ms: int) -> list[Verdict]:
    """What is decided until a time, where a timer is set to each time that the detector names."""
    found = []
    while detector.due_ms is not None and detector.due_ms <= ms:
        found += filter(None, [detector.elapsed(detector.due_ms)])
    return found
