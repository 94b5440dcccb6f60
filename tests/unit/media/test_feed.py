from __future__ import annotations

import numpy as np

from pbx.media.feed import Feed
from pbx.media.g711 import Samples


def audio(value: int, samples: int = 160) -> Samples:
    return np.full(samples, value, np.int16)


def pulled(feed: Feed) -> list[int]:
    """The first sample of each frame that there is."""
    frame, firsts = np.zeros(160, np.int16), []
    while feed.pull(frame):
        firsts.append(int(frame[0]))
    return firsts


def test_packets_of_any_length_come_out_as_frames() -> None:
    feed = Feed()
    feed.put(1, 5000, audio(1, 240))
    feed.put(1, 5240, audio(2, 240))

    assert pulled(feed) == [1, 1, 2]
    assert pulled(feed) == []


def test_what_was_lost_is_silence_and_what_comes_twice_comes_once() -> None:
    feed = Feed()
    for place, value in ((0, 1), (480, 2), (480, 3), (320, 4), (640, 5)):
        feed.put(1, place, audio(value))

    assert pulled(feed) == [1, 0, 0, 2, 5]


def test_a_stream_that_pauses_is_waited_for_and_then_silent_as_time_passes() -> None:
    feed = Feed()
    feed.put(1, 0xFFFFFF60, audio(1))
    for _ in range(5):
        feed.tick()
    assert pulled(feed) == [1]
    for _ in range(4):
        feed.tick()
    assert pulled(feed) == [0] * 9
    feed.put(1, 160 * 4, audio(2))  # late: there was silence in its place
    feed.put(1, 160 * 9, audio(3))

    assert pulled(feed) == [3]


def test_a_stream_that_never_comes_is_silence() -> None:
    feed = Feed()
    for _ in range(20):
        feed.tick()

    assert pulled(feed) == [0] * 20


def test_another_stream_goes_on_where_the_first_one_ended() -> None:
    feed = Feed()
    feed.put(1, 0, audio(1))
    feed.put(2, 999_999, audio(2))
    feed.put(2, 5, audio(3))

    assert pulled(feed) == [1, 2, 3]
