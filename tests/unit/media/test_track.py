from __future__ import annotations

import numpy as np
import pytest

from pbx.media import g711
from pbx.media.g711 import PCMU, Samples
from pbx.media.rtp import Packet
from pbx.media.track import Track

LOUD, SOFT = (int(value) for value in g711.decode(b"\xa0\xf8", PCMU))


def packet(number: int, value: int = LOUD, *, ssrc: int = 7, law: int = PCMU, clock: int = 0xFFFFFF00) -> Packet:
    """The 20 ms with this number, all of one value; the clock wraps on its way."""
    audio = g711.encode(np.full(160, value, np.int16), law)
    return Packet(law, number & 0xFFFF, (clock + 160 * number) & 0xFFFFFFFF, ssrc, audio)


def put(track: Track, one: Packet, now: float) -> None:
    track.put(one.ssrc, one.timestamp, g711.decode(one.payload, one.payload_type), now)


def frames(samples: Samples) -> list[int]:
    """The value of each 20 ms; -1 where it is not all the same."""
    return [int(row[0]) if (row == row[0]).all() else -1 for row in samples.reshape(-1, 160)]


def test_packets_stand_one_after_another() -> None:
    track = Track(100.0, 60.0)
    for i in range(5):
        put(track, packet(i), 100.0 + 0.02 * i)

    assert frames(track.take_all(100.1)) == [LOUD] * 5


def test_what_is_missing_is_silence_of_its_length() -> None:
    track = Track(100.0, 60.0)
    for i in (0, 1, 4):
        put(track, packet(i), 100.0 + 0.02 * i)

    assert frames(track.take_all(100.1)) == [LOUD, LOUD, 0, 0, LOUD]


def test_packets_that_overtook_each_other_are_put_in_order() -> None:
    track = Track(100.0, 60.0)
    for i, value in ((0, LOUD), (2, SOFT), (1, LOUD)):
        put(track, packet(i, value), 100.0 + 0.02 * i)

    assert frames(track.take_all(100.06)) == [LOUD, LOUD, SOFT]


def test_a_late_beginning_and_a_silent_end_count() -> None:
    track = Track(100.0, 60.0)
    put(track, packet(0), 100.04)

    assert frames(track.take_all(100.1)) == [0, 0, LOUD, 0, 0]


def test_what_is_taken_as_it_comes_is_the_whole() -> None:
    track = Track(100.0, 60.0)
    pieces = []
    for i in range(100):
        put(track, packet(i), 100.0 + 0.02 * i)
        pieces.append(track.take(100.0 + 0.02 * i))
    pieces.append(track.take_all(102.0))

    assert frames(np.concatenate(pieces)) == [LOUD] * 100
    assert track.taken == 16_000


def test_a_packet_that_is_far_too_late_is_left_out() -> None:
    track = Track(100.0, 60.0)
    put(track, packet(0), 100.0)
    before = track.take(100.5)
    put(track, packet(1), 100.5)

    assert frames(np.concatenate([before, track.take_all(100.5)])) == [LOUD] + [0] * 24


@pytest.mark.parametrize("changed", [{"ssrc": 8}, {"clock": 0x7000_0000}])
def test_a_stream_that_begins_anew_goes_on_at_its_time(changed: dict[str, int]) -> None:
    track = Track(100.0, 60.0)
    put(track, packet(0), 100.0)
    put(track, packet(0, SOFT, **changed), 102.0)

    assert frames(track.take_all(102.02)) == [LOUD] + [0] * 99 + [SOFT]


def test_nothing_goes_beyond_the_longest_time() -> None:
    track = Track(100.0, 0.05)
    for i in range(5):
        put(track, packet(i), 100.0 + 0.02 * i)

    assert len(track.take_all(110.0)) == 400


def test_a_voice_is_told_from_noise() -> None:
    track = Track(100.0, 60.0)
    put(track, packet(0, SOFT), 100.5)
    assert track.voice_at == 100.0
    put(track, packet(1), 101.0)
    assert track.voice_at == 101.0


def test_an_empty_packet_is_nothing() -> None:
    track = Track(100.0, 60.0)
    put(track, Packet(PCMU, 0, 0, 7, b""), 100.0)

    assert len(track.take_all(100.0)) == 0
