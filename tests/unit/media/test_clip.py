from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from pbx.media import clip, g711, tone
from pbx.media.clip import ClipError


def wav(rate: int = 8000, channels: int = 1, width: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setframerate(rate)
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.writeframes(bytes(320 * channels * width))
    return out.getvalue()


def test_a_wav_file_becomes_frames_in_both_laws() -> None:
    tune = clip.from_wav("tune", clip.to_wav(tone.sine(440.0, 0.5)))

    assert tune.duration_s == 0.5
    for law in (g711.PCMU, g711.PCMA):
        assert {len(frame) for frame in tune.frames(law)} == {160}
        assert tone.holds_tone(g711.decode(b"".join(tune.frames(law)), law), 440.0)


def test_the_last_frame_is_filled_with_silence() -> None:
    short = clip.from_samples("short", np.full(170, 1000, np.int16))

    assert short.duration_s == 0.04
    assert short.frames(g711.PCMU)[1][10:] == b"\xff" * 150
    assert short.frames(g711.PCMA)[1][10:] == b"\xd5" * 150
    first, last = short.second(0, None)
    assert list(first) + list(last) == [1000] * 170 + [0] * 150


def test_what_was_heard_is_encoded_once() -> None:
    long = clip.from_samples("long", tone.sine(440.0, 3.0))

    assert long.seconds == 3
    assert long.second(1, g711.PCMU) is long.second(1, g711.PCMU)
    for samples, frame in zip(long.second(1, None), long.second(1, g711.PCMA), strict=True):
        assert frame == g711.encode(np.asarray(samples), g711.PCMA)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (wav(rate=44100, channels=2), "clip hello: 44100 Hz, 2 channels, 16 bits; expected 8000 Hz, mono, 16 bits"),
        (wav(width=1), "1 channels, 8 bits; expected"),
        (b"RIFF", "clip hello: not a PCM WAV file"),
        (b"an mp3, perhaps", "clip hello: not a PCM WAV file"),
        (clip.to_wav(np.zeros(0, np.int16)), "clip hello: it holds no audio"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_what_was_expected(data: bytes, complaint: str) -> None:
    with pytest.raises(ClipError, match=complaint):
        clip.from_wav("hello", data)
