from __future__ import annotations

import numpy as np
import pytest

from pbx.media import tone


def test_a_tone_is_found_where_it_was_made() -> None:
    hz, clearance = tone.peak(tone.sine(440.0, 0.5))

    assert hz == pytest.approx(440.0, abs=1.0)
    assert clearance > 60


def test_a_tone_has_the_level_it_was_made_with() -> None:
    samples = tone.sine(1000.0, 0.5, level_db=-13.0)

    assert tone.level_db(samples, 1000.0) == pytest.approx(-13.0, abs=0.1)
    assert tone.level_db(samples, 1500.0) < -70


def test_a_tone_is_not_mistaken_for_its_neighbour() -> None:
    samples = tone.sine(1000.0, 0.5)

    assert tone.holds_tone(samples, 1005.0)
    assert not tone.holds_tone(samples, 1011.0)


def test_a_tone_in_loud_company_is_not_held() -> None:
    both = tone.sine(1000.0, 0.5, level_db=-10.0) + tone.sine(440.0, 0.5, level_db=-25.0)

    assert not tone.holds_tone(both, 1000.0)
    assert tone.level_db(both, 440.0) == pytest.approx(-25.0, abs=0.2)


def test_silence_holds_nothing() -> None:
    assert not tone.holds_tone(np.zeros(4000, np.int16), 0.0)
    assert tone.level_db(np.zeros(4000, np.int16), 440.0) < -120
