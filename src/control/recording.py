"""A recording as a value."""

from __future__ import annotations

from msgspec import Struct


class Recording(Struct, frozen=True):
    """One recording of a call: left the customer, right what the customer heard. Times are seconds since the epoch."""

    id: str
    call: str
    queue: str | None
    agent: str | None
    """The last agent who spoke."""
    client: str | None
    """The client business on whose behalf the call was taken."""
    caller: str
    number: str
    """What was dialled."""
    direction: str
    started_at: float
    seconds: float = 0.0
    format: str = "wav"
    """``opus`` (Ogg Opus) or ``wav`` (G.711)."""
    file: str = ""
    """Where it is, below the folder of recordings."""
    octets: int = 0
    """Of its audio file, in the clear."""
    sha256: str = ""
    """Of the same, hexadecimal."""
    key_id: str | None = None
    """Which key it is sealed with at rest; None for none."""
    interrupted: bool = False
    """Whether the program, or a part of it, died while it was made."""
    expires_at: float | None = None
    """When it is deleted; None for never."""
    held: bool = False
    """Legal hold: whatever its time, it is not deleted."""
    hold_reason: str = ""
    deleted_at: float | None = None
    """When its audio was deleted: what is said of it here stays."""


class RecordingMark(Struct, frozen=True):
    """A recording in its call's record."""

    id: str
    sha256: str
    """Of its audio file; empty while that is being made."""
