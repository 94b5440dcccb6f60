"""The conditions that a flow tests."""

from __future__ import annotations

import pytest

from pbx.routing.flow.condition import ConditionError, parse

KNOWN = {"tier": "gold", "balance": "120.50", "visits": "3", "blocked": "false", "caller": "+381641234567"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tier == 'gold'", True),
        ('tier != "gold"', False),
        ("balance > 100", True),
        ("balance > 99.5 and visits <= 3", True),
        ("visits == 3.0", True),
        ("visits < 20", True),  # as numbers; as texts it would not hold
        ("blocked", False),
        ("not blocked", True),
        ("missing", False),
        ("missing == ''", True),
        ("tier == 'silver' or visits > 1 and not blocked", True),
        ("(tier == 'silver' or visits > 1) and blocked", False),
        ("tier == 'or'", False),
        ("'and' == 'and'", True),
        ("balance > -5", True),
    ],
)
def test_a_condition_holds_or_not(text: str, expected: bool) -> None:
    assert parse(text)(KNOWN) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a variable, a number or a quoted text, found the end (at offset 0)"),
        ("tier ==", "expected a variable, a number or a quoted text, found the end (at offset 7)"),
        ("tier = 'gold'", "'=' has no meaning here (at offset 5)"),
        ("(tier", "expected ')', found the end (at offset 5)"),
        ("tier tier", "expected 'and', 'or' or the end, found 'tier' (at offset 5)"),
        ("__import__('os')", "'_' has no meaning here (at offset 0)"),
        ("tier == 'gold", '"\'" has no meaning here (at offset 8)'),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_a_condition_is_bounded_in_length_and_depth() -> None:
    with pytest.raises(ConditionError, match="at most 1000"):
        parse("a" * 1001)
    with pytest.raises(ConditionError, match="more than 32 deep"):
        parse("(" * 40 + "a" + ")" * 40)
    with pytest.raises(ConditionError, match="more than 32 deep"):
        parse("not " * 40 + "a")
