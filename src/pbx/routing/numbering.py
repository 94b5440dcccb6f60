"""The numbering plan: what a dialled number leads to, and why.

A rule is an exact number (``700``, ``*70``, ``+381114000700``) or a pattern, in which ``X`` stands for one
digit and a closing ``.`` for one digit or more (``+3811140007XX``, ``00.``). Where several match, the most
specific one wins: it differs from the others at its first differing symbol, and there a fixed symbol (a digit,
``+``, ``*``, ``#``) goes before ``X``, and ``X`` before ``.``. So an exact number wins over any pattern.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache

from msgspec import Struct

from pbx.wish import Wish


class Target(Struct, frozen=True):
    """Where a number leads: ``phone:1001``, ``queue:support``, ``echo`` ..."""

    kind: str
    name: str = ""
    wish: Wish | None = None

    @staticmethod
    def parse(text: str) -> Target:
        """Read ``kind`` or ``kind:name``."""
        kind, _, name = text.partition(":")
        return Target(kind, name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


EMERGENCY = Target("trunk", "*")
"""Calls for help: any trunk."""


class Route(Struct, frozen=True):
    """A decision of the plan, explained."""

    number: str
    target: Target
    rule: str
    """The number or pattern that matched."""
    passed_over: tuple[str, ...] = ()
    """Other patterns that matched and were less specific, the closest first."""


def is_pattern(rule: str) -> bool:
    """Whether a rule is a pattern rather than one number."""
    return "X" in rule or rule.endswith(".")


def fits(rule: str, number: str) -> bool:
    """Whether a number is what a rule says, or one of the numbers that its pattern stands for."""
    return _compile(rule).fullmatch(number) is not None


@lru_cache(maxsize=4096)
def _compile(rule: str) -> re.Pattern[str]:
    parts = ["[0-9]" if char == "X" else re.escape(char) for char in rule.removesuffix(".")]
    return re.compile("".join(parts) + ("[0-9]+" if rule.endswith(".") else ""))


def _vagueness(rule: str) -> list[int]:
    """A sort key: among rules that match one number, the smallest is the most specific."""
    return ["X.".find(symbol) for symbol in rule]


class NumberingPlan:
    """All rules of one switch."""

    def __init__(self) -> None:
        self._exact: dict[str, Target] = {}
        self._patterns: list[tuple[str, re.Pattern[str], Target]] = []
        self.emergency: Container[str] = ()
        """Numbers that go out to the trunks whatever the rules say."""

    def declare(self, rules: dict[str, Target]) -> None:
        """Replace all rules."""
        self._exact = {rule: target for rule, target in rules.items() if not is_pattern(rule)}
        patterns = [(rule, _compile(rule), target) for rule, target in rules.items() if is_pattern(rule)]
        self._patterns = sorted(patterns, key=lambda one: _vagueness(one[0]))

    def route(self, number: str) -> Route | None:
        """Where a number leads; None where no rule matches."""
        if number in self.emergency:
            return Route(number, EMERGENCY, "emergency", tuple(rule for rule in (number,) if rule in self._exact))
        target = self._exact.get(number)
        if target is not None:
            return Route(number, target, number)
        matches = [(rule, to) for rule, expression, to in self._patterns if expression.fullmatch(number)]
        if not matches:
            return None
        rule, target = matches[0]
        return Route(number, target, rule, tuple(name for name, _ in matches[1:]))
