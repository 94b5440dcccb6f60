from __future__ import annotations

import numpy as np

from pbx.media.clip import from_samples
from pbx.media.g711 import PCMA, PCMU, encode
from pbx.media.rtp import parse
from pbx.media.stream import Stream
from pbx.plane.leg import Leg
from pbx.plane.playback import MAX_CATCH_UP, TICK_S, Pacer, Playback, Playing

A, B, C = (np.full(160, value, np.int16) for value in (1000, 2000, 3000))
FIRST = from_samples("first", np.concatenate([A, B]))
SECOND = from_samples("second", C)
NAMES = {bytes(frame): name for name, one in zip("abc", (A, B, C), strict=True) for frame in (
    one, encode(one, PCMU), encode(one, PCMA))}  # fmt: skip


def played(playing: Playing, count: int, law: int | None = PCMU) -> str:
    """The next frames, by their names; ``-`` stands for the end."""
    frames = (playing.next(law) for _ in range(count))
    return "".join("-" if frame is None else NAMES[bytes(frame)] for frame in frames)


def test_ticks_stay_on_their_grid_however_late_each_is() -> None:
    pacer = Pacer()
    pacer.start(10.0)
    ticks = sum(pacer.due(10.0 + TICK_S * i + 0.013) for i in range(100))

    assert ticks == 100
    assert abs(pacer.next_at - (10.0 + 100 * TICK_S)) < 1e-6


def test_a_short_delay_is_made_good() -> None:
    pacer = Pacer()
    pacer.start(10.0)

    assert pacer.due(10.0 + 2.5 * TICK_S) == 3


def test_a_long_delay_makes_no_burst() -> None:
    pacer = Pacer()
    pacer.start(10.0)

    assert pacer.due(15.0) == MAX_CATCH_UP
    assert pacer.due(15.0) == 0


def test_a_second_listener_joins_the_running_grid() -> None:
    pacer = Pacer()
    pacer.start(10.0)
    pacer.due(10.0)
    pacer.start(10.015)

    assert pacer.due(10.015) == 0


def test_clips_follow_each_other_and_end() -> None:
    playing = Playing(1, (FIRST, SECOND), loop=False)

    assert played(playing, 5) == "abc--"


def test_the_last_clip_loops() -> None:
    playing = Playing(1, (SECOND, FIRST), loop=True)

    assert played(playing, 5, PCMA) == "cabab"


def test_music_goes_on_where_it_was() -> None:
    playing = Playing(1, (FIRST,), loop=True, from_s=0.02)
    around = Playing(2, (FIRST,), loop=True, from_s=2 * 0.04 + 0.03)

    assert played(playing, 3) == "bab"
    assert played(around, 1) == "b"


def test_a_clip_goes_on_in_another_law_and_as_samples_where_a_phone_has_changed_its_codec() -> None:
    playing = Playing(1, (FIRST, SECOND), loop=True)

    assert played(playing, 1, PCMU) + played(playing, 1, PCMA) + played(playing, 2, None) == "abcc"


def test_long_clips_are_played_to_their_end() -> None:
    long = from_samples("long", np.tile(np.concatenate([A, B]), 60))

    assert played(Playing(1, (long, SECOND), loop=False), 122) == 60 * "ab" + "c-"
    assert played(Playing(1, (long,), loop=True, from_s=1.02), 3) == "bab"


def test_music_that_is_broken_off_goes_on_where_it_was_with_numbers_that_go_on() -> None:
    sent: list[bytes] = []
    ended: list[tuple[str, int]] = []

    def send(data: bytes | memoryview) -> int:
        sent.append(bytes(data))
        return len(data)

    leg = Leg("leg", None, Stream(1, 0, 0))
    leg.send = send
    playback = Playback(lambda name, number: ended.append((name, number)))
    long = from_samples("long", np.concatenate([A, B, C, A, B]))
    playback.start(leg, Playing(7, (long,), loop=False), 10.0)
    for tick in range(7):
        playback.tick(10.0 + tick * TICK_S)
        if tick == 2:
            leg.stream.generate(10.0 + tick * TICK_S, 4, 0)  # a key is sent in between

    packets = [parse(data) for data in sent]
    assert "".join(NAMES[packet.payload] for packet in packets) == "abcab"
    assert [packet.sequence for packet in packets] == [0, 1, 2, 4, 5]
    assert [packet.timestamp // 160 for packet in packets] == [0, 1, 2, 3, 4]
    assert [packet.marker for packet in packets] == [True, False, False, False, False]
    assert ended == [("leg", 7)]
    assert leg.stats().packets_sent == 6
