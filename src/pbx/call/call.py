"""A call and its legs: what they are, how far they are, and the record they leave.

A leg is one phone's part in a call:

    OFFERED (it called us) ----+
    CALLING (we call it) ------+--> ANSWERED --> ENDED
       +--> RINGING -----------+
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TypeAlias

from pbx.call.attempt import Search
from pbx.call.attendant import Attendant
from pbx.call.audio import LegAudio
from pbx.call.breadth import MAX_BREADTH
from pbx.call.cause import GONE_ON
from pbx.call.charge import Charge
from pbx.call.dialling import Dialling
from pbx.call.sound import LegSound
from pbx.call.supervising import Supervising
from pbx.events import AttemptRecord, CallEnded, DiversionRecord, LegRecord, SupervisionStep
from pbx.plane.protocol import MediaStats
from pbx.routing.diversion import Diversion
from pbx.routing.handling import Handling
from pbx.routing.numbering import Target
from pbx.sip.session import Session

Report: TypeAlias = Callable[[int, str, float], None]
"""Hears how a transfer does: ``(status, reason, now)``, the last status a final one (RFC 3515 section 2.4.5)."""


class LegState(Enum):
    """How far a leg is."""

    OFFERED = auto()
    CALLING = auto()
    RINGING = auto()
    ANSWERED = auto()
    ENDED = auto()


class Leg:
    """One leg; times are seconds since the epoch."""

    __slots__ = (
        "account",
        "answered_at",
        "attendant",
        "audio",
        "call",
        "cause",
        "charge",
        "dialling",
        "ended_at",
        "handling",
        "heard_early",
        "held",
        "hold_asked",
        "id",
        "incoming",
        "label",
        "listened_to",
        "missed",
        "move",
        "on_answer",
        "parting",
        "partner",
        "party",
        "recording",
        "recording_paused",
        "ringing_at",
        "search",
        "session",
        "shown",
        "sound",
        "started_at",
        "state",
        "stats",
        "status",
        "supervised",
        "supervising",
    )

    def __init__(self, call: Call, leg_id: str, party: str, audio: LegAudio, now: float, *, incoming: bool) -> None:
        self.call = call
        self.id = leg_id
        self.party = party
        """The number at the far end."""
        self.audio = audio
        self.incoming = incoming
        self.session: Session | None = None
        """Its session; an outgoing leg has one from its answer on."""
        self.search: Search | None = None
        """Who is being tried, while an outgoing leg is not answered."""
        self.label = ""
        """Which of those who were tried answered."""
        self.missed: tuple[AttemptRecord, ...] = ()
        """Those who were tried in vain."""
        self.state = LegState.OFFERED if incoming else LegState.CALLING
        self.partner: Leg | None = None
        """The leg it talks to, or is to talk to once both are answered."""
        self.on_answer: str | None = None
        """The number to take the leg to once it is answered (a call placed from here)."""
        self.handling: Handling | None = None
        """What its extension wants done with whoever waits for it, if its phones do not answer."""
        self.attendant: Attendant | None = None
        """Who listens to what the leg presses and says: a flow, a mailbox; None for most."""
        self.dialling: Dialling | None = None
        """What is sent to it by INFO."""
        self.held = False
        """Whether it keeps its partner waiting, by its phone's wish or by ours."""
        self.hold_asked = False
        """Whether that was asked for from here."""
        self.account: str | None = None
        """The extension of ours whose phone it is; None for a guest's, or a trunk's."""
        self.move: Move | None = None
        """The transfer that it takes part in, as the one who gives or is given away."""
        self.parting = False
        """Whether it has given its part in the call away: the call goes on without it."""
        self.shown = False
        """Whether its dialog was shown to those who watch the phone, so that they may take the call while it rings."""
        self.listened_to = False
        """Whether what it sends is told (``call.listening``)."""
        self.heard_early = False
        """Whether what is told was sent before it answered."""
        self.recording = ""
        """The id of its recording, while it is recorded."""
        self.recording_paused = False
        self.charge: Charge | None = None
        """The books of the trunk that the leg goes over."""
        self.supervising: Supervising | None = None
        """Its part as a supervisor; None for the parties of a call."""
        self.supervised: tuple[SupervisionStep, ...] = ()
        """What it did as one."""
        self.started_at = now
        self.ringing_at: float | None = None
        self.answered_at: float | None = None
        self.ended_at: float | None = None
        self.cause = ""
        self.status = 0
        self.stats: MediaStats | None = None
        self.sound = LegSound()
        """How it has sounded so far."""

    @property
    def answered(self) -> bool:
        """Whether it is answered and not over."""
        return self.state is LegState.ANSWERED

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state is LegState.ENDED

    def dismiss(self, now: float) -> None:
        """Let go of who attends to it: it is over, or goes elsewhere."""
        attendant, self.attendant = self.attendant, None
        if attendant is not None:
            attendant.dismissed(now)

    @property
    def bridged(self) -> bool:
        """Whether it talks to its partner now."""
        return self.answered and self.partner is not None and self.partner.answered

    def record(self) -> LegRecord:
        """What goes into the call's record."""
        stats, sound = self.stats, self.sound
        times = (self.started_at, self.ringing_at, self.answered_at, self.ended_at or self.started_at)
        direction = "in" if self.incoming else "out"
        head = (self.id, direction, self.party, *times, self.cause, self.status, self.audio.codec)
        if stats is None:
            return LegRecord(*head, answered_by=self.label, missed=self.missed, supervised=self.supervised)
        return LegRecord(
            *head,
            packets_received=stats.packets_received,
            packets_sent=stats.packets_sent,
            packets_lost=stats.packets_lost,
            jitter_ms=stats.jitter_ms,
            remote_lost=stats.remote_lost,
            remote_jitter_ms=stats.remote_jitter_ms,
            answered_by=self.label,
            missed=self.missed,
            mos_mean=sound.score.mean,
            mos_worst=sound.score.worst,
            remote_mos_mean=sound.remote_score.mean,
            remote_mos_worst=sound.remote_score.worst,
            round_trip_ms=sound.round_trip_ms,
            troubles=sound.troubles,
            supervised=self.supervised,
        )


class Move:
    """A transfer under way; the transferor's leg and its partner hold it."""

    __slots__ = ("before", "by", "consulting", "joins", "number", "report", "staying", "word")

    def __init__(self, by: Leg, staying: Leg, number: str, report: Report) -> None:
        self.by = by
        """Whose partner is given away; it may be over before the move is."""
        self.staying = staying
        """Who is given away."""
        self.number = number
        self.report = report
        self.before = staying.call.target
        """Where the call had led."""
        self.consulting = False
        self.joins = False
        """Whether all three are to talk once the party that is consulted answers."""
        self.word = "OK"
        """What the report says of success."""
        by.move = staying.move = self
        by.parting = True

    def dissolve(self) -> None:
        """It is over."""
        self.by.move = self.staying.move = None


class Call:
    """One call, from its first leg's beginning to the last figure of its audio."""

    __slots__ = (
        "account",
        "asserted",
        "attestation",
        "caller",
        "caller_id",
        "caller_name",
        "closing",
        "cost",
        "direction",
        "diversions",
        "ended_by",
        "flows",
        "forwarded_by",
        "id",
        "legs",
        "max_breadth",
        "max_forwards",
        "music",
        "number",
        "outward",
        "party_name",
        "private",
        "spoken",
        "started_at",
        "target",
        "trunk",
        "wanted",
    )

    def __init__(self, call_id: str, direction: str, caller: str, caller_name: str, number: str, now: float) -> None:
        self.id = call_id
        self.direction = direction
        self.caller = caller
        self.caller_name = caller_name
        self.number = number
        self.wanted = number
        """The number to reach now: what was dialled, or what the call was forwarded to."""
        self.account: str | None = None
        """The extension that authenticated as the caller."""
        self.spoken = ""
        """What the caller has been spoken to in; empty while nobody has."""
        self.music: tuple[str, ...] = ("music",)
        """What those of its parties hear who are kept waiting."""
        self.flows = 0
        """How many times it has entered a flow."""
        self.asserted = False
        """Whether the caller's number is proven: by a password, or by a peer that we trust."""
        self.private = False
        """Whether the caller asked not to be shown (RFC 3323)."""
        self.caller_id = ""
        """The number that it shows outside in place of the caller's own, by trunks that may show it."""
        self.outward = False
        """Whether it began by calling its first leg (``commands.CallOut``); the caller is nobody's leg then."""
        self.party_name = ""
        """The name of who was called so."""
        self.diversions: tuple[Diversion, ...] = ()
        """Who sent the call elsewhere so far, the first one first."""
        self.forwarded_by: str | None = None
        """The extension that forwarded or transferred it last; '' where that was nobody of ours."""
        self.trunk: str | None = None
        """The trunk that brought the call, or carries it on."""
        self.attestation: str | None = None
        """How far the caller's number is vouched for (RFC 8224: ``A``, ``B`` or ``C``)."""
        self.cost: float | None = None
        """What trunks have charged so far; None where nothing is charged."""
        self.target = Target("none")
        self.started_at = now
        self.legs: dict[str, Leg] = {}
        self.max_forwards = 70
        """What an INVITE on behalf of this call may still pass (RFC 3261 section 20.22)."""
        self.max_breadth = MAX_BREADTH
        """How many branches it may have at once, wherever it is forked (RFC 5393 section 5)."""
        self.ended_by = ""
        self.closing: set[str] = set()
        """Legs whose audio figures are still awaited."""

    @property
    def language(self) -> str:
        """What the caller is spoken to in."""
        return self.spoken or "en"

    @property
    def first(self) -> Leg:
        """The leg that the call began with."""
        return next(iter(self.legs.values()))

    def party(self, leg: Leg) -> tuple[str, str]:
        """Number and name of who is at a leg, as others are shown them."""
        if leg is not self.first:
            return leg.party, ""
        return (leg.party, self.party_name) if self.outward else (self.caller, self.caller_name)

    def side(self, leg: Leg) -> str:
        """Whose leg it is: the ``caller``'s or a ``callee``'s."""
        return "caller" if leg is self.first and not self.outward else "callee"

    @property
    def authority(self) -> str | None:
        """On whose behalf it goes where it goes now: whoever sent it on last, else its caller; None is a stranger."""
        return (self.account if self.forwarded_by is None else self.forwarded_by) or None

    def send_on(self, by: str | None, number: str) -> None:
        """Note that an extension of ours (None: a stranger) sends it on to a number."""
        self.forwarded_by, self.wanted = by or "", number

    def led_on(self, by: str) -> None:
        """Note that it goes where somebody configured that such calls go, who answers for that from now on, unless an
        extension does already; nobody does for a guest's, which is not to cost anything."""
        if self.trunk or self.account:
            self.forwarded_by = self.forwarded_by or by

    @property
    def live_legs(self) -> list[Leg]:
        """Those not over."""
        return [leg for leg in self.legs.values() if not leg.over]

    @property
    def talking(self) -> list[Leg]:
        """Those who are connected with somebody, the first to come first: two, or more in a conference."""
        return [leg for leg in self.legs.values() if leg.bridged]

    @property
    def supervisors(self) -> list[Leg]:
        """The legs of those who supervise it now."""
        return [leg for leg in self.legs.values() if leg.answered and leg.supervising is not None]

    @property
    def over(self) -> bool:
        """Whether every leg has ended and told its figures."""
        return not self.closing and all(leg.over for leg in self.legs.values())

    def record(self) -> CallEnded:
        """The call's record; to be asked once it is over."""
        first = self.first
        ended_at = max(leg.ended_at or leg.started_at for leg in self.legs.values())
        return CallEnded(
            at=ended_at,
            call=self.id,
            direction=self.direction,
            caller=self.caller,
            caller_name=self.caller_name,
            number=self.number,
            target_kind=self.target.kind,
            target=self.target.name,
            started_at=self.started_at,
            answered_at=first.answered_at,
            ended_at=ended_at,
            cause=self._cause(),
            ended_by=self.ended_by or "switch",
            legs=tuple(leg.record() for leg in self.legs.values()),
            diversions=tuple(DiversionRecord(step.number, step.reason) for step in self.diversions),
            trunk=self.trunk,
            attestation=self.attestation,
            cost=self.cost,
        )

    def _cause(self) -> str:
        """Why it ended: as its first leg says, or the one that lasted longest where the first gave its part away."""
        if self.first.cause not in GONE_ON:
            return self.first.cause
        return max(self.legs.values(), key=lambda leg: leg.ended_at or 0.0).cause
