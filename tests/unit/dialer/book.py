"""A book whose pages a test writes, and the values that tests of the rules begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dialer.campaign import AttemptRules, Campaign, Mode
from dialer.compliance.book import ImportedList, Scope
from dialer.lead import Lead, LeadNumber, NumberKind

BELGRADE = "+381112345678"
MIAMI = "+13055550100"
PENSACOLA = "+18505550100"


class ListOf:
    """An imported list."""

    def __init__(self, taken_at: float, *numbers: str) -> None:
        self.taken_at = taken_at
        self._numbers = numbers

    def __contains__(self, number: str) -> bool:
        return number in self._numbers


class Pages:
    """A book in plain dictionaries."""

    version = "test"

    def __init__(self) -> None:
        self.forbidden: set[tuple[str, Scope, str]] = set()
        self.lists: dict[str, ListOf] = {}
        self.called: dict[tuple[str, str], Sequence[float]] = {}

    def forbids(self, number: str, scope: Scope, owner: str, now: float) -> bool:
        return (number, scope, owner) in self.forbidden

    def imported(self, list: str) -> ImportedList | None:
        return self.lists.get(list)

    def calls(self, client: str, number: str) -> Sequence[float]:
        return self.called.get((client, number), ())


def at(text: str, zone: str = "Europe/Belgrade") -> float:
    """A moment by a clock, such as ``2026-11-26 08:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def campaign(**fields: Any) -> Campaign:
    """A campaign in which agents look at each lead, with no rule but those that are named."""
    plain = {"mode": Mode.PREVIEW, "client": "acme", "attempts": AttemptRules(min_gap_s=0.0)}
    return Campaign(id="spring", queue="sales", **(plain | fields))


def lead(number: str = BELGRADE, *, kind: NumberKind = NumberKind.FIXED, **fields: Any) -> Lead:
    """A lead with one number."""
    return Lead(1, "spring", (LeadNumber(number, kind),), **fields)
