"""The rules of answering-machine detection, one by one, on sounds made by hand."""

from __future__ import annotations

import pytest
from tests.unit.dialer.answers import answered, spoken

from dialer.detecting.detector import Detector
from dialer.detecting.rules import AmdRules
from dialer.detecting.sounds import SpeechBegan, SpeechEnded, Tone, ToneBegan, ToneEnded, ToneHeard
from dialer.detecting.verdict import Cause, Kind

RULES = AmdRules(
    initial_silence_ms=3000,
    shortest_word_ms=100,
    between_words_ms=200,
    most_words=5,
    short_greeting_ms=1800,
    after_short_ms=700,
    long_greeting_ms=4000,
    after_greeting_ms=1100,
    total_ms=7000,
)
"""Measures that stay as they are, whatever becomes of the defaults."""


def test_a_hello_followed_by_silence_is_a_person() -> None:
    verdict = answered(RULES, *spoken((500, 1100)))

    assert (verdict.kind, verdict.cause) == (Kind.HUMAN, Cause.SHORT_GREETING_THEN_SILENCE)
    assert verdict.at_ms == pytest.approx(1100 + 700, abs=200)
    assert (verdict.greeting_ms, verdict.words, verdict.greeting_ended_ms) == (600, 1, 1100)


def test_a_longer_greeting_needs_a_longer_silence() -> None:
    verdict = answered(RULES, *spoken((500, 1500), (1900, 3000)))

    assert (verdict.kind, verdict.cause) == (Kind.HUMAN, Cause.GREETING_THEN_SILENCE)
    assert verdict.at_ms == pytest.approx(3000 + 1100, abs=200)
    assert (verdict.greeting_ms, verdict.words, verdict.greeting_ended_ms) == (2500, 2, 3000)


def test_whoever_speaks_on_is_a_machine() -> None:
    verdict = answered(RULES, *spoken((500, 9000)))

    assert (verdict.kind, verdict.cause) == (Kind.MACHINE, Cause.LONG_GREETING)
    assert verdict.at_ms == pytest.approx(500 + 4000, abs=300)
    assert verdict.greeting_ended_ms is None


def test_pauses_of_a_long_greeting_count_as_part_of_it() -> None:
    verdict = answered(RULES, *spoken((500, 2000), (2600, 4300), (4900, 9000)))

    assert (verdict.kind, verdict.cause) == (Kind.MACHINE, Cause.LONG_GREETING)
    assert verdict.at_ms < 5300


def test_many_words_with_short_pauses_are_a_machine() -> None:
    verdict = answered(RULES, *spoken(*((at, at + 250) for at in range(300, 4000, 550))))

    assert (verdict.kind, verdict.cause, verdict.words) == (Kind.MACHINE, Cause.MANY_WORDS, 6)


def test_a_pause_too_short_to_part_words_makes_no_more_of_them() -> None:
    assert answered(RULES, *spoken((300, 600), (750, 1000), (1150, 1500))).words == 1


def test_clicks_are_no_words() -> None:
    verdict = answered(RULES, *spoken((300, 360), (900, 970)))

    assert (verdict.kind, verdict.cause) == (Kind.SILENCE, Cause.NOTHING_SAID)


def test_a_click_after_a_greeting_does_not_delay_its_verdict() -> None:
    verdict = answered(RULES, *spoken((300, 900), (1300, 1380)))

    assert (verdict.kind, verdict.greeting_ended_ms) == (Kind.HUMAN, 900)
    assert verdict.at_ms == pytest.approx(900 + 700, abs=200)


def test_nothing_said_for_too_long_is_silence() -> None:
    verdict = answered(RULES)

    assert (verdict.kind, verdict.cause, verdict.greeting_ended_ms) == (Kind.SILENCE, Cause.NOTHING_SAID, None)
    assert verdict.at_ms == pytest.approx(3000, abs=200)


def test_speech_at_the_last_moment_of_the_silence_is_still_heard() -> None:
    detector = Detector(RULES)

    assert detector.elapsed(3080) is None
    assert detector.heard(SpeechBegan(2990), 3090) is None
    assert detector.elapsed(3500) is None


def test_who_still_speaks_when_time_is_up_is_unsure() -> None:
    verdict = answered(RULES, *spoken((2900, 9000)), until=9000)
    late = answered(RULES, *spoken((2950, 6600)))

    assert (verdict.kind, verdict.cause, verdict.at_ms) == (Kind.UNSURE, Cause.TIME_IS_UP, 7000)
    assert (late.kind, late.at_ms, late.greeting_ended_ms) == (Kind.UNSURE, 7000, 6600)


def test_a_beep_makes_a_machine_of_any_greeting() -> None:
    verdict = answered(RULES, *spoken((400, 2200)), ToneHeard(Tone.BEEP, 2500, 400))

    assert (verdict.kind, verdict.cause, verdict.tone) == (Kind.MACHINE, Cause.BEEP, Tone.BEEP)
    assert verdict.at_ms == pytest.approx(2900, abs=100)


def test_a_tone_that_sounds_is_no_silence_until_it_is_known_what_it_was() -> None:
    beeps = ToneBegan(1300), ToneEnded(3200), ToneHeard(Tone.BEEP, 1300, 1900)
    verdict = answered(RULES, *spoken((400, 1100)), *beeps)

    assert (verdict.kind, verdict.cause) == (Kind.MACHINE, Cause.BEEP)


def test_a_tone_that_meant_nothing_leaves_a_person_who_spoke_before_it() -> None:
    verdict = answered(RULES, *spoken((400, 1100)), ToneBegan(1300), ToneEnded(3200))

    assert (verdict.kind, verdict.at_ms) == (Kind.HUMAN, pytest.approx(3200, abs=300))


@pytest.mark.parametrize(
    ("tone", "kind"),
    [
        (Tone.SIT_VACANT, Kind.SIT),
        (Tone.SIT_INTERCEPT, Kind.SIT),
        (Tone.SIT_REORDER, Kind.SIT),
        (Tone.SIT_NO_CIRCUIT, Kind.SIT),
        (Tone.SIT, Kind.SIT),
        (Tone.BUSY, Kind.SIT),
        (Tone.CONGESTION, Kind.SIT),
        (Tone.DIAL_TONE, Kind.SIT),
        (Tone.FAX_CNG, Kind.FAX),
        (Tone.FAX_CED, Kind.FAX),
    ],
)
def test_a_tone_of_the_network_or_of_a_fax_decides_at_once(tone: Tone, kind: Kind) -> None:
    verdict = answered(RULES, ToneHeard(tone, 300, 1000))

    assert (verdict.kind, verdict.cause, verdict.tone, verdict.at_ms) == (kind, Cause.TONE, tone, 1300)


def test_a_tone_like_a_faxs_after_a_greeting_is_a_machines_beep() -> None:
    verdict = answered(RULES, *spoken((400, 1600)), ToneHeard(Tone.FAX_CNG, 1900, 500))

    assert (verdict.kind, verdict.cause, verdict.tone) == (Kind.MACHINE, Cause.BEEP, Tone.BEEP)


def test_what_early_media_tells_is_known_before_the_answer() -> None:
    verdict = Detector(RULES).heard(ToneHeard(Tone.SIT_VACANT, -2500, 1000))

    assert verdict is not None
    assert (verdict.kind, verdict.tone, verdict.at_ms) == (Kind.SIT, Tone.SIT_VACANT, -1500)


def test_ringing_and_beeps_before_the_answer_mean_nothing() -> None:
    early = ToneHeard(Tone.RINGBACK, -5000, 1000), ToneHeard(Tone.BEEP, -3000, 400), ToneHeard(Tone.DIAL_TONE, -900)
    verdict = answered(RULES, *early, *spoken((600, 1200)))

    assert verdict.kind is Kind.HUMAN


def test_music_in_place_of_ringing_is_no_greeting() -> None:
    verdict = answered(RULES, SpeechBegan(-8000), SpeechEnded(120), *spoken((700, 1300)))

    assert (verdict.kind, verdict.greeting_ms) == (Kind.HUMAN, 600)


def test_whoever_spoke_on_since_before_the_answer_is_measured_from_there() -> None:
    verdict = answered(RULES, SpeechBegan(-8000), SpeechEnded(9000))

    assert (verdict.kind, verdict.cause) == (Kind.MACHINE, Cause.LONG_GREETING)
    assert verdict.at_ms == pytest.approx(4000, abs=300)


def test_a_line_that_rings_after_the_answer_has_time_until_somebody_speaks() -> None:
    rings = ToneHeard(Tone.RINGBACK, 200, 1000)

    assert answered(RULES, rings, *spoken((4100, 4700))).kind is Kind.HUMAN
    verdict = answered(RULES, rings)
    assert (verdict.kind, verdict.cause, verdict.at_ms) == (Kind.SILENCE, Cause.STILL_RINGING, 7000)


def test_a_call_has_one_verdict() -> None:
    detector = Detector(RULES)
    assert detector.heard(ToneHeard(Tone.FAX_CED, 0, 500)) is not None

    assert detector.heard(SpeechBegan(900)) is None
    assert detector.heard(ToneHeard(Tone.SIT, 1000, 1000)) is None
    assert detector.elapsed(60_000) is None
    assert (detector.due_ms, detector.verdict and detector.verdict.kind) == (None, Kind.FAX)


def test_the_end_of_a_greeting_is_told_even_after_the_verdict() -> None:
    detector = Detector(RULES)
    detector.heard(SpeechBegan(2900))
    unsure = detector.elapsed(7000)
    assert unsure is not None
    assert (unsure.greeting_ended_ms, detector.greeting_ended_ms) == (None, None)

    detector.heard(SpeechEnded(7300), 7520)
    assert detector.greeting_ended_ms == 7300


def test_what_is_said_after_the_verdict_does_not_move_the_end_of_the_greeting() -> None:
    detector = Detector(RULES)
    detector.heard(SpeechBegan(500))
    detector.heard(SpeechEnded(1000))
    assert detector.elapsed(2000) is not None

    for sound in spoken((2500, 2900)):
        detector.heard(sound)
    assert detector.greeting_ended_ms == 1000


def test_a_silent_and_an_unsure_call_go_to_an_agent_unless_the_campaign_says_otherwise() -> None:
    strict = AmdRules(when_unsure=Kind.MACHINE, when_silent=Kind.MACHINE)

    assert AmdRules().treated(Kind.UNSURE) is AmdRules().treated(Kind.SILENCE) is Kind.HUMAN
    assert strict.treated(Kind.UNSURE) is strict.treated(Kind.SILENCE) is Kind.MACHINE
    assert strict.treated(Kind.FAX) is Kind.FAX


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"total_ms": 0}, "total_ms: 0; expected more than 0"),
        ({"long_greeting_ms": 9000}, "long_greeting_ms: expected less than total_ms, which is"),
        ({"short_greeting_ms": 5000}, "short_greeting_ms: expected less than long_greeting_ms, which is"),
        ({"when_unsure": Kind.FAX}, "when_unsure: fax; expected human or machine"),
    ],
)
def test_rules_without_sense_are_refused_by_name(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        AmdRules(**wrong)  # type: ignore[arg-type]
