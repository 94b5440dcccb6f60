"""What callers leave behind, as values: requests to be called back, and voicemail messages."""

from __future__ import annotations

from msgspec import Struct


class CallbackRequest(Struct, frozen=True):
    """Somebody wants to be called back."""

    id: str
    """The id of the call in which it was asked for."""
    queue: str
    number: str
    name: str
    asked_at: float
    """Seconds since the epoch."""
    done: bool = False
