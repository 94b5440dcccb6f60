"""Conditions over a flow's variables:

    condition  = both *( "or" both )
    both       = clause *( "and" clause )
    clause     = "not" clause / "(" condition ")" / comparison
    comparison = operand [ ( "==" / "!=" / ">=" / ">" / "<=" / "<" ) operand ]
    operand    = variable / number / "'" text "'" / '"' text '"'

Variables are lower-case; one that is not set is an empty text. Two operands that both read as numbers are compared as
numbers, others as texts. An operand alone holds unless it is empty, ``0`` or ``false``. ``and`` binds tighter
than ``or``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

MAX_LENGTH = 1000
MAX_DEPTH = 32

Variables: TypeAlias = Mapping[str, str]
Condition: TypeAlias = Callable[[Variables], bool]
Operand: TypeAlias = Callable[[Variables], str]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}
_TOKEN = re.compile(
    r"""\s*(?:(?P<word>[a-z][a-z0-9_]*)|(?P<number>-?[0-9]+(?:\.[0-9]+)?)|(?P<text>'[^']*'|"[^"]*")"""
    r"""|(?P<sign>==|!=|>=|<=|[><()])|(?P<end>$))"""
)
_RESERVED = frozenset({"and", "or", "not"})
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")


class ConditionError(ValueError):
    """A condition that cannot be read; the message says what was expected, and where (an offset from 0)."""


def parse(text: str) -> Condition:
    """Read a condition: a function of the variables. Raises ConditionError."""
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"a condition has at most {MAX_LENGTH} characters")
    return _Parser(text).whole()


def _compare(sign: str, left: Operand, right: Operand) -> Condition:
    comparison = _COMPARISONS[sign]

    def holds(variables: Variables) -> bool:
        one, other = left(variables), right(variables)
        if _NUMBER.fullmatch(one) and _NUMBER.fullmatch(other):
            return comparison(float(one), float(other))
        return comparison(one, other)

    return holds


class _Parser:
    """Recursive descent over one token of look-ahead."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = 0
        self._depth = 0
        self._advance()

    def whole(self) -> Condition:
        condition = self._either()
        if self._token:
            raise self._expected("'and', 'or' or the end")
        return condition

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._takes("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda variables: any(part(variables) for part in parts)

    def _both(self) -> Condition:
        parts = [self._clause()]
        while self._takes("and"):
            parts.append(self._clause())
        return parts[0] if len(parts) == 1 else lambda variables: all(part(variables) for part in parts)

    def _clause(self) -> Condition:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ConditionError(f"nested more than {MAX_DEPTH} deep (at offset {self._offset})")
        if self._takes("not"):
            negated = self._clause()
            clause: Condition = lambda variables: not negated(variables)  # noqa: E731
        elif self._takes("("):
            clause = self._either()
            if not self._takes(")"):
                raise self._expected("')'")
        else:
            clause = self._comparison()
        self._depth -= 1
        return clause

    def _comparison(self) -> Condition:
        left = self._operand()
        sign = self._token
        if sign not in _COMPARISONS:
            return lambda variables: left(variables) not in ("", "0", "false")
        self._advance()
        return _compare(sign, left, self._operand())

    def _operand(self) -> Operand:
        kind, token = self._kind, self._token
        if kind not in ("word", "number", "text") or token in _RESERVED:
            raise self._expected("a variable, a number or a quoted text")
        self._advance()
        if kind == "word":
            return lambda variables: variables.get(token, "")
        value = token[1:-1] if kind == "text" else token
        return lambda variables: value

    def _takes(self, token: str) -> bool:
        if self._token != token or self._kind == "text":
            return False
        self._advance()
        return True

    def _advance(self) -> None:
        match = _TOKEN.match(self._text, self._next)
        if match is None:
            offset = self._next + len(self._text[self._next :]) - len(self._text[self._next :].lstrip())
            raise ConditionError(f"{self._text[offset]!r} has no meaning here (at offset {offset})")
        self._kind = match.lastgroup or "end"
        self._token = match[self._kind]
        self._offset = match.end() - len(self._token)
        self._next = match.end()

    def _expected(self, what: str) -> ConditionError:
        found = repr(self._token) if self._token else "the end"
        return ConditionError(f"expected {what}, found {found} (at offset {self._offset})")
