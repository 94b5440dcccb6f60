"""What the documents have in common: names, numbers, times, pages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints, WithJsonSchema

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?$")]
"""The name by which configuration is addressed: lower-case letters, digits, ``-`` and ``_``."""

DisplayName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=200)]
"""One line of text for people."""

Extension = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,15}$")]
"""A number inside the centre."""


OutsideNumber = Annotated[str, StringConstraints(pattern=r"^(?:\+?[0-9]{1,32})?$")]
"""A telephone number, or none."""


def to_iso(at: float) -> str:
    """Seconds since the epoch as UTC ISO 8601 with milliseconds: ``2025-03-01T09:30:00.250Z``."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[
    float,
    PlainSerializer(to_iso, return_type=str, when_used="always"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""Seconds since the epoch inside, UTC ISO 8601 with milliseconds on the wire."""


class Declared(BaseModel):
    """A document that a client sends: a field that is not known is an error, and so is one of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Shown(BaseModel):
    """A document that we send."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    next_cursor: str | None = Field(description="The `cursor` of the next page; null on the last one.")
