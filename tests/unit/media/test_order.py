"""Packets in order, and what was lost among them."""

from __future__ import annotations

from pbx.media.order import PATIENCE_S, WAITING, Lost, Order
from pbx.media.rtp import Packet

TICKS = 160


def packet(number: int, *, ssrc: int = 7, pause: int = 0) -> Packet:
    """The packet of a number; its clock is ahead by ``pause`` packets that were never sent."""
    return Packet(0, number & 0xFFFF, TICKS * (number + pause) & 0xFFFFFFFF, ssrc, bytes([number & 0xFF]))


def put(order: Order, *numbers: int) -> list[int]:
    """What comes out for these; what is lost is negative."""
    out = [each for number in numbers for each in order.put(packet(number), TICKS, 0.02 * number)]
    return [-each.sequence if isinstance(each, Lost) else each.sequence for each in out]


def test_a_whole_stream_passes_at_once() -> None:
    order = Order()
    assert [put(order, number) for number in (5, 6, 7)] == [[5], [6], [7]]


def test_packets_that_overtook_each_other_are_put_in_order() -> None:
    order = Order()
    assert [put(order, number) for number in (5, 7, 6, 8)] == [[5], [], [6, 7], [8]]


def test_what_does_not_come_is_lost_once_enough_wait_behind_it() -> None:
    order = Order()
    assert [put(order, number) for number in (5, 7, 8, 9)] == [[5], [], [-6, 7, 8], [9]]


def test_several_lost_in_a_row_and_in_two_places() -> None:
    order = Order()
    assert put(order, 5, 8, 9, 11, 12, 13) == [5, -6, -7, 8, 9, -10, 11, 12, 13]


def test_what_comes_too_late_or_twice_is_left_out() -> None:
    order = Order()
    assert put(order, 5, 7, 8, 6, 8, 9) == [5, -6, 7, 8, 9]


def test_a_lost_packet_has_its_place_and_knows_the_one_behind_it() -> None:
    order = Order()
    order.put(packet(5), TICKS, 0.0)
    order.put(packet(8), TICKS, 0.0)
    first, second, *_ = order.put(packet(9), TICKS, 0.0)

    assert isinstance(first, Lost)
    assert isinstance(second, Lost)
    assert (first.timestamp, first.ticks, first.following) == (6 * TICKS, TICKS, b"")
    assert (second.timestamp, second.ticks, second.following) == (7 * TICKS, TICKS, b"\x08")


def test_numbers_wrap() -> None:
    order = Order()
    assert put(order, 0xFFFE, 0x10000, 0x10001) == [0xFFFE, -0xFFFF, 0, 1]


def test_a_pause_of_the_speaker_is_no_loss() -> None:
    order = Order()
    put(order, 5)
    assert order.put(packet(6, pause=50), TICKS, 1.0) == [packet(6, pause=50)]


def test_a_loss_within_a_pause_or_beside_a_digit_is_not_guessed() -> None:
    for ticks, pause in ((TICKS, 3), (0, 0)):
        order = Order()
        put(order, 5)
        ahead = [packet(number, pause=pause) for number in (7, 8)]
        assert [each for one in ahead for each in order.put(one, ticks, 0.1)] == ahead


def test_another_stream_a_far_jump_and_a_long_silence_begin_anew() -> None:
    order = Order()
    put(order, 5, 7)
    assert [one.ssrc for one in order.put(packet(900, ssrc=8), TICKS, 0.1)] == [7, 7, 8]
    assert order.put(packet(2900, ssrc=8), TICKS, 0.1) == [packet(2900, ssrc=8)]
    assert order.put(packet(2903, ssrc=8), TICKS, 0.2 + PATIENCE_S) == [packet(2903, ssrc=8)]


def test_little_is_ever_held() -> None:
    order = Order()
    put(order, 5)
    for number in range(7, 2000, 2):
        order.put(packet(number), TICKS, 0.01 * number)
        assert len(order._held) < WAITING
