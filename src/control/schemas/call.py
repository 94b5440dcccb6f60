"""Live calls on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from control.schemas.common import Declared, Instant, Shown, Slug

CallState = Literal["starting", "waiting", "ringing", "talking", "held", "playing", "ending"]


class LiveCall(Shown):
    """A call in progress."""

    id: str
    direction: Literal["inbound", "outbound"]
    caller: str
    caller_name: str
    number: str = Field(description="What was dialled.")
    target: str | None = Field(description="Where the number leads, e.g. `queue:support`.")
    queue: str | None = None
    agent: str | None = None
    state: CallState = Field(description="`playing` is an echo or music; `waiting` is in a queue.")
    since: Instant = Field(description="When the state began.")
    started_at: Instant
    answered_at: Instant | None = None


class CallAsked(Declared):
    """A call to be made on an agent's behalf."""

    from_: Slug = Field(alias="from", description="The agent whose phone rings first.")
    to: Annotated[str, StringConstraints(pattern=r"^\+?[0-9*#]{1,32}$")] = Field(description="The number to dial then.")


class CallMade(Shown):
    """A call that was begun."""

    id: str


class SideAsked(Declared):
    """Whose side of a call acts."""

    agent: Slug | None = Field(default=None, description="The agent; without one it is who spoke last.")
