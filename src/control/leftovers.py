"""What callers leave behind, as values: requests to be called back, and voicemail messages."""

from __future__ import annotations

from msgspec import Struct


class Voicemail(Struct, frozen=True):
    """A message that a caller spoke. Its sound is a file of the voicemail folder, named ``<id>.wav``."""

    id: str
    box: str
    """An agent, or any other name that a route or a flow uses."""
    caller: str
    caller_name: str
    left_at: float
    """Seconds since the epoch."""
    seconds: float
    heard: bool = False


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
    at: float | None = None
    """Not to be called before; None: at its place in line."""
    attempts: int = 0
    """How often the number was dialled."""
    result: str = ""
    """What came of it last: ``answered``, ``busy``, ``no_answer`` or another cause of the switch; ``cancelled``,
    ``marked`` (somebody said that it is done)."""
