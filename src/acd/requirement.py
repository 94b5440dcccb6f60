"""Requirement expressions: who may take a queue's work.

    requirement = [ either ]                          ; empty: everyone
    either      = both *( "or" both )
    both        = clause *( "and" clause )
    clause      = "not" clause / "(" either ")" / level
    level       = skill [ ( ">=" / ">" / "=" / "<" / "<=" ) 0-10 ]

A skill alone asks for level 1 or more; a skill that an agent lacks counts as level 0. ``and`` binds tighter than
``or``; the three words are reserved, in either case. ``str`` of a requirement parses to the same requirement.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct

MAX_LENGTH = 2000
MAX_DEPTH = 32
MAX_LEVEL = 10

_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
}
_TOKEN = re.compile(r"\s*(?:(?P<word>[A-Za-z0-9_][A-Za-z0-9_.-]*)|(?P<sign>>=|<=|[><=()])|(?P<end>$))")
_RESERVED = frozenset({"and", "or", "not"})


class RequirementError(ValueError):
    """A requirement that cannot be read: ``message`` says what was expected, ``offset`` where (from 0)."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(f"{message} (at offset {offset})")
        self.message = message
        self.offset = offset


class Requirement(Protocol):
    """What work asks of an agent; its text reads back as the same."""

    def holds(self, levels: Mapping[str, int]) -> bool:
        """Whether an agent with these skill levels may take the work."""

    def skills(self) -> frozenset[str]:
        """Every skill that is named."""


class Level(Struct, frozen=True):
    """A skill compared with a level."""

    skill: str
    sign: str
    level: int

    def holds(self, levels: Mapping[str, int]) -> bool:
        return _COMPARISONS[self.sign](levels.get(self.skill, 0), self.level)

    def skills(self) -> frozenset[str]:
        return frozenset((self.skill,))

    def __str__(self) -> str:
        return f"{self.skill} {self.sign} {self.level}"


class Not(Struct, frozen=True):
    part: Requirement

    def holds(self, levels: Mapping[str, int]) -> bool:
        return not self.part.holds(levels)

    def skills(self) -> frozenset[str]:
        return self.part.skills()

    def __str__(self) -> str:
        return f"not {_enclosed(self.part)}"


class AllOf(Struct, frozen=True):
    """Every part holds; with no part, everyone qualifies."""

    parts: tuple[Requirement, ...] = ()

    def holds(self, levels: Mapping[str, int]) -> bool:
        return all(part.holds(levels) for part in self.parts)

    def skills(self) -> frozenset[str]:
        return frozenset().union(*(part.skills() for part in self.parts))

    def __str__(self) -> str:
        return " and ".join(_enclosed(part) for part in self.parts)


class AnyOf(Struct, frozen=True):
    """At least one part holds."""

    parts: tuple[Requirement, ...]

    def holds(self, levels: Mapping[str, int]) -> bool:
        return any(part.holds(levels) for part in self.parts)

    def skills(self) -> frozenset[str]:
        return frozenset().union(*(part.skills() for part in self.parts))

    def __str__(self) -> str:
        return " or ".join(_enclosed(part) for part in self.parts)


EVERYONE = AllOf()


def parse(text: str) -> Requirement:
    """Read an expression. Raises RequirementError, for an over-long or too deeply nested one as well."""
    if len(text) > MAX_LENGTH:
        raise RequirementError(f"a requirement has at most {MAX_LENGTH} characters", MAX_LENGTH)
    return _Parser(text).whole()


def _enclosed(part: Requirement) -> str:
    return f"({part})" if isinstance(part, AllOf | AnyOf) else str(part)


class _Parser:
    """Recursive descent over one token of look-ahead."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = 0
        self._depth = 0
        self._advance()

    def whole(self) -> Requirement:
        if not self._token:
            return EVERYONE
        requirement = self._either()
        if self._token:
            raise self._expected("'and', 'or' or the end")
        return requirement

    def _either(self) -> Requirement:
        parts = [self._both()]
        while self._takes("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _both(self) -> Requirement:
        parts = [self._clause()]
        while self._takes("and"):
            parts.append(self._clause())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _clause(self) -> Requirement:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise RequirementError(f"nested more than {MAX_DEPTH} deep", self._offset)
        clause: Requirement
        if self._takes("not"):
            clause = Not(self._clause())
        elif self._takes("("):
            clause = self._either()
            if not self._takes(")"):
                raise self._expected("')'")
        else:
            clause = self._level()
        self._depth -= 1
        return clause

    def _level(self) -> Level:
        skill = self._token
        if not skill or not (skill[0].isalnum() or skill[0] == "_") or skill.lower() in _RESERVED or skill.isdigit():
            raise self._expected("a skill")
        self._advance()
        sign = self._token
        if sign not in _COMPARISONS:
            return Level(skill, ">=", 1)
        self._advance()
        if not self._token.isdigit() or int(self._token[:4]) > MAX_LEVEL:
            raise self._expected(f"a level from 0 to {MAX_LEVEL}")
        level = int(self._token)
        self._advance()
        return Level(skill, sign, level)

    def _takes(self, token: str) -> bool:
        if self._token.lower() != token:
            return False
        self._advance()
        return True

    def _advance(self) -> None:
        match = _TOKEN.match(self._text, self._next)
        if match is None:
            offset = self._next + len(self._text[self._next :]) - len(self._text[self._next :].lstrip())
            raise RequirementError(f"{self._text[offset]!r} has no meaning here", offset)
        self._token = match["word"] or match["sign"] or ""
        self._offset = match.end() - len(self._token)
        self._next = match.end()

    def _expected(self, what: str) -> RequirementError:
        found = repr(self._token) if self._token else "the end"
        return RequirementError(f"expected {what}, found {found}", self._offset)
