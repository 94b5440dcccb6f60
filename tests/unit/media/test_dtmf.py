from __future__ import annotations

import pytest

from pbx.media import dtmf
from pbx.media.dtmf import Digit, DigitReader, TelephoneEvent


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
    with pytest.raises(dtmf.DtmfError, match="20 to 8191 ms"):
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
