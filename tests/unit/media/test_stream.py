from __future__ import annotations

import pytest

from pbx.media import rtp
from pbx.media.g711 import FRAME
from pbx.media.stream import Stream


def test_generated_audio_goes_on_by_one_and_by_a_frame() -> None:
    stream = Stream(ssrc=1, sequence=65535, timestamp=0xFFFFFFFF)

    assert stream.generate(1.0) == (65535, 0xFFFFFFFF, True)
    assert stream.generate(1.02) == (0, 159, False)
    assert (stream.packets, stream.octets) == (2, 320)


def test_an_agent_goes_on_where_the_music_ended() -> None:
    stream = Stream(ssrc=1, sequence=9, timestamp=1000)
    stream.generate(1.0)

    assert stream.relay(77, 500, 9_999_999, 1.5, 160) == (10, 1000 + 4000, True)
    assert stream.relay(77, 501, 9_999_999 + 160, 1.52, 160) == (11, 1000 + 4160, False)


def test_a_change_within_a_frame_still_lasts_a_frame() -> None:
    stream = Stream(ssrc=1, sequence=9, timestamp=1000)
    stream.generate(1.0)

    assert stream.relay(77, 500, 0, 1.001, 160) == (10, 1160, True)


def test_a_source_keeps_its_losses_and_its_order() -> None:
    stream = Stream(ssrc=1, sequence=100, timestamp=0)
    sent = [stream.relay(7, 500 + i, 160 * i, 0.02 * i, 160) for i in (0, 1, 4, 3, 5)]

    assert [numbers[:2] for numbers in sent if numbers] == [(100, 0), (101, 160), (104, 640), (103, 480), (105, 800)]


def test_a_packet_from_before_the_change_is_left_out() -> None:
    stream = Stream(ssrc=1, sequence=100, timestamp=0)
    stream.generate(1.0)
    stream.relay(7, 500, 160, 1.02, 160)

    assert stream.relay(7, 499, 0, 1.021, 160) is None
    assert stream.relay(7, 501, 320, 1.04, 160) == (102, 320, False)


def test_a_phone_that_begins_its_numbers_anew_is_a_change() -> None:
    stream = Stream(ssrc=1, sequence=100, timestamp=0)
    stream.relay(7, 500, 0, 1.0, 160)

    assert stream.relay(7, 30000, 5, 1.02, 160) == (101, 160, True)


def test_after_an_interruption_the_same_source_counts_as_new() -> None:
    stream = Stream(ssrc=1, sequence=100, timestamp=0)
    stream.relay(7, 500, 0, 1.0, 160)
    stream.interrupt()

    assert stream.relay(7, 600, 16000, 3.0, 160) == (101, 16000, True)


def test_another_clock_begins_another_stream_once_something_was_sent() -> None:
    stream = Stream(ssrc=1, sequence=0, timestamp=0)
    stream.tick(48_000)
    before = stream.ssrc
    stream.generate(1.0, 60, 960)
    assert stream.generate(1.02, 60, 960) == (1, 960, False)
    stream.interrupt()
    stream.tick(8000)

    assert (before, stream.ssrc) == (1, 2)
    assert stream.generate(1.04) == (2, 1120, True)


def test_the_clock_runs_on_between_packets() -> None:
    stream = Stream(ssrc=1, sequence=0, timestamp=1000)
    stream.generate(1.0)

    assert stream.timestamp_at(1.01) == 1080


def test_the_packets_of_a_reel_are_those_that_would_have_been_made_one_by_one() -> None:
    one_by_one, stream = (Stream(ssrc=1, sequence=65533, timestamp=0xFFFFFFFF - 2 * FRAME) for _ in range(2))
    for each in (one_by_one, stream):
        each.generate(1.0)
    reel = stream.reel([bytes([n]) * FRAME for n in range(5)], 8, 1.02)
    packets = [rtp.parse(reel.take()) for _ in range(4)]

    assert [(packet.sequence, packet.timestamp, packet.marker) for packet in packets] == [
        one_by_one.generate(1.02 + 0.02 * n) for n in range(4)
    ]
    assert {(packet.payload_type, packet.ssrc) for packet in packets} == {(8, 1)}
    assert [packet.payload[0] for packet in packets] == [0, 1, 2, 3]
    assert reel.left == 1


def test_what_was_taken_of_a_reel_counts_and_whatever_else_is_sent_cuts_it_off() -> None:
    stream = Stream(ssrc=1, sequence=0, timestamp=0)
    stream.generate(1.0)
    reel = stream.reel([bytes(FRAME)] * 5, 0, 1.02)
    for _ in range(3):
        reel.take()
    stream.settle()
    stream.settle()

    assert (stream.packets, stream.octets, stream.at) == (4, 4 * FRAME, pytest.approx(1.06))
    assert stream.generate(1.08) == (4, 4 * FRAME, False)
    assert reel.left == 2
    with pytest.raises(StopIteration):
        reel.take()
