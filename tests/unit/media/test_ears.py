"""What ears hear on a line: speech and its cadence, and the tones of exchanges, faxes and answering machines."""

from __future__ import annotations

import numpy as np
import pytest
from tests.live.harness.needs import needs_espeak
from tests.unit.media.lines import Audio, line, listen, silence, tone
from tests.unit.media.talkers import over_a_line, say, talk, vowels

from pbx.media.ears import SoundChange
from pbx.media.g711 import Samples
from pbx.media.level import level_of, power
from pbx.media.tone import RATE


def kinds(*parts: Audio | Samples, noise_dbm0: float = -65.0) -> list[str]:
    return [sound.kind for sound in meant(line(*parts, noise_dbm0=noise_dbm0))]


def meant(samples: Samples) -> list[SoundChange]:
    """What is heard, but for the beginnings and ends of tones."""
    return [sound for sound in listen(samples)[0] if sound.kind not in ("tone_started", "tone_ended")]


def tones(*parts: Audio | Samples) -> list[str]:
    return [kind for kind in kinds(*parts) if not kind.startswith("speech")]


def spoken(ms: int) -> Samples:
    """Speech without a pause, so long."""
    return np.concatenate([np.trim_zeros(vowels(1, seed)) for seed in range(20)])[: ms * RATE // 1000]


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("sit_intercept", (274, 913.8), (274, 1370.6)),
        ("sit_vacant", (380, 985.2), (274, 1370.6)),
        ("sit_reorder", (274, 913.8), (380, 1428.5)),
        ("sit_no_circuit", (380, 985.2), (380, 1428.5)),
        ("sit_reorder", (274, 985.2), (380, 1370.6)),
        ("sit_no_circuit", (380, 913.8), (380, 1370.6)),
        ("sit", (330, 950.0), (330, 1400.0)),
    ],
)
@pytest.mark.parametrize("pause", [0, 30])
def test_special_information_tones_tell_why_a_call_failed(
    kind: str, first: tuple[int, float], second: tuple[int, float], pause: int
) -> None:
    gap = silence(pause)
    parts = (silence(507), tone(*first), gap, tone(*second), gap, tone(380, 1776.7), silence(300))
    [sound] = meant(line(*parts))

    assert sound.kind == kind
    assert sound.at_ms == pytest.approx(507, abs=30)
    assert sound.duration_ms == pytest.approx(first[0] + second[0] + 380 + 2 * pause, abs=50)
    assert sound.hz == pytest.approx(first[1], abs=3)


def test_two_of_the_three_tones_or_another_order_are_none() -> None:
    assert kinds(tone(330, 950), tone(330, 1400), silence(500)) == []
    assert kinds(tone(330, 1400), tone(330, 950), tone(330, 1800), silence(500)) == []


def test_a_fax_that_calls_and_one_that_answers_are_told_apart() -> None:
    assert kinds(silence(500), tone(500, 1100), silence(3000), tone(500, 1100), silence(300)) == ["fax_cng"]
    assert kinds(silence(500), tone(3000, 2100), silence(300)) == ["fax_ced"]
    assert kinds(silence(500), tone(250, 1100), silence(300)) == []


def test_a_fax_is_told_while_its_tone_lasts() -> None:
    assert kinds(silence(500), tone(700, 2100)) == ["fax_ced"]


@pytest.mark.parametrize("hz", [(425,), (440, 480)], ids=["Europe", "North America"])
def test_ringing_is_told_once_however_often_it_rings(hz: tuple[float, ...]) -> None:
    on = 1000 if len(hz) == 1 else 2000

    assert kinds(*(part for _ in range(2) for part in (tone(on, *hz), silence(4000)))) == ["ringback"]


@pytest.mark.parametrize("hz", [(425,), (480, 620)], ids=["Europe", "North America"])
@pytest.mark.parametrize(("ms", "kind"), [(500, "busy"), (250, "congestion")])
def test_busy_and_congestion_are_known_by_their_cadence(hz: tuple[float, ...], ms: int, kind: str) -> None:
    assert kinds(silence(333), *(part for _ in range(5) for part in (tone(ms, *hz), silence(ms)))) == [kind]


def test_a_tone_that_does_not_end_is_the_dial_tone() -> None:
    assert kinds(tone(4000, 425)) == kinds(tone(4000, 350, 440)) == ["dial_tone"]


@pytest.mark.parametrize("hz", [400, 620, 1000, 1400, 2600])
@pytest.mark.parametrize("ms", [180, 500, 2000])
def test_a_beep_is_a_single_tone_after_speech(hz: float, ms: int) -> None:
    sounds = meant(line(spoken(1500), silence(300), tone(ms, hz, dbm0=-20), silence(300)))
    beep = sounds[-1]

    assert (beep.kind, beep.hz) == ("beep", pytest.approx(hz, abs=3))
    assert beep.at_ms == pytest.approx(1800, abs=40)
    assert beep.duration_ms == pytest.approx(ms, abs=40)
    assert [sound.kind for sound in sounds[:-1]] == ["speech_started", "speech_ended"]


def test_what_is_no_beep_is_not_told_as_one() -> None:
    assert tones(tone(500, 1000), silence(500)) == []
    assert tones(spoken(1000), silence(300), tone(60, 1000), silence(500)) == []
    assert tones(spoken(1000), silence(300), tone(400, 697, 1209), silence(500)) == []
    assert tones(spoken(1000), silence(300), tone(3000, 1000), silence(500)) == []


def test_speech_is_told_with_its_times_and_its_level() -> None:
    sounds, ear = listen(line(silence(600), spoken(1200), silence(1000), spoken(500), silence(500)))

    assert [sound.kind for sound in sounds] == ["speech_started", "speech_ended"] * 2
    assert [sound.at_ms for sound in sounds] == pytest.approx([600, 1800, 2800, 3300], abs=60)
    assert sounds[1].duration_ms == pytest.approx(1200, abs=80)
    assert -25 < sounds[1].dbm0 < -8
    assert ear.cadence() == pytest.approx([-600, 1200, -1000, 500, -500], abs=80)


def test_a_pause_within_words_does_not_end_speech() -> None:
    assert kinds(spoken(400), silence(140), spoken(400), silence(500)) == ["speech_started", "speech_ended"]


@pytest.mark.parametrize("hz", [(425,), (1000,), (440, 480), (350, 440), (697, 1209), (2100,)])
def test_a_tone_is_not_speech(hz: tuple[float, ...]) -> None:
    assert "speech_started" not in kinds(silence(200), tone(1000, *hz), silence(300))


def test_neither_noise_nor_a_click_is_speech() -> None:
    noise = np.random.default_rng(1).normal(0, 100, 5 * RATE)

    assert kinds(noise) == []
    assert kinds(silence(500), np.random.default_rng(1).normal(0, 8000, 240), silence(500)) == []


@pytest.mark.parametrize("dbm0", [-45, -35, -28])
def test_a_noise_that_is_there_from_the_first_moment_is_no_speech(dbm0: float) -> None:
    assert kinds(silence(4000), noise_dbm0=dbm0) == []


def test_a_noise_that_begins_is_soon_known_for_one_and_taken_back() -> None:
    noise = np.random.default_rng(1).normal(0, power(-32) ** 0.5, 2 * RATE)
    sounds = meant(line(silence(800), noise))

    assert [(sound.kind, sound.duration_ms) for sound in sounds[1:]] == [("speech_ended", 0)]
    assert sounds[0].kind == "speech_started"


def test_speech_through_a_noise_that_began_with_it_is_measured_nevertheless() -> None:
    audio = np.concatenate([silence(500), spoken(900), silence(2000)])
    audio[RATE // 2 :] += np.random.default_rng(1).normal(0, power(-36) ** 0.5, len(audio) - RATE // 2)
    began, ended = meant(line(audio))

    assert (began.at_ms, ended.at_ms) == pytest.approx((500, 1400), abs=100)


@pytest.mark.parametrize("snr_db", [20, 10])
def test_a_voice_is_heard_through_noise_that_is_not_far_below_it(snr_db: int) -> None:
    voice = level_of(spoken(1200))
    sounds = meant(line(silence(1500), spoken(1200), silence(800), noise_dbm0=voice - snr_db))

    assert [sound.kind for sound in sounds] == ["speech_started", "speech_ended"]
    assert [sound.at_ms for sound in sounds] == pytest.approx([1500, 2700], abs=120)


def test_hum_and_rumble_are_no_voice() -> None:
    hum = tone(3000, 50.0, 100.0, dbm0=-20)

    assert kinds(silence(500), hum, silence(500)) == []


def test_special_information_after_speech_is_no_beep() -> None:
    announced = spoken(1500), silence(200), tone(330, 950), tone(330, 1400), tone(330, 1800), silence(500)

    assert tones(*announced) == ["sit"]


def test_each_tone_is_told_with_its_beginning_and_its_end() -> None:
    began, ended = listen(line(silence(500), tone(400, 697, 1209), silence(300)))[0]

    assert (began.kind, began.hz) == ("tone_started", pytest.approx(697, abs=3))
    assert (ended.kind, ended.duration_ms) == ("tone_ended", pytest.approx(400, abs=45))
    assert [began.at_ms, ended.at_ms] == pytest.approx([500, 900], abs=45)


def test_quiet_speech_is_heard_on_a_quiet_line_and_louder_speech_through_noise() -> None:
    assert kinds(silence(500), spoken(800) * 0.05, silence(500)) == ["speech_started", "speech_ended"]
    assert kinds(silence(1500), spoken(800), silence(500), noise_dbm0=-38) == ["speech_started", "speech_ended"]


@needs_espeak
def test_people_who_talk_are_not_taken_for_machines() -> None:
    """Some minutes of voices; ``benchmarks/ears.py`` measures hours."""
    heard: list[SoundChange] = []
    seconds = 0.0
    for speech in talk(("en", "sr"), ("", "+f1", "+f4", "+m7"), ((55, 175), (85, 130))):
        heard += meant(speech)
        seconds += len(speech) / RATE

    assert seconds > 150
    assert {sound.kind for sound in heard} == {"speech_started", "speech_ended"}


@needs_espeak
def test_a_machine_is_heard_as_one() -> None:
    greeting = over_a_line(say("Hello, you have reached the Smith family. Leave a message after the beep.", "en-us"))
    sounds, ear = listen(line(silence(400), greeting, silence(500), tone(600, 1000), silence(1000)))

    assert sounds[0].kind == "speech_started"
    assert sounds[-1].kind == "beep"
    assert sum(run for run in ear.cadence() if run > 0) > 3000
