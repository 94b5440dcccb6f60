"""How the lists of a campaign are mixed."""

from __future__ import annotations

from collections import Counter

from dialer.lists import Mix


def test_lists_take_turns_by_their_weights_spread_over_a_round() -> None:
    mix = Mix()
    taken = [mix.next(["a", "b", "c"], {"a": 5, "b": 1}) for _ in range(70)]
    assert Counter(taken) == {"a": 50, "b": 10, "c": 10}
    assert all(Counter(taken[begin : begin + 7]) == {"a": 5, "b": 1, "c": 1} for begin in range(0, 70, 7))
    assert "aaaaa" not in "".join(taken[:7])


def test_a_list_that_has_nobody_leaves_its_turns_to_the_others() -> None:
    mix = Mix()
    assert [mix.next(["b"], {"a": 5}) for _ in range(3)] == ["b"] * 3
