"""Keys heard in the audio, at the limits of ITU-T Q.24."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from tests.live.harness.needs import needs_espeak
from tests.unit.media.talkers import talk, vowels

from pbx.media import g711, keypad
from pbx.media.g711 import PCMU, Samples
from pbx.media.inband import Heard, InbandReader
from pbx.media.keypad import HIGH_HZ, KEYS, LOW_HZ
from pbx.media.level import amplitude, power
from pbx.media.tone import RATE

Levels = tuple[float, float]


def key(digit: str, ms: float, *, beside: Levels = (0.0, 0.0), dbm0: Levels = (-9.0, -7.0)) -> list[float]:
    """A key, its tones ``beside`` their frequencies by these shares, at these levels."""
    row, column = divmod(KEYS.index(digit), 4)
    at = 2 * np.pi * np.arange(int(ms * RATE / 1000)) / RATE
    low = amplitude(dbm0[0]) * np.sin(LOW_HZ[row] * (1 + beside[0]) * at)
    high = amplitude(dbm0[1]) * np.sin(HIGH_HZ[column] * (1 + beside[1]) * at + 1)
    return list(low + high)


def silence(ms: float) -> list[float]:
    return [0.0] * int(ms * RATE / 1000)


def hear(audio: list[float] | Samples, *, noise_dbm0: float | None = None, piece: int = 160) -> list[Heard]:
    """What is heard of audio that goes over a mu-law line, between two silences."""
    whole = np.concatenate((silence(53), np.asarray(audio), silence(80)))
    if noise_dbm0 is not None:
        whole += np.random.default_rng(1).normal(0, power(noise_dbm0) ** 0.5, len(whole))
    line = g711.decode(g711.encode(np.clip(np.rint(whole), -32768, 32767).astype(np.int16), PCMU), PCMU)
    reader = InbandReader()
    return [heard for at in range(0, len(line), piece) for heard in reader.take(line[at : at + piece])]


def digits(audio: list[float] | Samples, *, noise_dbm0: float | None = None) -> str:
    return "".join(heard.digit for heard in hear(audio, noise_dbm0=noise_dbm0) if heard.ended)


def test_every_key_is_heard_as_it_was_pressed() -> None:
    for digit in KEYS:
        began, ended = hear(keypad.tones(digit, 100))
        assert (began.digit, began.ended) == (ended.digit, not ended.ended) == (digit, False)
        assert ended.duration_ms == pytest.approx(100, abs=20)


def test_a_number_dialled_as_fast_as_is_allowed_is_heard_whole() -> None:
    number = KEYS + "5555" + KEYS[::-1]

    assert digits([x for digit in number for x in key(digit, 40) + silence(40)]) == number


def test_pieces_of_any_length_tell_the_same() -> None:
    audio = [x for digit in "147*" for x in key(digit, 60) + silence(60)]

    assert hear(audio, piece=80) == hear(audio, piece=160) == hear(audio, piece=480) == hear(audio, piece=77)


def test_what_is_shorter_than_a_key_is_none() -> None:
    assert "".join(digits(key(digit, 23)) for digit in KEYS) == ""


def test_a_short_interruption_does_not_make_two_keys_of_one() -> None:
    assert "".join(digits(key(digit, 60) + silence(10) + key(digit, 60)) for digit in KEYS) == KEYS


@pytest.mark.parametrize("sides", list(product((-1, 0, 1), repeat=2)))
def test_tones_a_little_beside_their_frequency_are_heard_and_those_far_off_are_not(sides: tuple[int, int]) -> None:
    near, far = [(sides[0] * share, sides[1] * share) for share in (0.015, 0.035)]

    assert "".join(digits(key(digit, 45, beside=near)) for digit in KEYS) == KEYS
    if any(sides):
        assert "".join(digits(key(digit, 200, beside=far)) for digit in KEYS) == ""


@pytest.mark.parametrize("dbm0", [(-9.0, -5.0), (-9.0, -17.0), (-3.0, -3.0), (-27.0, -24.0)])
def test_tones_of_unequal_and_of_low_level_are_heard(dbm0: Levels) -> None:
    assert "".join(digits(key(digit, 40, dbm0=dbm0)) for digit in KEYS) == KEYS


@pytest.mark.parametrize("dbm0", [(-12.0, -4.0), (-4.0, -16.0), (-40.0, -40.0)])
def test_tones_too_unequal_or_too_weak_are_none(dbm0: Levels) -> None:
    assert "".join(digits(key(digit, 100, dbm0=dbm0)) for digit in KEYS) == ""


def test_keys_are_heard_through_noise() -> None:
    assert "".join(digits(key(digit, 50), noise_dbm0=-5 - 15) for digit in KEYS) == KEYS


def test_a_key_that_the_audio_ends_in_was_let_go() -> None:
    reader = InbandReader()
    [began] = reader.take(keypad.tones("6", 100))
    [ended] = reader.end()

    assert (began.digit, began.ended, ended.digit, ended.ended) == ("6", False, "6", True)
    assert reader.end() == ()


@pytest.mark.parametrize(
    "audio",
    [
        np.random.default_rng(3).normal(0, 3000, 10 * RATE).astype(np.int16),
        vowels(200),
        np.array(key("1", 500, dbm0=(-9.0, -90.0))),
        np.array(key("D", 500, dbm0=(-90.0, -9.0))),
    ],
    ids=["noise", "vowels", "a low tone alone", "a high tone alone"],
)
def test_what_is_no_key_is_not_heard_as_one(audio: Samples) -> None:
    assert hear(audio) == []


@needs_espeak
def test_nobody_talks_a_key_off() -> None:
    """Some minutes of eight voices; ``benchmarks/ears.py`` measures hours."""
    seconds, heard = 0.0, []
    for speech in talk(("en", "sr", "fr-fr"), ("", "+f3", "+f5", "+m3"), ((55, 175), (85, 130))):
        reader = InbandReader()
        seconds += len(speech) / RATE
        heard += [told for at in range(0, len(speech), 160) for told in reader.take(speech[at : at + 160])]

    assert seconds > 240
    assert heard == []
