"""A leg: one phone's part in a call.

OFFERED (it called us) ----+
CALLING (we call it) ------+--> ANSWERED --> ENDED
   +--> RINGING -----------+
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from pbx.call.audio import LegAudio
from pbx.events import LegRecord
from pbx.plane.protocol import MediaStats
from pbx.sip.session import Session

if TYPE_CHECKING:
    from pbx.call.call import Call


class LegState(Enum):
    """How far a leg is."""

    OFFERED = auto()
    CALLING = auto()
    RINGING = auto()
    ANSWERED = auto()
    ENDED = auto()


class Leg:
    """One leg; times are seconds since the epoch."""

    __slots__ = ("answered_at", "audio", "call", "cause", "ended_at", "held", "id", "incoming", "on_answer", "partner",
                 "party", "ringing_at", "session", "started_at", "state", "stats", "status")  # fmt: skip

    def __init__(self, call: Call, leg_id: str, party: str, audio: LegAudio, now: float, *, incoming: bool) -> None:
        self.call = call
        self.id = leg_id
        self.party = party
        """The number at the far end."""
        self.audio = audio
        self.incoming = incoming
        self.session: Session | None = None
        self.state = LegState.OFFERED if incoming else LegState.CALLING
        self.partner: Leg | None = None
        """The leg it talks to, or is to talk to once both are answered."""
        self.on_answer: str | None = None
        """The number to take the leg to once it is answered (a call placed from here)."""
        self.held = False
        self.started_at = now
        self.ringing_at: float | None = None
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.cause = ""
        self.status = 0
        self.stats: MediaStats | None = None

    @property
    def answered(self) -> bool:
        """Whether it is answered and not over."""
        return self.state is LegState.ANSWERED

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state is LegState.ENDED

    @property
    def bridged(self) -> bool:
        """Whether it talks to its partner now."""
        return self.answered and self.partner is not None and self.partner.answered

    def record(self) -> LegRecord:
        """What goes into the call's record."""
        stats = self.stats
        times = (self.started_at, self.ringing_at, self.answered_at, self.ended_at or self.started_at)
        direction = "in" if self.incoming else "out"
        head = (self.id, direction, self.party, *times, self.cause, self.status, self.audio.codec)
        if stats is None:
            return LegRecord(*head)
        return LegRecord(
            *head,
            packets_received=stats.packets_received,
            packets_sent=stats.packets_sent,
            packets_lost=stats.packets_lost,
            jitter_ms=stats.jitter_ms,
            remote_lost=stats.remote_lost,
            remote_jitter_ms=stats.remote_jitter_ms,
        )
