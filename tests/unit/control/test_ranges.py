from __future__ import annotations

import pytest

from control.ranges import Part, Unsatisfiable, wanted_part

SIZE = 1000


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", Part(0, 1000)),
        ("bytes=0-0", Part(0, 1)),
        ("bytes=500-599", Part(500, 600)),
        ("Bytes=500-5000", Part(500, 1000)),
        ("bytes=-1", Part(999, 1000)),
        ("bytes=-5000", Part(0, 1000)),
        (None, None),
        ("", None),
        ("bytes=-", None),
        ("bytes=9-3", None),
        ("bytes=1-2,5-6", None),
        ("bytes=x-3", None),
        ("items=0-1", None),
    ],
)
def test_one_part_may_be_asked_for_and_what_is_malformed_is_passed_over(header: str | None, part: Part | None) -> None:
    assert wanted_part(header, SIZE) == part


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=1000-", SIZE), ("bytes=-0", SIZE), ("bytes=0-", 0), ("bytes=-1", 0)]
)
def test_a_part_of_which_there_is_nothing_is_refused(header: str, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        wanted_part(header, size)
