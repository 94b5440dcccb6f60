"""Call detail records on the wire."""

from __future__ import annotations

from pydantic import Field

from control.schemas.common import Instant, Shown
from control.schemas.quality import Trouble


class CdrAttempt(Shown):
    """A phone, or way, that was tried for a leg in vain."""

    to: str
    status: int


class CdrDiversion(Shown):
    """A step on which a call was sent elsewhere."""

    number: str
    reason: str


class CdrSupervision(Shown):
    """What a supervisor did from one moment on."""

    at: Instant
    mode: str = Field(description="`listen`, `whisper`, `barge` or `take_over`.")


class CdrLeg(Shown):
    """One leg of a finished call, with what RTCP said about its audio."""

    leg: str
    direction: str
    party: str
    started_at: Instant
    ringing_at: Instant | None
    answered_at: Instant | None
    ended_at: Instant
    cause: str
    status: int
    codec: str | None
    packets_received: int
    packets_sent: int
    packets_lost: int
    jitter_ms: float
    remote_lost: int
    remote_jitter_ms: float
    answered_by: str
    missed: list[CdrAttempt]
    supervised: list[CdrSupervision] = Field(description="What it did as a supervisor; empty for parties of the call.")
    mos_mean: float | None = Field(description="Of what the leg sent, by the E-model (ITU-T G.107), 1 to 4.5.")
    mos_worst: float | None = Field(description="Of its worst five seconds.")
    remote_mos_mean: float | None = Field(description="Of what it heard, where its RTCP told.")
    remote_mos_worst: float | None
    round_trip_ms: float | None = Field(description="The longest between the centre and the phone.")
    troubles: list[Trouble]


class CdrRecording(Shown):
    """A recording of a finished call."""

    id: str
    sha256: str = Field(description="Of its audio file; empty while that is being made.")


class CdrShown(Shown):
    """One finished call. Durations are seconds."""

    id: str
    direction: str
    caller: str
    caller_name: str
    number: str
    target: str | None
    queue: str | None
    agent: str | None
    client: str | None
    started_at: Instant
    answered_at: Instant | None
    connected_at: Instant | None
    ended_at: Instant
    wait_s: float
    talk_s: float
    duration_s: float
    disposition: str
    cause: str
    ended_by: str
    flow_path: str | None = Field(description="The steps of flows it passed, in few words.")
    trunk: str | None = None
    attestation: str | None = None
    cost: float | None = None
    mos_mean: float | None = Field(default=None, description="The mean MOS of the leg that sounded worst.")
    mos_worst: float | None = Field(default=None, description="The MOS of the worst five seconds of any leg.")
    troubles: str | None = Field(default=None, description="What was wrong with its audio at any time, in words.")
    recordings: list[CdrRecording]
    legs: list[CdrLeg]
    diversions: list[CdrDiversion]
