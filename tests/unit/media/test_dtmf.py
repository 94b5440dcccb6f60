from __future__ import annotations

import pytest

from pbx.media import dtmf
from pbx.media.dtmf import SEGMENT, Digit, DigitReader, Press, Report, TelephoneEvent


def test_a_payload_is_read_and_written() -> None:
    assert dtmf.parse(bytes.fromhex("0b8a0500")) == TelephoneEvent(code=11, end=True, duration=1280, volume=10)
    assert dtmf.build(TelephoneEvent(code=11, end=True, duration=1280)).hex() == "0b8a0500"


def test_a_short_payload_is_refused() -> None:
    with pytest.raises(dtmf.DtmfError, match="4 octets"):
        dtmf.parse(b"\1\2\3")


def test_a_key_press_is_told_once_whatever_its_redundancy() -> None:
    reader = DigitReader()
    told = [digit for event in dtmf.press("5", 100) for digit in reader.take(1000, event)]

    assert told == [Digit("5", 100)]


def test_the_same_key_twice_is_told_twice() -> None:
    reader = DigitReader()
    told = [digit for at in (1000, 3000) for event in dtmf.press("#") for digit in reader.take(at, event)]

    assert told == [Digit("#", 160), Digit("#", 160)]


def test_a_digit_whose_end_was_lost_is_told_with_the_next_one() -> None:
    reader = DigitReader()
    assert reader.take(1000, TelephoneEvent(1, False, 480)) == ()

    assert reader.take(5000, TelephoneEvent(2, True, 800)) == (Digit("1", 60), Digit("2", 100))


def test_only_the_last_packet_of_a_digit_is_enough() -> None:
    assert DigitReader().take(7, TelephoneEvent(9, True, 640)) == (Digit("9", 80),)


def test_a_straggler_of_an_earlier_digit_is_not_heard_again() -> None:
    reader = DigitReader()
    reader.take(1000, TelephoneEvent(1, True, 480))
    reader.take(5000, TelephoneEvent(2, True, 480))

    assert reader.take(1000, TelephoneEvent(1, True, 480)) == ()


def test_a_hook_flash_is_no_digit() -> None:
    assert DigitReader().take(1000, TelephoneEvent(16, True, 480)) == ()


def test_what_is_no_digit_cannot_be_pressed() -> None:
    with pytest.raises(dtmf.DtmfError, match="is not one of"):
        list(dtmf.press("E"))
    with pytest.raises(dtmf.DtmfError, match="20 to 60000 ms"):
        Press("1", 70_000)
    with pytest.raises(dtmf.DtmfError, match="several segments"):
        list(dtmf.press("1", 9000))


def test_a_press_ends_with_three_final_packets() -> None:
    events = list(dtmf.press("d", 60))

    assert [(event.code, event.end, event.duration) for event in events] == [
        (15, False, 160),
        (15, False, 320),
        (15, True, 480),
        (15, True, 480),
        (15, True, 480),
    ]


def sent(press: Press) -> list[Report]:
    """All packets of a press that was, or will be, let go."""
    return [report for _ in range(5000) for report in press.next()]


@pytest.mark.parametrize(("clock", "segments"), [(8000, 3), (48000, 14)])
def test_a_long_digit_is_sent_in_segments_and_told_as_one(clock: int, segments: int) -> None:
    reports = sent(Press("8", 18_000, clock=clock))
    reader = DigitReader(clock)
    told = [digit for report in reports for digit in reader.take(77 + report.offset & 0xFFFFFFFF, report.event)]

    assert told == [Digit("8", 18_000)]
    assert len({report.offset for report in reports}) == segments
    assert [report.marker for report in reports] == [True] + [False] * (len(reports) - 1)
    assert [report.event.duration for report in reports].count(SEGMENT) == 3 * (segments - 1)
    assert [report.event.end for report in reports] == [False] * (len(reports) - 3) + [True] * 3


def test_a_digit_that_is_held_ends_when_it_is_let_go() -> None:
    press = Press("3")
    held = [press.next() for _ in range(5)]
    press.let_go(90)

    assert [report.event.duration for reports in held for report in reports] == [160, 320, 480, 640, 800]
    assert [(report.event.end, report.event.duration) for report in sent(press)] == [(True, 800)] * 3


def test_a_long_digit_whose_segment_got_lost_is_still_one() -> None:
    reports = [report for report in sent(Press("1", 20_000)) if report.offset != SEGMENT]
    reader = DigitReader()
    told = [digit for report in reports for digit in reader.take(report.offset, report.event)]

    assert told == [Digit("1", 20_000)]


def test_a_digit_whose_end_got_lost_is_told_when_it_is_given_up() -> None:
    reader = DigitReader(48000)
    reader.take(1000, TelephoneEvent(5, False, 4800, 7))

    assert (reader.held, reader.volume) == ("5", 7)
    assert reader.give_up() == (Digit("5", 100),)
    assert reader.held == ""
    assert reader.take(1000, TelephoneEvent(5, True, 4800)) == ()
