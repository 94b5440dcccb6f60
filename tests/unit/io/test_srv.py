"""RFC 2782: priorities in order, weights by chance."""

from __future__ import annotations

import random
from collections import Counter

from pbx.io.srv import Server, ordered

MAIN = Server(10, 60, "main", 5060)
HALF = Server(10, 20, "half", 5060)
NONE = Server(10, 0, "none", 5060)
SPARE = Server(20, 100, "spare", 5060)


def test_a_lower_priority_comes_first_whatever_the_weights() -> None:
    for seed in range(50):
        order = ordered([SPARE, HALF, MAIN], random.Random(seed))
        assert order[-1] == SPARE
        assert set(order) == {MAIN, HALF, SPARE}


def test_weights_share_the_calls() -> None:
    rng = random.Random(7)
    first = Counter(ordered([MAIN, HALF, NONE], rng)[0].host for _ in range(4000))
    assert 0.68 < first["main"] / 4000 < 0.80
    assert 0.20 < first["half"] / 4000 < 0.30
    assert first["none"] < 200, "weight 0 has a small chance only"


def test_those_without_weights_are_all_tried() -> None:
    twins = [Server(1, 0, name, 5060) for name in "ab"]
    assert sorted(one.host for one in ordered(twins, random.Random(1))) == ["a", "b"]


def test_a_service_that_is_not_offered_has_no_servers() -> None:
    assert ordered([Server(0, 0, ".", 0)], random.Random(1)) == []
