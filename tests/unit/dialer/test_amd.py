"""Answering-machine detection on calls as they sound: floors that it keeps, on voices that it was not tuned with.

``benchmarks/amd.py`` tries more calls, and prints how each kind of them was taken.
"""

from __future__ import annotations

import pytest
from tests.live.harness.needs import needs_espeak
from tests.unit.dialer.called import Called
from tests.unit.dialer.greetings import REPORT, TUNING
from tests.unit.dialer.trials import TRUTHS, calls, judged, listened

from dialer.detecting.rules import AmdRules
from dialer.detecting.verdict import Cue, CueCause, Kind, Verdict

pytestmark = needs_espeak

SEED = 7
"""Neither that of tuning nor that of the benchmark."""

Judged = list[tuple[Called, Verdict, Cue]]


@pytest.fixture(scope="module")
def heard() -> Judged:
    """A hundred calls, and what was found of each."""
    return [(call, *judged(listened(call), AmdRules())) for call in calls(REPORT, 4, SEED)]


def taken(heard: Judged, truth: Kind, verdict: Kind) -> float:
    """What part of the calls that are one thing is taken for another, or the same; curt machines aside."""
    rows = {row for row in TRUTHS if TRUTHS[row] is truth and row != "machine, curt"}
    verdicts = [found.kind for call, found, _ in heard if call.truth in rows]
    assert len(verdicts) >= 4
    return verdicts.count(verdict) / len(verdicts)


def test_people_are_hardly_ever_taken_for_machines(heard: Judged) -> None:
    assert taken(heard, Kind.HUMAN, Kind.MACHINE) <= 0.03
    assert taken(heard, Kind.HUMAN, Kind.HUMAN) >= 0.95


def test_machines_are_found(heard: Judged) -> None:
    assert taken(heard, Kind.MACHINE, Kind.MACHINE) >= 0.90


@pytest.mark.parametrize("kind", [Kind.SIT, Kind.FAX, Kind.SILENCE])
def test_tones_and_silence_are_known_for_what_they_are(heard: Judged, kind: Kind) -> None:
    assert taken(heard, kind, kind) == 1.0


def test_a_person_waits_little_more_than_a_second_for_the_verdict(heard: Judged) -> None:
    waits = [
        found.at_ms - call.greeting_ended_ms
        for call, found, _ in heard
        if TRUTHS[call.truth] is found.kind is Kind.HUMAN
    ]
    assert sorted(waits)[len(waits) // 2] < 1300


def test_the_end_of_a_persons_greeting_is_known_to_a_tenth_of_a_second(heard: Judged) -> None:
    off = [
        abs(found.greeting_ended_ms - call.greeting_ended_ms)
        for call, found, _ in heard
        if TRUTHS[call.truth] is found.kind is Kind.HUMAN and found.greeting_ended_ms is not None
    ]
    assert sorted(off)[len(off) // 2] < 100


def test_no_message_begins_before_the_beep_is_over(heard: Judged) -> None:
    cues = [(call, cue) for call, found, cue in heard if call.beeped_ms and found.kind is Kind.MACHINE]
    early = [call for call, cue in cues if cue.at_ms < call.beeped_ms]
    after = [cue.at_ms - call.beeped_ms for call, cue in cues if cue.cause is CueCause.BEEP]

    assert len(early) <= 0.05 * len(cues)
    assert len(after) >= 0.85 * len(cues)
    assert max(after) < 1000


def test_tuning_and_report_have_no_voice_in_common() -> None:
    tuned, reported = (
        {phrases.voice + variant for phrases in half.phrases for variant in half.variants} for half in (TUNING, REPORT)
    )
    assert not tuned & reported
