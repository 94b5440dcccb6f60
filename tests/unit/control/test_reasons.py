"""What is remembered of why a call went where it went."""

from __future__ import annotations

from control.adapters.reasons import KEPT_STEPS, Reasons
from pbx.events import NumberRouted
from pbx.routing.trunks.board import TrunkBoard
from pbx.routing.trunks.trunk import Trunk
from pbx.trunk_events import TollRefused, TrunksWeighed, TrunkTried

NOON = 1_700_049_600.0


def routed(call: str) -> NumberRouted:
    return NumberRouted(NOON, call, "0112223333", "0.", "trunk:a", ("X.",))


def test_steps_are_told_in_their_order() -> None:
    board = TrunkBoard("RS")
    board.declare([Trunk(id="a", address="192.0.2.1", countries=("FR",))])
    reasons = Reasons()
    reasons.note(routed("c1"))
    reasons.note(TrunksWeighed(NOON + 1, "c1", board.choose("a", "0112223333", NOON)))
    reasons.note(TrunkTried(NOON + 2, "c1", "a", "192.0.2.1:5060", 503))
    reasons.note(TollRefused(NOON + 3, "c1", "1001", "GB", "per_account", "4 are in progress"))
    first, second, third, fourth = reasons.of("c1")
    assert first == {
        "step": "number_routed",
        "at": "2023-11-15T12:00:00.000Z",
        "number": "0112223333",
        "rule": "0.",
        "target": "trunk:a",
        "passed_over": ("X.",),
    }
    assert (second["step"], second["country"], second["candidates"]) == ("trunks_weighed", "RS", ())
    assert second["passed_over"] == ({"trunk": "a", "rule": "countries", "detail": "RS is not among: FR"},)
    assert (third["step"], third["trunk"], third["status"]) == ("trunk_tried", "a", 503)
    assert (fourth["step"], fourth["country"], fourth["rule"]) == ("toll_refused", "GB", "per_account")


def test_only_the_latest_calls_are_remembered() -> None:
    reasons = Reasons(kept_calls=2)
    for call in ("c1", "c2", "c3"):
        reasons.note(routed(call))
    assert [len(reasons.of(call)) for call in ("c1", "c2", "c3")] == [0, 1, 1]


def test_a_call_that_goes_round_is_not_remembered_without_end() -> None:
    reasons = Reasons()
    for _ in range(KEPT_STEPS * 2):
        reasons.note(routed("c1"))
    assert len(reasons.of("c1")) == KEPT_STEPS
