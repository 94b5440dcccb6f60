"""Every codec by one protocol: what goes in comes out, and what is lost is guessed better than by silence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from pbx.media import tone
from pbx.media.codecs import CODECS, NARROW, Codec, CodecError, find
from pbx.media.codecs.codec import PACKET_TIMES_MS
from pbx.media.g711 import Samples

ALL = list(CODECS.values())
BOTH_RATES = [(codec, rate) for codec in ALL for rate in sorted({NARROW, codec.rate})]


def by_name(value: object) -> str:
    return str(getattr(value, "name", value))


def vowel(rate: int, seconds: float = 1.0) -> Samples:
    """A voice around 125 Hz with its overtones, which glides and swells as speech does."""
    at = np.arange(round(rate * seconds)) / rate
    turn = 2 * np.pi * 125 * at + 13 * np.sin(3 * np.pi * at)
    swell = 0.4 + 0.6 * np.abs(np.sin(6 * np.pi * at))
    sound = sum(np.sin(turn * n + n * n) / n for n in range(1, 20))
    return np.asarray(np.rint(3000 * swell * sound), np.int16)


def frames(samples: Samples, size: int) -> npt.NDArray[np.int16]:
    return samples[: len(samples) // size * size].reshape(-1, size)


def delay(heard: Samples, said: Samples) -> int:
    """By how many samples the one lies behind the other."""
    likeness = np.correlate(heard.astype(float), said[: len(said) // 2].astype(float), "valid")
    return int(np.argmax(likeness[:400]))


def snr_db(heard: Samples, said: Samples) -> float:
    behind = delay(heard, said)
    size = len(said) - 400 - behind
    ours, theirs = heard[behind + 200 :][:size].astype(float), said[200:][:size].astype(float)
    size = min(len(ours), len(theirs))
    noise = ours[:size] - theirs[:size]
    return float(10 * np.log10((theirs[:size] ** 2).mean() / (noise**2).mean()))


def test_all_that_are_named_are_installed_here() -> None:
    assert list(CODECS) == ["PCMU", "PCMA", "G722", "opus"]


@pytest.mark.parametrize(("codec", "rate"), BOTH_RATES, ids=by_name)
def test_a_tone_comes_out_at_its_pitch_and_level_whatever_the_packet_time(codec: Codec, rate: int) -> None:
    said = tone.sine(1000.0, 0.6, rate=rate)
    for ms in PACKET_TIMES_MS:
        if codec.packet_ms(ms) != ms:
            continue
        encoder, decoder = codec.encoder(rate), codec.decoder(rate)
        heard = np.concatenate([decoder.decode(encoder.encode(frame)) for frame in frames(said, rate * ms // 1000)])
        settled = heard[rate // 10 :]

        assert abs(len(heard) - len(said)) <= rate * ms // 1000
        assert tone.holds_tone(settled, 1000.0, rate=rate)
        assert abs(tone.level_db(settled, 1000.0, rate=rate) - -10.0) < 0.5


@pytest.mark.parametrize(
    ("name", "rate", "least_db"),
    [("PCMU", 8000, 35), ("PCMA", 8000, 35), ("G722", 8000, 20), ("G722", 16_000, 20), ("opus", 16_000, 3)],
)
def test_a_voice_comes_out_as_it_went_in(name: str, rate: int, least_db: float) -> None:
    encoder, decoder = CODECS[name].encoder(rate), CODECS[name].decoder(rate)
    said = vowel(rate)
    heard = np.concatenate([decoder.decode(encoder.encode(frame)) for frame in frames(said, rate // 50)])

    assert snr_db(heard, said) > least_db


@pytest.mark.parametrize(("codec", "rate"), [(c, r) for c, r in BOTH_RATES if r > NARROW], ids=by_name)
def test_a_wideband_codec_carries_what_a_telephone_cannot(codec: Codec, rate: int) -> None:
    encoder, decoder = codec.encoder(rate), codec.decoder(rate)
    said = tone.sine(5500.0, 0.6, rate=rate)
    heard = np.concatenate([decoder.decode(encoder.encode(frame)) for frame in frames(said, rate // 50)])

    assert tone.holds_tone(heard[rate // 10 :], 5500.0, rate=rate)


@pytest.mark.parametrize("codec", ALL, ids=by_name)
def test_a_packet_tells_how_far_it_moves_the_clock(codec: Codec) -> None:
    encoder = codec.encoder(codec.rate)
    for ms in (10, 20, 40, 60):
        payload = encoder.encode(tone.sine(440.0, ms / 1000, rate=codec.rate))
        assert codec.ticks(payload) == codec.clock_rate * ms // 1000


def test_the_clock_of_opus_is_read_from_its_first_octets() -> None:
    opus = CODECS["opus"]
    forms = {b"": 0, b"\x03": 0, b"\x00": 480, b"\x78": 960, b"\x80": 120, b"\xf9": 1920, b"\x03\x03": 1440}
    assert {payload: opus.ticks(payload) for payload in forms} == forms


@pytest.mark.parametrize("codec", ALL, ids=by_name)
def test_a_packet_time_is_the_nearest_that_the_codec_has(codec: Codec) -> None:
    made = [codec.packet_ms(wanted) for wanted in (5, 10, 20, 30, 40, 60, 200)]
    assert made in ([10, 10, 20, 30, 40, 60, 60], [10, 10, 20, 20, 40, 60, 60])


@pytest.mark.parametrize(("codec", "rate"), BOTH_RATES, ids=by_name)
def test_a_guess_is_better_than_silence(codec: Codec, rate: int) -> None:
    said = frames(vowel(rate), rate // 50)
    encoder, whole, holed = codec.encoder(rate), codec.decoder(rate), codec.decoder(rate)
    payloads = [encoder.encode(frame) for frame in said]
    true, guessed = [], []
    for i, payload in enumerate(payloads):
        true.append(whole.decode(payload))
        if i % 10 == 8:
            guessed.append(holed.conceal(rate // 50, payloads[i + 1]))
        else:
            guessed.append(holed.decode(payload))
    lost = [i for i in range(len(said)) if i % 10 == 8]
    error = sum(((guessed[i].astype(float) - true[i]) ** 2).sum() for i in lost)
    silence = sum((true[i].astype(float) ** 2).sum() for i in lost)

    assert all(len(frame) == rate // 50 for frame in guessed)
    assert error < silence / 2


@pytest.mark.parametrize(("codec", "rate"), BOTH_RATES, ids=by_name)
def test_a_long_gap_fades_away_and_a_first_one_is_silent(codec: Codec, rate: int) -> None:
    encoder, decoder = codec.encoder(rate), codec.decoder(rate)
    assert np.abs(decoder.conceal(rate // 50).astype(int)).max() <= 1
    for frame in frames(vowel(rate, 0.4), rate // 50):
        decoder.decode(encoder.encode(frame))
    gap = [np.abs(decoder.conceal(rate // 50).astype(int)).mean() for _ in range(25)]

    assert gap[0] > 300
    assert gap[-1] < gap[0] / 10


def test_what_is_no_opus_is_told() -> None:
    decoder = CODECS["opus"].decoder(NARROW)
    for payload in (b"", b"\xff\xff\xff", b"\x03"):
        with pytest.raises(CodecError):
            decoder.decode(payload)


def test_a_codec_is_found_by_its_name_in_any_case_and_by_its_clock() -> None:
    assert find("OPUS", 48_000) is CODECS["opus"]
    assert find("pcmu", 8000) is CODECS["PCMU"]
    assert find("G722", 16_000) is None
    assert find("GSM", 8000) is None
