"""A call detail record as a value: one finished call, as accounting and reports see it."""

from __future__ import annotations

from msgspec import Struct

from control.recording import RecordingMark
from pbx.events import DiversionRecord, LegRecord


class Cdr(Struct, frozen=True):
    """One finished call. Times are seconds since the epoch, durations are seconds."""

    id: str
    """The call's id."""
    direction: str
    """``inbound`` (from outside or a phone) or ``outbound`` (originated here)."""
    caller: str
    caller_name: str
    number: str
    """What was dialled."""
    target: str | None
    """Where the number led, e.g. ``queue:support``; None when it led nowhere."""
    queue: str | None
    agent: str | None
    """The last agent who spoke, or was asked to."""
    client: str | None
    """The client business on whose behalf the call was taken."""
    started_at: float
    answered_at: float | None
    connected_at: float | None
    """When caller and agent (or called party) first heard each other."""
    ended_at: float
    wait_s: float
    """From the call's start until it was connected, or ended."""
    talk_s: float
    """From ``connected_at`` to the end; 0 when nobody was connected."""
    duration_s: float
    disposition: str
    """``answered``, ``abandoned``, ``overflowed``, ``refused``, ``busy``, ``no_answer`` or ``failed``."""
    cause: str
    """Why it ended, in the switch's words (``events.LegEnded``)."""
    ended_by: str
    """``caller``, ``callee`` or ``switch``."""
    trunk: str | None = None
    """The trunk that brought the call, or carried it on."""
    attestation: str | None = None
    """How far the origin of the caller's number is vouched for (RFC 8224: ``A``, ``B`` or ``C``)."""
    cost: float | None = None
    """What the trunk's rate made of it, in the trunk's currency; None where nothing is charged."""
    mos_mean: float | None = None
    """The mean MOS of the leg that sounded worst, 1 to 4.5; None where nothing was measured."""
    mos_worst: float | None = None
    """Of the worst five seconds of any leg."""
    troubles: str | None = None
    """What was wrong with its audio at any time, e.g. ``one_way dead_air`` (``pbx.media_events``)."""
    legs: tuple[LegRecord, ...] = ()
    flow_path: str | None = None
    """The steps of flows it passed, in few words, e.g. ``menu 1 > support queue:support``."""
    recordings: tuple[RecordingMark, ...] = ()
    """What was recorded of it; each with the hash of its audio, once that is made."""
    diversions: tuple[DiversionRecord, ...] = ()
    """Who sent the call elsewhere, the first one first."""
