from __future__ import annotations

import pytest

from pbx.media.reception import Reception


def heard(*sequences: int, ssrc: int = 1) -> Reception:
    reception = Reception()
    for sequence in sequences:
        reception.counted(ssrc, sequence, 160)
    return reception


def test_nothing_heard_is_nothing_lost() -> None:
    reception = heard()

    assert (reception.received, reception.expected, reception.lost, reception.fraction_lost()) == (0, 0, 0, 0)


def test_missing_numbers_are_lost() -> None:
    reception = heard(10, 11, 14, 15)

    assert (reception.received, reception.expected, reception.lost) == (4, 6, 2)
    assert reception.octets == 640


def test_a_late_packet_is_no_loss() -> None:
    assert heard(10, 12, 11, 13).lost == 0


def test_a_duplicate_makes_the_loss_negative() -> None:
    assert heard(10, 11, 11).lost == -1


def test_the_sequence_wraps_into_the_next_cycle() -> None:
    reception = heard(65534, 65535, 0, 1)

    assert (reception.highest, reception.lost) == (65537, 0)


def test_a_late_packet_from_before_the_wrap_opens_no_cycle() -> None:
    reception = heard(65534, 0, 65535, 1)

    assert (reception.highest, reception.lost) == (65537, 0)


def test_a_new_stream_keeps_the_old_ones_losses() -> None:
    reception = heard(10, 12)
    for sequence in (40000, 40001, 40003):
        reception.counted(2, sequence, 160)

    assert (reception.received, reception.lost) == (5, 2)
    assert reception.highest == 40003


def test_a_far_jump_is_a_new_beginning_and_no_loss() -> None:
    assert heard(10, 11, 20000, 20001).lost == 0


def test_the_fraction_lost_is_of_the_time_since_the_last_report() -> None:
    reception = heard(1, 2, 4)
    assert reception.fraction_lost() == 256 // 4

    for sequence in (5, 6):
        reception.counted(1, sequence, 160)
    assert reception.fraction_lost() == 0


def test_even_arrivals_have_no_jitter() -> None:
    reception = Reception()
    for i in range(50):
        reception.timed(160 * i, 7.0 + 0.02 * i)

    assert reception.jitter == pytest.approx(0, abs=1e-6)


def test_jitter_approaches_the_mean_deviation() -> None:
    reception = Reception()
    for i in range(500):
        reception.timed(160 * i, 7.0 + 0.02 * i + (0.004 if i % 2 else 0.0))

    assert reception.jitter_ms == pytest.approx(4.0, rel=0.01)


def test_a_clock_that_begins_anew_is_no_jitter() -> None:
    reception = Reception()
    reception.timed(4_000_000_000, 1.0)
    reception.timed(160, 1.02)
    reception.timed(320, 1.04)

    assert reception.jitter == pytest.approx(0, abs=1e-6)


def test_the_jitter_stays_what_it_is_when_the_clock_is_another() -> None:
    reception = Reception()
    for i in range(50):
        reception.counted(7, i, 160)
        reception.timed(160 * i, 0.02 * i + 0.005 * (i % 2))
    before = reception.jitter_ms
    reception.tick(48_000)
    assert reception.jitter_ms == pytest.approx(before)
    for i in range(50, 300):
        reception.counted(7, i, 60)
        reception.timed(960 * i, 0.02 * i)

    assert before > 3.0
    assert reception.jitter_ms < 0.01
