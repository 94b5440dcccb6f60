"""A line against a sorted list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from acd.line import Line

names = st.sampled_from("abcdefgh")
moves = st.lists(st.tuples(st.sampled_from(("add", "discard", "return")), names, st.integers(0, 5)), max_size=200)


@given(moves)
def test_the_first_of_a_line_is_the_first_of_a_sorted_list(sequence: list[tuple[str, str, int]]) -> None:
    line: Line[str] = Line()
    model: dict[str, tuple[float, ...]] = {}
    last: dict[str, tuple[float, ...]] = {}
    for serial, (move, name, urgency) in enumerate(sequence):
        if move == "discard":
            line.discard(name)
            model.pop(name, None)
        else:
            # Whoever returns comes with the very key that she had.
            key = last.get(name, (urgency, serial)) if move == "return" else (urgency, serial)
            line.add(name, key)
            model[name] = last[name] = key
        in_order = sorted(model, key=model.__getitem__)
        assert line.first() == (in_order[0] if in_order else None)
        assert list(line) == in_order
        assert len(line) == len(model)
        assert (name in line) is (name in model)
