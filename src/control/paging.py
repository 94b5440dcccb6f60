"""Cursors: where the next page of a list begins, as an opaque text."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec
from fastapi import Query

from control.errors import Invalid

Position = TypeVar("Position")
Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
Cursor = Annotated[
    str | None, Query(max_length=400, description="The `next_cursor` of the page before; none for the first page.")
]


def write_cursor(position: object) -> str:
    """The text for a position: an id, or a Struct of plain values."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def read_cursor(cursor: str, kind: type[Position]) -> Position:
    """The position in a text that ``write_cursor`` made. Raises Invalid."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type=kind)
    except (UnicodeEncodeError, binascii.Error, msgspec.DecodeError) as error:
        raise Invalid("this is not a cursor that a page gave", field="cursor") from error


def cut(found: Sequence[Item], limit: int, position: Callable[[Item], object]) -> tuple[Sequence[Item], str | None]:
    """Of ``limit + 1`` items asked for: the page, and the cursor of the next one if there is one."""
    if len(found) <= limit:
        return found, None
    page = found[:limit]
    return page, write_cursor(position(page[-1]))
