from __future__ import annotations

import numpy as np
import pytest

from pbx.media.speech import level, resample
from pbx.media.tone import holds_tone, level_db, sine


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000, 4000])
def test_a_sound_keeps_its_pitch_its_length_and_its_level(rate: int) -> None:
    sound = resample(sine(440.0, 0.73, rate=rate), rate)

    assert len(sound) == pytest.approx(0.73 * 8000, abs=1)
    assert holds_tone(sound, 440.0)
    assert level_db(sound, 440.0) == pytest.approx(-10.0, abs=0.3)


def test_what_a_telephone_cannot_carry_does_not_come_back_as_something_else() -> None:
    sound = resample(sine(5000.0, 0.5, rate=22050), 22050)

    assert np.abs(sound[400:-400]).max() < 50


def test_silence_stays_silence() -> None:
    silence = np.zeros(4000, np.int16)

    assert not resample(silence, 22050).any()
    assert not level(silence).any()
    assert len(level(np.zeros(0, np.int16))) == 0


def test_an_impossible_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 8000"):
        resample(np.zeros(10, np.int16), 0)


@pytest.mark.parametrize("loudness", [-45.0, -20.0, -5.0])
def test_a_quiet_and_a_loud_voice_become_alike(loudness: float) -> None:
    voice = np.concatenate([sine(300.0, 0.5, level_db=loudness), np.zeros(8000, np.int16)])

    assert level_db(level(voice)[:4000], 300.0) == pytest.approx(-17.0, abs=0.5)  # a sine's peak is 3 dB above its rms


def test_no_peak_is_clipped() -> None:
    voice = sine(300.0, 1.0, level_db=-40.0)
    voice[2000] = 20000

    assert np.abs(level(voice).astype(int)).max() == pytest.approx(32767 * 10 ** (-3 / 20), abs=2)
