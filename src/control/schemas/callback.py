"""Requests to be called back, on the wire."""

from __future__ import annotations

from pydantic import Field

from control.schemas.common import Declared, Instant, Shown


class CallbackShown(Shown):
    """Somebody wants to be called back."""

    id: str = Field(description="The call in which it was asked for.")
    queue: str
    number: str
    name: str
    asked_at: Instant
    done: bool


class CallbackChanged(Declared):
    """What may be changed of it."""

    done: bool
