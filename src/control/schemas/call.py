"""Live calls on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from control.schemas.common import Declared, Instant, Shown, Slug
from control.schemas.quality import LegTrouble
from pbx.supervision import Mode

Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9*#]{1,32}$")]
"""What a phone could dial."""

CallState = Literal[
    "starting", "waiting", "ringing", "talking", "held", "transferring", "consulting", "conference", "parked",
    "playing", "ending",
]  # fmt: skip


class SupervisorShown(Shown):
    """A supervisor who is with a call."""

    agent: str
    mode: Mode = Field(description="`listen`: heard by nobody; `whisper`: by the agent; `barge`: by all.")
    since: Instant


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
    state: CallState = Field(
        description="`playing` is an echo or music; `waiting` is in a queue; in `consulting` the agent"
        " speaks with the party to whom the call may go, in `conference` all three talk."
    )
    since: Instant = Field(description="When the state began.")
    started_at: Instant
    answered_at: Instant | None = None
    slot: str | None = Field(default=None, description="Where it is parked; dialling that takes it out.")
    troubles: list[LegTrouble] = Field(default_factory=list, description="What is wrong with its audio now.")
    supervisors: list[SupervisorShown] = Field(default_factory=list)
    recording: Literal["on", "paused"] | None = Field(default=None, description="Whether it is recorded.")


class CallAsked(Declared):
    """A call to be made on an agent's behalf."""

    from_: Slug = Field(alias="from", description="The agent whose phone rings first.")
    to: Number = Field(description="The number to dial then.")


class CallMade(Shown):
    """A call that was begun."""

    id: str


class SideAsked(Declared):
    """Whose side of a call acts."""

    agent: Slug | None = Field(default=None, description="The agent; without one it is who spoke last.")


class TransferAsked(SideAsked):
    """Where a call is to go, and whether the agent speaks there first."""

    to: Number = Field(description="The number; a queue's makes the call wait there anew.")
    mode: Literal["blind", "attended"] = "blind"


class PartyAsked(SideAsked):
    """Whom to add to a call."""

    to: Number


class SupervisionAsked(Declared):
    """Who is to be with a call, and with whom."""

    supervisor: Slug = Field(description="An agent, by id or extension; the phone rings, unless it is with the call.")
    agent: Slug | None = Field(
        default=None, description="Whom to whisper to or take over from, by id or extension; else who spoke last."
    )


class RecordAsked(Declared):
    """What is to become of a call's recording."""

    action: Literal["start", "stop", "pause", "resume"] = "start"


class ParkAsked(SideAsked):
    """Where to park a call."""

    slot: Annotated[str, StringConstraints(pattern=r"^70(0[1-9]|1[0-9]|20)$")] | None = Field(
        default=None, description="The slot, 7001 to 7020; any that is free without one."
    )


class Slot(Shown):
    """Where a call is parked."""

    slot: str


class PriorityAsked(Declared):
    """Another place in line."""

    priority: Annotated[int, Field(ge=-1000, le=1000)]
