"""A call's SIP ladder on the wire."""

from __future__ import annotations

from pydantic import Field

from control.schemas.common import Instant, Shown


class LadderStep(Shown):
    """One SIP message."""

    at: Instant
    offset_ms: float = Field(description="Milliseconds since the first message.")
    leg: str
    transport: str
    source: str = Field(description="`host:port`, or `centrala`.")
    destination: str
    method: str = Field(description="Of a response, the method that it answers.")
    status: int | None = Field(description="Null for a request.")
    summary: str
    has_sdp: bool
    repeated: bool = Field(description="A retransmission: the same bytes went the same way before.")
    text: str = Field(description="The whole message; digest responses and media keys are blanked.")


class Ladder(Shown):
    """The SIP messages of a call, in the order of time."""

    call: str
    steps: list[LadderStep]
