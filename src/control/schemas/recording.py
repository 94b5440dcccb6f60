"""Recordings on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from control.recording import Recording
from control.schemas.common import Declared, Instant, Shown


class RecordingShown(Shown):
    """A recording of a call: left the customer, right what the customer heard. Its sound is at `.../audio`."""

    id: str
    call: str
    queue: str | None
    agent: str | None
    client: str | None
    caller: str
    number: str
    direction: str
    started_at: Instant
    seconds: float
    format: Literal["opus", "wav"]
    octets: int
    sha256: str = Field(description="Of the audio file, as `.../audio` gives it.")
    encrypted: bool
    interrupted: bool = Field(description="Whether the program died while it was made: its end may be missing.")
    expires_at: Instant | None = Field(description="When it is deleted; null for never.")
    held: bool
    hold_reason: str

    @classmethod
    def of(cls, recording: Recording) -> RecordingShown:
        """A recording as a document."""
        fields = {name: getattr(recording, name) for name in cls.model_fields if name != "encrypted"}
        return cls.model_validate(fields | {"encrypted": recording.key_id is not None})


class HoldDeclared(Declared):
    """Legal hold: while it lasts the recording is not deleted, neither by its time nor by anybody."""

    held: bool
    reason: Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""


class Verified(Shown):
    """Whether the audio is what it was when it was kept."""

    id: str
    sha256: str = Field(description="What it has to be.")
    intact: bool


class AudioLink(Shown):
    """A link to the sound that works without a key."""

    url: str
    until: Instant
