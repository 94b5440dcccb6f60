from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pbx.media.g711 import FRAME, Samples
from pbx.media.jitter import DEPTH, SIZE, JitterBuffer

BEHIND = DEPTH // FRAME


def frame(value: int, size: int = FRAME) -> Samples:
    return np.full(size, value, np.int16)


def pull(buffer: JitterBuffer, frames: int) -> list[int]:
    """The value of each of the next frames; -1 where it is not all the same."""
    values = []
    for _ in range(frames):
        heard = frame(0)
        buffer.pull(heard)
        values.append(int(heard[0]) if (heard == heard[0]).all() else -1)
    return values


def test_what_goes_in_comes_out_in_order_and_a_little_later() -> None:
    buffer = JitterBuffer()
    for i in (0, 2, 1, 3):
        buffer.put(1, 5000 + FRAME * i, frame(i + 1))

    assert pull(buffer, BEHIND + 5) == [0] * BEHIND + [1, 2, 3, 4, 0]


def test_a_missing_packet_is_silence() -> None:
    buffer = JitterBuffer()
    for i in (0, 2):
        buffer.put(1, FRAME * i, frame(i + 1))

    assert pull(buffer, BEHIND + 3) == [0] * BEHIND + [1, 0, 3]


def test_packets_of_other_lengths_fit() -> None:
    buffer = JitterBuffer()
    buffer.put(1, 0, frame(1, 240))
    buffer.put(1, 240, frame(1, 80))

    assert pull(buffer, BEHIND + 3) == [0] * BEHIND + [1, 1, 0]


def test_a_packet_that_comes_too_late_begins_anew() -> None:
    buffer = JitterBuffer()
    buffer.put(1, 0, frame(1))
    pull(buffer, 10)
    buffer.put(1, FRAME, frame(2))

    assert pull(buffer, BEHIND + 1) == [0] * BEHIND + [2]


def test_another_stream_takes_the_place_of_the_first() -> None:
    buffer = JitterBuffer()
    buffer.put(1, 0, frame(1))
    buffer.put(2, 0, frame(2))

    assert pull(buffer, BEHIND + 2) == [0] * BEHIND + [2, 0]


def test_timestamps_wrap() -> None:
    buffer = JitterBuffer()
    for i in range(3):
        buffer.put(1, (0xFFFFFFFF - FRAME + FRAME * i) & 0xFFFFFFFF, frame(i + 1))

    assert pull(buffer, BEHIND + 3) == [0] * BEHIND + [1, 2, 3]


def test_a_pause_of_the_sender_keeps_the_time() -> None:
    buffer = JitterBuffer()
    buffer.put(1, 0, frame(1))
    pull(buffer, 50)
    buffer.put(1, 50 * FRAME, frame(2))

    assert pull(buffer, BEHIND + 1) == [0] * BEHIND + [2]


def test_a_packet_larger_than_the_buffer_is_left_out() -> None:
    buffer = JitterBuffer()
    buffer.put(1, 0, frame(1, SIZE))

    assert pull(buffer, 5) == [0] * 5


@given(st.lists(st.tuples(st.integers(0, 0xFFFFFFFF), st.integers(0, 2036), st.integers(0, 3)), max_size=30))
def test_no_packet_upsets_it(packets: list[tuple[int, int, int]]) -> None:
    buffer = JitterBuffer()
    for timestamp, size, pulls in packets:
        buffer.put(1, timestamp, frame(1, size))
        pull(buffer, pulls)
    pull(buffer, SIZE // FRAME + 1)

    assert pull(buffer, 3) == [0] * 3
