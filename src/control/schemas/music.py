"""Music classes on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from control.schemas.common import Declared, DisplayName, Shown, Slug
from pbx.routing.flow.text import CLIP_NAME

Track = Annotated[str, StringConstraints(pattern=CLIP_NAME, min_length=1, max_length=129)]


class MusicDeclared(Declared):
    """What the callers of some queues hear while they wait."""

    name: DisplayName | None = Field(default=None, description="The id, where none is given.")
    tracks: Annotated[list[Track], Field(min_length=1, max_length=200)] = Field(
        description="Recordings without a language: those at `/prompts/zxx/`."
    )
    order: Literal["listed", "shuffled"] = Field(
        default="listed", description="`shuffled` gives each caller an order of its own."
    )
    client: Slug | None = Field(default=None, description="The client whose recordings go before the house's.")


class MusicShown(Shown):
    """A music class."""

    id: Slug
    name: str
    tracks: list[str]
    order: Literal["listed", "shuffled"]
    client: str | None
