from __future__ import annotations

from pbx.media import rtp
from pbx.media.g711 import MU_TO_A, PCMA, PCMU, SILENCE
from pbx.media.stereo import HEADER, Channel, StereoTrack

BEGAN = 100.0


def track(law: int = PCMU) -> StereoTrack:
    return StereoTrack(law, BEGAN, lambda *_: None, lambda *_: None)


def packet(number: int, octet: int, kind: int = PCMU, ssrc: int = 7, *, marker: bool = False) -> bytes:
    """The number of 20 ms since some timestamp near the end of its range, all of one octet."""
    timestamp = (0xFFFF_FF00 + 160 * number) & 0xFFFFFFFF
    return rtp.header(kind, number, timestamp, ssrc, marker) + bytes([octet]) * 160


def put(channel: Channel, data: bytes, at: float) -> None:
    """Catch a packet, as a recording does."""
    word, _, clock = HEADER.unpack_from(data)
    if (clock, len(data), word) == (channel.clock, channel.size, channel.word):
        channel.clock = clock + channel.step
        channel.run += data[12:]
    else:
        channel.strange(data, at)


def frames(both: bytes | bytearray, channel: int) -> list[int]:
    """The first octet of each 20 ms of a channel (0 left, 1 right)."""
    return list(both[channel::2][::160])


def test_each_voice_has_its_channel_and_its_time() -> None:
    both = track()
    for number in range(5):
        put(both.left, packet(number, 10 + number), BEGAN + number * 0.02)
    put(both.right, packet(0, 99), BEGAN + 0.04)
    audio = both.take_all(BEGAN + 0.1)
    silence = SILENCE[PCMU][0]

    assert frames(audio, 0) == [10, 11, 12, 13, 14]
    assert frames(audio, 1) == [silence, silence, 99, silence, silence]
    assert len(audio) == 2 * 800


def test_a_loss_is_silence_and_what_overtook_is_put_in_order() -> None:
    both = track()
    for number in (0, 3, 1, 4):
        put(both.left, packet(number, 10 + number), BEGAN)

    assert frames(both.take_all(BEGAN + 0.1), 0) == [10, 11, SILENCE[PCMU][0], 13, 14]


def test_pieces_follow_each_other_without_a_seam() -> None:
    both = track()
    audio = bytearray()
    for number in range(100):
        put(both.left, packet(number, number), BEGAN + number * 0.02)
        if number % 25 == 24:
            audio += both.take(BEGAN + number * 0.02)
    audio += both.take_all(BEGAN + 2.0)

    assert frames(audio, 0) == list(range(100))
    assert len(audio) == 2 * 16_000


def test_what_comes_too_late_is_left_out() -> None:
    both = track()
    put(both.left, packet(1, 11), BEGAN + 0.02)
    both.take(BEGAN + 1.0)
    put(both.left, packet(2, 12), BEGAN + 1.0)

    assert set(both.take_all(BEGAN + 1.2)) == {SILENCE[PCMU][0]}


def test_a_stream_that_begins_anew_is_placed_when_it_came() -> None:
    both = track()
    put(both.left, packet(0, 10), BEGAN)
    put(both.left, packet(5000, 11, ssrc=8, marker=True), BEGAN + 0.06)
    put(both.left, packet(9000, 12, ssrc=8), BEGAN + 0.1)
    silence = SILENCE[PCMU][0]

    assert frames(both.take_all(BEGAN + 0.12), 0) == [10, silence, silence, 11, silence, 12]


def test_the_other_law_is_translated_and_what_is_no_audio_is_passed_over() -> None:
    both = track(PCMA)
    put(both.left, packet(0, 10), BEGAN)
    put(both.left, packet(1, 11, PCMA), BEGAN + 0.02)
    put(both.left, packet(2, 12, 101), BEGAN + 0.04)
    both.left.strange(b"\x80", BEGAN)
    both.left.strange(b"\x40" + bytes(40), BEGAN)

    assert frames(both.take_all(BEGAN + 0.06), 0) == [MU_TO_A[10], 11, SILENCE[PCMA][0]]


def test_another_codec_is_read_by_whoever_knows_it() -> None:
    def read(kind: int, timestamp: int, payload: bytes) -> tuple[int, bytes] | None:
        return (timestamp // 6, payload[:80]) if kind == 111 else None

    both = StereoTrack(PCMU, BEGAN, read, read)
    put(both.right, rtp.header(111, 1, 6 * 800, 7) + bytes(range(160)), BEGAN)

    assert both.take_all(BEGAN + 0.01)[1::2] == bytes(range(80))


def test_a_pause_is_silence_of_its_length() -> None:
    both = track()
    for number in range(10):
        if number in (3, 6):
            both.pause(number == 3, BEGAN + number * 0.02)
        for channel in (both.left, both.right):
            put(channel, packet(number, 10 + number), BEGAN + number * 0.02)
    audio = both.take_all(BEGAN + 0.2)

    assert frames(audio, 0) == [10, 11, 12, *SILENCE[PCMU] * 3, 16, 17, 18, 19]
    assert frames(audio, 1) == frames(audio, 0)


def test_a_phone_whose_clock_stands_still_while_it_is_silent_is_placed_when_it_speaks_again() -> None:
    both = track()
    put(both.left, packet(0, 10), BEGAN)
    put(both.left, packet(1, 11), BEGAN + 0.02)
    audio = both.take(BEGAN + 5.0)
    for number in (2, 3):
        put(both.left, packet(number, 10 + number), BEGAN + 5.0 + 0.02 * number)
    audio += both.take_all(BEGAN + 5.08)
    heard = [frame for frame in frames(audio, 0) if frame != SILENCE[PCMU][0]]

    assert heard == [10, 11, 12, 13]
    assert audio[0::2].find(12) >= 39_000
