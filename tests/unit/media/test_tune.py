from __future__ import annotations

import numpy as np
import pytest

from pbx.media import tone, tune


def test_each_second_of_the_music_has_its_held_note_as_the_strongest() -> None:
    music = tune.music()

    assert len(music) == 24 * tone.RATE
    for second in np.split(music, 24):
        hz, clearance = tone.peak(second)
        assert hz == pytest.approx(tune.MUSIC_HZ, abs=2.0)
        assert clearance > 3


def test_the_music_loops_without_a_click() -> None:
    music = tune.music().astype(int)
    steps = np.abs(np.diff(music))

    assert abs(music[0] - music[-1]) <= steps.max()


def test_the_music_is_more_than_its_held_note() -> None:
    music = tune.music()

    assert tone.level_db(music, 440.0) > -40  # A4 of the pads
    assert tone.level_db(music, 1760.0) > -40  # A6 of the arpeggio


@pytest.mark.parametrize(("name", "first_hz", "second_hz"), [("confirm", 660.0, 880.0), ("denied", 440.0, 330.0)])
def test_beeps_rise_for_yes_and_fall_for_no(name: str, first_hz: float, second_hz: float) -> None:
    beeps = tune.CLIPS[name]()

    assert tone.holds_tone(beeps[:960], first_hz)
    assert tone.holds_tone(beeps[1280:2240], second_hz)


def test_ringback_rings_one_second_in_five() -> None:
    ringback = tune.ringback()

    assert len(ringback) == 5 * tone.RATE
    assert tone.holds_tone(ringback[: tone.RATE], tune.RINGBACK_HZ)
    assert not ringback[tone.RATE :].any()


def test_the_greeting_is_a_second_long_and_ends_in_silence() -> None:
    greeting = tune.greeting()

    assert len(greeting) == tone.RATE
    assert np.abs(greeting[-80:]).max() < 400


@pytest.mark.parametrize("name", tune.CLIPS)
def test_no_clip_is_louder_than_half_of_full_scale(name: str) -> None:
    assert 1000 < np.abs(tune.CLIPS[name]().astype(int)).max() <= tone.FULL_SCALE / 2 + 1
