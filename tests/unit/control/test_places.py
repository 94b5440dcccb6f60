"""Where callers stand, looked up once a second."""

from __future__ import annotations

from control.adapters.places import Places
from control.announcing.caller import Standing


def test_a_place_has_its_share_of_the_wait_and_a_line_is_looked_through_once_a_second() -> None:
    now, looked = [0.0], []

    def look(queue: str) -> tuple[list[str], float | None]:
        looked.append(queue)
        return ["a", "b", "c", "d"][len(looked) - 1 :], 240.0 if queue == "support" else None

    places = Places(look, lambda: now[0])
    assert places.of("b", "support") == Standing(2, 96.0)
    assert places.of("d", "support") == Standing(4, 192.0)
    assert looked == ["support"]
    now[0] = 1.0
    assert places.of("b", "support") == Standing(1, 60.0)
    assert places.of("a", "support") == Standing()
    assert places.of("d", "sales") == Standing(2, None)
