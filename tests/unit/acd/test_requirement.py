"""Requirement expressions: what they mean, and how they complain."""

from __future__ import annotations

import pytest

from acd.requirement import EVERYONE, MAX_DEPTH, MAX_LENGTH, RequirementError, parse


@pytest.mark.parametrize(
    ("text", "levels", "holds"),
    [
        ("", {}, True),
        ("   ", {}, True),
        ("billing", {"billing": 1}, True),
        ("billing", {"billing": 0}, False),
        ("billing", {}, False),
        ("billing >= 3", {"billing": 3}, True),
        ("billing >= 3", {"billing": 2}, False),
        ("billing>3", {"billing": 3}, False),
        ("billing = 3", {"billing": 3}, True),
        ("billing <= 3", {"billing": 4}, False),
        ("billing < 3", {}, True),
        ("not billing", {"billing": 1}, False),
        ("not not billing", {"billing": 1}, True),
        ("a or b and c", {"a": 1}, True),
        ("(a or b) and c", {"a": 1}, False),
        ("not a and b", {"b": 1}, True),
        ("A AND b", {"A": 1, "b": 1}, True),
        ("level-2 and 2nd.line", {"level-2": 1, "2nd.line": 1}, True),
        ("billing >= 3 and (sr >= 5 or en)", {"billing": 3, "en": 1}, True),
        ("billing >= 3 and (sr >= 5 or en)", {"billing": 10, "sr": 4}, False),
    ],
)
def test_a_requirement_holds_or_does_not(text: str, levels: dict[str, int], holds: bool) -> None:
    assert parse(text).holds(levels) is holds


def test_every_skill_that_is_named_is_known() -> None:
    assert parse("billing >= 3 and (sr >= 5 or not en)").skills() == {"billing", "sr", "en"}
    assert EVERYONE.skills() == frozenset()


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("billing >=", "expected a level from 0 to 10, found the end", 10),
        ("billing >= 11", "expected a level from 0 to 10, found '11'", 11),
        ("billing >= en", "expected a level from 0 to 10, found 'en'", 11),
        ("billing >= 99999999999999999999", "expected a level from 0 to 10, found '99999999999999999999'", 11),
        ("(sr or en", "expected ')', found the end", 9),
        ("sr en", "expected 'and', 'or' or the end, found 'en'", 3),
        ("sr and", "expected a skill, found the end", 6),
        ("and sr", "expected a skill, found 'and'", 0),
        ("5 >= sr", "expected a skill, found '5'", 0),
        ("sr >= 3)", "expected 'and', 'or' or the end, found ')'", 7),
        ("sr & en", "'&' has no meaning here", 3),
        ("sr == 3", "expected a level from 0 to 10, found '='", 4),
    ],
)
def test_an_unreadable_requirement_says_what_and_where(text: str, message: str, offset: int) -> None:
    with pytest.raises(RequirementError) as raised:
        parse(text)
    assert (raised.value.message, raised.value.offset) == (message, offset)


def test_nesting_and_length_are_bounded() -> None:
    depth = MAX_DEPTH - 1
    assert parse("(" * depth + "sr" + ")" * depth).skills() == {"sr"}
    with pytest.raises(RequirementError, match="nested more than"):
        parse("(" * 500 + "sr" + ")" * 500)
    with pytest.raises(RequirementError, match="nested more than"):
        parse("not " * 400 + "sr")
    with pytest.raises(RequirementError, match="at most 2000 characters"):
        parse(" " * (MAX_LENGTH + 1))
