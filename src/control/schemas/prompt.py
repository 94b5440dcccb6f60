"""Recordings on the wire: their audio is the body itself, what is known of it a document."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from control.prompt_files import CLIENT, LANGUAGE, NAME, PromptFile
from control.schemas.common import Instant, Shown

Language = Annotated[str, StringConstraints(pattern=f"^{LANGUAGE.pattern}$", max_length=16)]
PromptId = Annotated[str, StringConstraints(pattern=f"^{NAME.pattern}$", max_length=64)]
Client = Annotated[str, StringConstraints(pattern=f"^{CLIENT.pattern}$", max_length=64)]


class PromptShown(Shown):
    """A recording; its sound is at `/prompts/{language}/{id}/audio`."""

    language: str
    id: str
    client: str | None = Field(description="The client business whose own it is; null is the house's.")
    clip: str = Field(description="The name that flows and queues use.")
    duration_s: float
    octets: int = Field(description="Of the sound as it is played: 8000 Hz, mono, 16 bits.")
    changed_at: Instant

    @classmethod
    def of(cls, file: PromptFile) -> PromptShown:
        """As it is shown."""
        return cls(
            language=file.prompt.language,
            id=file.prompt.id,
            client=file.prompt.client or None,
            clip=file.prompt.clip,
            duration_s=round(file.duration_s, 3),
            octets=file.octets,
            changed_at=file.changed_at,
        )
