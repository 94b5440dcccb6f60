"""Flows are looked at as a whole before they are served."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from pbx.routing.flow.check import faults
from pbx.routing.flow.steps import Steps

SAY = {"text": "Hello"}
END = {"id": "end", "type": "hangup"}


def found(*steps: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.field, fault.detail) for fault in faults(msgspec.convert(steps, Steps))]


def play(id: str, next: str) -> dict[str, Any]:
    return {"id": id, "type": "play", "prompt": SAY, "next": next}


def menu(id: str, failed: str, **choices: str) -> dict[str, Any]:
    keys = {key.lstrip("k"): step for key, step in choices.items()}
    return {"id": id, "type": "menu", "prompt": SAY, "choices": keys, "failed": failed}


def test_a_flow_that_leads_on_everywhere_has_no_faults() -> None:
    assert found(play("hello", "choose"), menu("choose", "end", k1="hello", k2="end"), END) == []


def test_two_steps_with_one_id_are_told() -> None:
    assert found(play("a", "end"), END, END) == [("steps[2].id", "steps[1] is called end already")]


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (play("a", "nowhere"), "steps[0].next"),
        (menu("a", "nowhere", k1="end"), "steps[0].failed"),
        (menu("a", "end", k1="end", k2="nowhere"), "steps[0].choices.2"),
        ({"id": "a", "type": "test", "condition": "x", "then": "end", "otherwise": "nowhere"}, "steps[0].otherwise"),
        ({"id": "a", "type": "lookup", "url": "http://x/", "next": "end", "on_error": "nowhere"}, "steps[0].on_error"),
        ({"id": "a", "type": "dial", "to": "agent:ana", "otherwise": "end", "on_busy": "nowhere"}, "steps[0].on_busy"),
        (
            {"id": "a", "type": "callback", "queue": "q", "prompt": SAY, "next": "end", "declined": "nowhere"},
            "steps[0].declined",
        ),
        (
            {"id": "a", "type": "hours", "zone": "UTC", "windows": [], "open": "end", "closed": "nowhere"},
            "steps[0].closed",
        ),
    ],
)
def test_a_follow_up_that_does_not_exist_is_told_with_its_field(step: dict[str, Any], field: str) -> None:
    assert found(step, END) == [(field, "there is no step nowhere")]


def test_a_step_that_nothing_leads_to_is_told() -> None:
    assert found(play("a", "end"), END, play("b", "end")) == [("steps[2]", "nothing leads to the step b")]


def test_a_circle_without_a_key_to_be_pressed_is_told() -> None:
    assert found(play("a", "b"), play("b", "a")) == [("steps[1].next", "a caller who presses nothing comes back to a")]


def test_a_menu_that_fails_into_itself_would_hold_a_silent_caller_for_ever() -> None:
    assert found(menu("a", "a", k1="end"), END) == [("steps[0].failed", "a caller who presses nothing comes back to a")]


def test_a_caller_may_go_in_circles_by_pressing_keys() -> None:
    collect = {"id": "c", "type": "collect", "prompt": SAY, "variable": "x", "next": "a", "failed": "end"}
    assert found(play("a", "m"), menu("m", "end", k1="a", k2="c"), collect, END) == []


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"type": "hours", "zone": "Europe/Atlantis", "windows": [], "open": "end", "closed": "end"}, "zone"),
        ({"type": "hours", "zone": "../../etc/passwd", "windows": [], "open": "end", "closed": "end"}, "zone"),
        ({"type": "test", "condition": "tier ==", "then": "end", "otherwise": "end"}, "condition"),
        ({"type": "play", "prompt": {}, "next": "end"}, "prompt"),
        (
            {"type": "collect", "prompt": SAY, "variable": "x", "min": 5, "max": 4, "next": "end", "failed": "end"},
            "min",
        ),
    ],
)
def test_what_a_step_says_must_mean_something(step: dict[str, Any], field: str) -> None:
    assert [place for place, _ in found({"id": "a"} | step, END)] == [f"steps[0].{field}"]


@pytest.mark.parametrize(
    "url",
    ["ftp://crm.example/", "http://{host}/", "http://user:secret@crm.example/", "file:///etc/passwd", "crm.example"],
)
def test_a_lookup_asks_a_fixed_host_over_http(url: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\$\[0\]\.url"):
        found({"id": "a", "type": "lookup", "url": url, "next": "end", "on_error": "end"}, END)
