"""What the rules look up and cannot know by themselves: who must not be called, and who was called already."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol


class Scope(StrEnum):
    """For whom a number must not be called."""

    __hash__ = str.__hash__

    OWN = "own"
    """For anybody: the centre's own list."""
    CLIENT = "client"
    CAMPAIGN = "campaign"


class ImportedList(Protocol):
    """A list that somebody else keeps, such as a national do-not-call registry, as of one day."""

    @property
    def taken_at(self) -> float:
        """When its keeper gave it out, seconds since the epoch."""

    def __contains__(self, number: str) -> bool:
        """Whether a number, E.164 with its plus, is on it."""


class Book(Protocol):
    """Lists and the calls of the last days, at hand without waiting; an answer costs the same however long they are."""

    @property
    def version(self) -> str:
        """Names the state of all lists; it changes with every change of one."""

    def forbids(self, number: str, scope: Scope, owner: str, now: float) -> bool:
        """Whether a number is on the list of a client or campaign (``owner``), or on the centre's own (owner "")."""

    def imported(self, list: str) -> ImportedList | None:
        """An imported list by its name; None where there is none."""

    def calls(self, client: str, number: str) -> Sequence[float]:
        """When a number was called on behalf of a client within the last seven days, the first call first."""
