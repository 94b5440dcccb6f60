from __future__ import annotations

import numpy as np
import pytest

from pbx.media import g711, tone
from pbx.media.g711 import PCMA, PCMU

# ITU-T G.711 tables 1 and 2: some codes as they are sent, and their values on a 16-bit scale
KNOWN = {
    PCMU: {0xFF: 0, 0x80: 32124, 0x00: -32124, 0xFE: 8, 0x7E: -8, 0xEF: 132, 0x8F: 16764},
    PCMA: {0xD5: 8, 0x55: -8, 0xAA: 32256, 0x2A: -32256, 0xD4: 24, 0xC5: 264},
}


@pytest.mark.parametrize("law", [PCMU, PCMA])
def test_codes_have_the_values_of_the_recommendation(law: int) -> None:
    values = g711.decode(bytes(KNOWN[law]), law)

    assert values.tolist() == list(KNOWN[law].values())


@pytest.mark.parametrize("law", [PCMU, PCMA])
def test_a_decoded_code_is_encoded_as_itself(law: int) -> None:
    codes = bytes(code for code in range(256) if (law, code) != (PCMU, 0x7F))  # mu-law has two zeros

    assert g711.encode(g711.decode(codes, law), law) == codes


@pytest.mark.parametrize("law", [PCMU, PCMA])
def test_zero_is_silence(law: int) -> None:
    assert g711.encode(np.zeros(3, np.int16), law) == g711.SILENCE[law] * 3


@pytest.mark.parametrize("law", [PCMU, PCMA])
def test_a_tone_survives_companding_35_db_above_its_noise(law: int) -> None:
    samples = tone.sine(1004.0, 1.0, level_db=-10.0)
    noise = g711.decode(g711.encode(samples, law), law).astype(float) - samples

    assert 10 * np.log10(np.mean(samples.astype(float) ** 2) / np.mean(noise**2)) > 35


def test_a_tone_survives_translation_to_the_other_law_and_back() -> None:
    audio = g711.encode(tone.sine(1000.0, 0.5), PCMU)
    back = audio.translate(g711.MU_TO_A).translate(g711.A_TO_MU)

    assert tone.holds_tone(g711.decode(back, PCMU), 1000.0)
    assert abs(tone.level_db(g711.decode(back, PCMU), 1000.0) - -10.0) < 0.2


def test_one_law_needs_no_translation() -> None:
    assert g711.translation(PCMU, PCMU) is None
    assert g711.translation(PCMU, PCMA) == g711.MU_TO_A
    assert g711.translation(PCMA, PCMU) == g711.A_TO_MU
