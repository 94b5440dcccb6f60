"""The numbering plan: which rule a dialled number follows."""

from __future__ import annotations

from itertools import permutations

import pytest

from pbx.routing.numbering import NumberingPlan, Target


def plan(*rules: str) -> NumberingPlan:
    """A plan in which each rule leads to a queue of its own name."""
    made = NumberingPlan()
    made.declare({rule: Target("queue", rule) for rule in rules})
    return made


def rule_for(number: str, *rules: str) -> str | None:
    """The rule that a number follows, whatever the order in which the rules were declared."""
    found = {route.rule if (route := plan(*order).route(number)) else None for order in permutations(rules)}
    [rule] = found
    return rule


@pytest.mark.parametrize(
    ("number", "rules", "followed"),
    [
        ("700", ("700", "7XX", "XXX", "7."), "700"),
        ("701", ("700", "7XX", "XXX", "7."), "7XX"),
        ("801", ("700", "7XX", "XXX", "7."), "XXX"),
        ("7012", ("700", "7XX", "XXX", "7."), "7."),
        ("123456", ("1.", "12.", "123."), "123."),
        ("1234", ("1XX4", "12."), "12."),
        ("1234", ("X234", "1XXX"), "1XXX"),
        ("1234", ("1X.", "1."), "1X."),
        ("1234", ("12XX", "123.", "1234"), "1234"),
        ("1235", ("12XX", "123.", "1234"), "123."),
        ("+381114000700", ("+3811140007XX", "+381.", "X."), "+3811140007XX"),
        ("0038111", ("00.", "0X.", "X."), "00."),
        ("*70", ("*70", "*7X", "*."), "*70"),
        ("*71", ("*70", "*7X", "*."), "*7X"),
        ("#31", ("#.", "X."), "#."),
    ],
)
def test_the_rule_that_is_more_specific_at_the_first_difference_goes_first(
    number: str, rules: tuple[str, ...], followed: str
) -> None:
    assert rule_for(number, *rules) == followed


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        ("70", "7XX"),
        ("7000", "7XX"),
        ("7", "7."),
        ("7*", "7X"),
        ("7*1", "7."),
        ("7٣", "7X"),
        ("+7", "X."),
        ("x70", "XXX"),
        ("", "X."),
        ("700\n", "7XX"),
        ("7000", "700"),
    ],
)
def test_a_number_follows_no_rule_that_it_does_not_match_as_a_whole(number: str, rule: str) -> None:
    assert plan(rule).route(number) is None


def test_a_route_explains_itself() -> None:
    route = plan("7XX", "7.", "70X", "8XX").route("701")
    assert route is not None
    assert (route.number, route.rule, route.target) == ("701", "70X", Target("queue", "70X"))
    assert route.passed_over == ("7XX", "7.")


def test_declaring_replaces_all_rules() -> None:
    numbers = plan("700", "8XX")
    numbers.declare({"600": Target("echo")})
    assert numbers.route("700") is None
    assert numbers.route("801") is None
    assert numbers.route("600") is not None


@pytest.mark.parametrize("text", ["queue:support", "echo", "phone:1001", "trunk:a:b"])
def test_a_target_reads_back_as_it_was_written(text: str) -> None:
    assert str(Target.parse(text)) == text
