"""Trunks under any course of events: limits hold, and calls for help pass."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.routing.trunks.scene import BELGRADE, NOON, PARIS, board, trunk

from pbx.routing.hours import Window
from pbx.routing.trunks.trunk import Trunk

WINDOWS = st.lists(
    st.builds(Window, st.just(("mon", "wed")), st.just("08:00"), st.sampled_from(("09:00", "12:30", "07:00"))),
    max_size=2,
)
LIMITS: dict[str, st.SearchStrategy[Any]] = {
    "max_calls": st.none() | st.integers(0, 3),
    "calls_per_s": st.none() | st.floats(0.01, 5),
    "countries": st.lists(st.sampled_from(("RS", "FR", "001")), max_size=2).map(tuple),
    "hours": WINDOWS.map(tuple),
    "spend_per_day": st.none() | st.floats(0, 5),
    "rates": st.dictionaries(st.sampled_from(("", "381", "33")), st.floats(0, 10)),
    "emergency": st.booleans(),
    "strip": st.integers(0, 3),
    "prepend": st.sampled_from(("", "77")),
}


@st.composite
def trunks(draw: st.DrawFn, id: str) -> Trunk:
    return trunk(id, **{name: draw(values) for name, values in LIMITS.items()})


STEPS = st.lists(
    st.tuples(
        st.floats(0, 30),
        st.sampled_from(("dial", "dial", "answer", "end", "come in")),
        st.sampled_from((BELGRADE, PARIS, "112")),
        st.integers(0, 20),
    ),
    max_size=60,
)


@given(trunks("a"), trunks("b"), STEPS, st.booleans())
def test_limits_hold_and_emergencies_pass(
    one: Trunk, other: Trunk, steps: list[tuple[float, str, str, int]], down: bool
) -> None:
    house, now = board(one, other), NOON
    house.lines["a"].down = "silent" if down else ""
    legs: dict[str, str] = {}
    for number, (wait, what, dialled, which) in enumerate(steps):
        now += wait
        leg = list(legs)[which % len(legs)] if legs else ""
        if what == "dial":
            choice = house.choose("a,b", dialled, now)
            named = {found.trunk for found in choice.candidates} | {found.trunk for found in choice.passed_over}
            assert named == {"a", "b"}, "each trunk is chosen or explained"
            if dialled == "112":
                assert len(choice.candidates) == 2
            for candidate in choice.candidates[:1]:
                line = house.lines[candidate.trunk]
                if dialled != "112" and line.trunk.max_calls is not None:
                    assert line.ledger.calls < line.trunk.max_calls
                line.ledger.take(f"l{number}", line.trunk, candidate.rate.per_minute if candidate.rate else 0.0, now)
                legs[f"l{number}"] = candidate.trunk
        elif what == "come in":
            house.lines["b"].ledger.came_in(f"l{number}")
            legs[f"l{number}"] = "b"
        elif leg and what == "answer":
            house.lines[legs[leg]].ledger.answered(leg, now)
        elif leg and what == "end":
            line = house.lines[legs.pop(leg)]
            assert line.ledger.ended(leg, line.trunk, now) >= 0
    for leg, id in legs.items():
        house.lines[id].ledger.ended(leg, house.lines[id].trunk, now)
    assert [line.ledger.calls for line in house.lines.values()] == [0, 0]


@given(st.floats(0.1, 20), st.lists(st.floats(0, 2), min_size=1, max_size=100))
def test_no_second_sees_more_than_two_bucketfuls(rate: float, waits: list[float]) -> None:
    limited = trunk(calls_per_s=rate)
    house, now, taken = board(limited), NOON, []
    ledger = house.lines["a"].ledger
    for number, wait in enumerate(waits):
        now += wait
        if ledger.objection(limited, now) is None:
            ledger.take(f"l{number}", limited, 0.0, now)
            taken.append(now)
    burst = max(1.0, rate)
    for begin in taken:
        assert sum(1 for at in taken if begin <= at <= begin + 1) <= burst + rate + 1e-6
