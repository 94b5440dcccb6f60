"""Do-not-call lists on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from control.schemas.ban import Time
from control.schemas.common import Declared, DisplayName, Instant, Shown
from dialer.compliance.book import Scope


def _with_plus(number: object) -> object:
    return f"+{number}" if isinstance(number, int) else number


Number = Annotated[str, BeforeValidator(_with_plus), WithJsonSchema({"type": "string"})]
"""E.164; its digits as an integer inside."""


class DncDeclared(Declared):
    """A wish not to be called."""

    source: DisplayName = Field(default="api", description="Who or what asked for it.")
    expires_at: Time | None = Field(default=None, description="Until when it holds; for good where it is not given.")


class DncEntryShown(Shown):
    """A number that must not be called, and for whom."""

    number: Number = Field(description="E.164.")
    scope: Scope = Field(description="`own`: nobody may call it.")
    owner: str = Field(description="The client or campaign.")
    source: str
    added_at: Instant
    expires_at: Instant | None


class DncChangeShown(Shown):
    """Something that was done to a number's entries."""

    revision: int = Field(description="Which change it was of all; the ledger names it in the version of the lists.")
    at: Instant
    scope: Scope
    owner: str
    added: bool = Field(description="Whether it was put on the list, or taken off.")
    source: str
    expires_at: Instant | None


class DncListShown(Shown):
    """An imported list, as it was imported last."""

    name: str
    scope: Literal["national", "own", "client", "campaign"] = Field(
        description="`national`: it binds whom the rules of a region say."
    )
    owner: str
    digest: str = Field(description="Names its content; the ledger has it in the version of the lists.")
    taken_at: Instant = Field(description="When its keeper gave it out.")
    imported_at: Instant
    numbers: int


class DncNumberShown(Shown):
    """All that is known of a number."""

    number: str = Field(description="E.164.")
    entries: list[DncEntryShown]
    lists: list[DncListShown] = Field(description="The imported lists that have it.")
    history: list[DncChangeShown]


class DncProgressShown(Shown):
    """How far an import is."""

    name: str
    octets: int
    lines: int


class DncListsShown(Shown):
    """All imported lists, and those that are being imported."""

    items: list[DncListShown]
    importing: list[DncProgressShown]
    version: str = Field(description="Of all lists together, as the ledger has it.")


class DncRefusalShown(Shown):
    """A line of a file that holds no number."""

    line: int
    text: str
    why: str


class DncImportShown(Shown):
    """What came of an import."""

    imported: DncListShown
    lines: int
    refused: int = Field(description="Lines that hold no number.")
    refusals: list[DncRefusalShown] = Field(description="The first of them.")
