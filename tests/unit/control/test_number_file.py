"""Files of numbers, in whatever pieces they arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control.compliance.number_file import NumberFile


def read(country: str, *pieces: bytes) -> list[int]:
    file = NumberFile(country)
    for piece in pieces:
        file.feed(piece)
    found: list[int] = file.numbers().tolist()
    return found


@pytest.mark.parametrize(
    ("country", "line", "number"),
    [
        ("US", b"2125550100", 12125550100),
        ("US", b"212,5550100", 12125550100),
        ("US", b'"212","5550100"', 12125550100),
        ("US", b"1 (212) 555-0100", 12125550100),
        ("US", b"+1 212 555 0100", 12125550100),
        ("US", b"0044 20 7946 0958", 442079460958),
        ("RS", b"011/234-5678", 381112345678),
        ("RS", b"112345678", 381112345678),
        ("RS", b"381641234567", 381641234567),
        ("IT", b"06 1234 5678", 390612345678),
        ("rs", b"\t0641234567 ", 381641234567),
    ],
)
def test_numbers_are_read_as_people_and_registries_write_them(country: str, line: bytes, number: int) -> None:
    assert read(country, line) == read(country, line + b"\r\n") == [number]


@given(st.lists(st.integers(2_000_000_000, 9_999_999_999), min_size=1, max_size=30), st.data())
def test_pieces_may_break_anywhere(numbers: list[int], data: st.DataObject) -> None:
    text = b"".join(b"%d\n" % number for number in numbers)
    cut = data.draw(st.integers(0, len(text)))
    assert read("US", text[:cut], text[cut:]) == sorted({10_000_000_000 + number for number in numbers})


def test_one_odd_line_does_not_spoil_the_others() -> None:
    file = NumberFile("US")
    file.feed(b"2125550100\n212555010x\n2125550102\n")
    assert file.numbers().tolist() == [12125550100, 12125550102]
    assert (file.lines, file.refused, file.refusals[0].line) == (3, 1, 2)


def test_what_is_no_text_is_refused_line_by_line() -> None:
    file = NumberFile("US")
    file.feed(bytes(range(256)) + b"\n")
    assert file.numbers().tolist() == []
    assert file.refused > 0


def test_a_country_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="ISO 3166"):
        NumberFile("XX")
