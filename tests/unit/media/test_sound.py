from __future__ import annotations

import numpy as np
import pytest

from pbx.media import g711, tone
from pbx.media.codecs import CODECS, NARROW
from pbx.media.g711 import PCMA, PCMU, Samples
from pbx.media.sound import Sound, sound_in, sound_of

LAWS = pytest.mark.parametrize("law", [PCMU, PCMA])


@LAWS
def test_a_tone_is_a_voice_and_silence_is_none(law: int) -> None:
    loud = g711.encode(tone.sine(440.0, 0.02), law)
    silent = g711.encode(np.zeros(160, np.int16), law)

    assert sound_of(loud, law) is Sound.VOICE
    assert sound_of(silent, law) is Sound.DIGITAL_SILENCE


@LAWS
def test_the_noise_of_a_room_is_neither(law: int) -> None:
    noise = np.random.default_rng(1).normal(0, 40, 160).astype(np.int16)

    assert sound_of(g711.encode(noise, law), law) is Sound.QUIET


def test_what_is_not_g711_is_not_known() -> None:
    assert sound_of(bytes(160), 9) is Sound.UNKNOWN
    assert sound_of(b"", PCMU) is Sound.UNKNOWN


def test_one_voice_outweighs_what_else_was_seen() -> None:
    assert max(Sound.UNKNOWN, Sound.QUIET, Sound.DIGITAL_SILENCE, Sound.VOICE) is Sound.VOICE


@pytest.mark.parametrize("name", ["G722", "opus"])
def test_one_packet_of_another_codec_is_as_loud_as_it_is(name: str) -> None:
    def found(samples: Samples) -> Sound:
        encoder = CODECS[name].encoder(NARROW)
        payloads = [encoder.encode(samples[at : at + 160]) for at in range(0, len(samples), 160)]
        return sound_in(payloads[-1], CODECS[name])

    assert found(tone.sine(440.0, 0.4)) is Sound.VOICE
    assert found(np.random.default_rng(1).normal(0, 40, 3200).astype(np.int16)) is Sound.QUIET
    assert found(np.zeros(3200, np.int16)) is Sound.DIGITAL_SILENCE
