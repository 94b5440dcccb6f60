from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pbx.media.g711 import FRAME
from pbx.media.reception import Reception
from pbx.media.stream import Numbers, Stream

# what feeds a stream: music, or an agent whose packets are lost, repeated, and out of order within a few places
turns = st.lists(
    st.one_of(
        st.just(None),
        st.tuples(st.integers(1, 3), st.integers(0, 0xFFFF), st.lists(st.integers(0, 12), min_size=1, max_size=12)),
    ),
    max_size=8,
)


@given(turns, st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF))
def test_a_change_of_source_never_repeats_a_number_nor_turns_back_the_clock(
    turns: list[tuple[int, int, list[int]] | None], sequence: int, timestamp: int
) -> None:
    stream = Stream(9, sequence, timestamp)
    now = 0.0
    last_sequence, last_timestamp = (sequence - 1) & 0xFFFF, (timestamp - FRAME) & 0xFFFFFFFF  # of the turns before
    for turn in turns:
        stream.interrupt()
        sent: list[Numbers | None] = []
        if turn is None:
            sent.append(stream.generate(now))
        else:
            source, base, steps = turn
            sent += [stream.relay(source, (base + i) & 0xFFFF, FRAME * i, now, FRAME) for i in steps]
        now += 0.02 * 13
        told = [numbers for numbers in sent if numbers is not None]
        assert told[0][0] == (last_sequence + 1) & 0xFFFF
        assert told[0][2]
        for number, clock, _ in told:
            assert 0 < (number - last_sequence) & 0xFFFF < 0x8000
            assert 0 < (clock - last_timestamp) & 0xFFFFFFFF < 0x80000000
        last_sequence, last_timestamp = max(told, key=lambda numbers: (numbers[0] - last_sequence) & 0xFFFF)[:2]


@given(st.integers(0, 0xFFFF), st.sets(st.integers(1, 2000), max_size=60), st.integers(2, 2000))
def test_loss_is_what_was_lost(first: int, missing: set[int], count: int) -> None:
    reception = Reception()
    arrived = [i for i in range(count) if i not in missing or i == count - 1]
    for i in arrived:
        reception.counted(5, (first + i) & 0xFFFF, 160)

    assert reception.received == len(arrived)
    assert reception.lost == count - len(arrived)
    assert reception.highest & 0xFFFF == (first + count - 1) & 0xFFFF
