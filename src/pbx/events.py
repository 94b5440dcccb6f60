"""What the switch tells: past-tense frozen values, in the order in which they happened.

Times are ``at``: seconds since the epoch (float). Ids are opaque strings, unique over restarts.
"""

from __future__ import annotations

from msgspec import Struct

from pbx.wish import Wish


class Event(Struct, frozen=True, tag=True):
    """The root of all events."""

    at: float


class CallOffered(Event, frozen=True):
    """A call came in for a target that the switch does not serve itself; the listener owns it now.

    The switch has answered nothing yet. The owner answers, plays, originates, bridges, or rejects.
    """

    call: str
    leg: str
    """The caller's leg, or that of who was called or transferred and is brought here."""
    caller: str
    """The number of who is at that leg."""
    caller_name: str
    number: str
    """What was dialled."""
    target_kind: str
    """For instance ``queue`` or ``feature``."""
    target: str
    """For instance ``support``."""
    account: str | None
    """The extension that authenticated as the caller, if any."""
    language: str = ""
    """What the caller has been spoken to in; empty while nobody has."""
    wish: Wish | None = None


class CallStarted(Event, frozen=True):
    """A call exists (every call, also one the switch serves itself)."""

    call: str
    direction: str
    """``inbound`` (from outside or a phone) or ``outbound`` (originated here)."""
    caller: str
    caller_name: str
    number: str
    """What was dialled."""


class CallDirected(Event, frozen=True):
    """It was decided where a call goes (again, where it is redirected)."""

    call: str
    target_kind: str
    target: str


class CallForwarded(Event, frozen=True):
    """An extension's calls go elsewhere, and this one does; where it is directed to follows."""

    call: str
    extension: str
    """Whose call it was."""
    to: str
    """The number or target it goes to."""
    reason: str
    """As in RFC 5806: ``unconditional``, ``user-busy``, ``no-answer``, ``unavailable``, ``do-not-disturb`` or
    ``deflection`` (its phone said so)."""


class LegStarted(Event, frozen=True):
    """A leg of one of our own phones began: it called, or is called."""

    call: str
    leg: str
    extension: str


class LegRinging(Event, frozen=True):
    """The far phone of an originated leg rings (180 or 183)."""

    call: str
    leg: str


class EarlyMediaStarted(Event, frozen=True):
    """What an originated leg's far side plays before it answers is heard, by whoever waits or by who listens to it."""

    call: str
    leg: str


class LegAnswered(Event, frozen=True):
    """A leg, in or out, was answered; audio may flow."""

    call: str
    leg: str


class LegsBridged(Event, frozen=True):
    """Two legs hear each other from now on."""

    call: str
    leg: str
    other: str


class LegHeld(Event, frozen=True):
    """A leg keeps its partner waiting, or took it back: its phone said so, or ``commands.Hold``."""

    call: str
    leg: str
    held: bool


class TransferStarted(Event, frozen=True):
    """A leg gives its partner away; ``CallTransferred`` or ``TransferFailed`` tells the outcome."""

    call: str
    leg: str
    """The transferor's."""
    other: str
    """Its partner's, who stays in the call."""
    number: str
    """Where the partner is to go."""
    consulting: bool = False
    """Whether the transferor speaks there first."""


class CallTransferred(Event, frozen=True):
    """A transfer was made; the transferor's leg ends with cause ``transferred``, the call goes on."""

    call: str
    leg: str
    other: str
    to: str
    """The leg that the partner talks to now; empty where a service or a queue has it."""
    number: str


class TransferFailed(Event, frozen=True):
    """A transfer came to nothing; the transferor is connected again, if it is still there."""

    call: str
    leg: str
    other: str
    number: str
    status: int
    """The SIP status that says why; 487 where the partner hung up meanwhile."""


class CallsMerged(Event, frozen=True):
    """A call turned out to be part of another one: its legs are that one's now, and it has no record of its own."""

    call: str
    """The one that goes on."""
    gone: str


class CallParked(Event, frozen=True):
    """A party waits in a slot until somebody dials it."""

    call: str
    leg: str
    """The party's."""
    slot: str


class CallUnparked(Event, frozen=True):
    """A party has left its slot: it was fetched, has come back to who parked it, or hung up."""

    call: str
    leg: str
    slot: str


class PlayEnded(Event, frozen=True):
    """The last clip of a ``Play`` without ``loop`` was heard to its end."""

    call: str
    leg: str


class DigitReceived(Event, frozen=True):
    """A phone sent a digit: as a telephone-event (RFC 4733), as tones that somebody listens for, or by INFO."""

    call: str
    leg: str
    digit: str
    duration_ms: int = 0
    """How long its key was pressed."""


class FlowStepped(Event, frozen=True):
    """A call has passed one step of a flow."""

    call: str
    flow: str
    step: str
    outcome: str
    """What decided where it went on: digits, the name of a branch; empty where there is one way only."""


class CallbackAsked(Event, frozen=True):
    """A caller wants to be called back."""

    call: str
    queue: str
    number: str
    name: str


class VoicemailRecorded(Event, frozen=True):
    """A caller spoke a message; nobody knows yet whether it is worth keeping."""

    call: str
    box: str
    message: str
    """An id for it."""
    path: str
    """A WAV file: 8000 Hz, mono, 16 bits; absent where ``seconds`` is 0."""
    seconds: float
    caller: str
    caller_name: str


class VoicemailHeard(Event, frozen=True):
    """The owner of a box heard a message by phone."""

    message: str


class VoicemailDeleted(Event, frozen=True):
    """The owner of a box deleted a message by phone."""

    message: str


class LegEnded(Event, frozen=True):
    """A leg is over, or never came to be."""

    call: str
    leg: str
    cause: str
    """``normal``, ``busy``, ``declined``, ``no_answer``, ``cancelled``, ``unreachable``, ``failed``, ``drained``,
    ``transferred``, ``left`` (the others go on), ``picked_up``, ``forwarded`` (the phone sent whoever waits for it
    elsewhere), ``no_audio``; of a leg that went out by a trunk, or that ``commands.CallOut`` called, also
    ``not_in_service`` and ``congestion`` (``pbx.call.cause.of_network``)."""
    status: int
    """The SIP status that ended it, 0 where none did."""
    answered: bool


class AttemptRecord(Struct, frozen=True):
    """One phone, or way, that was tried for a leg and did not take it."""

    to: str
    """Its address, or the trunk's name."""
    status: int
    """What it answered; 487 where another one took the call or the caller gave up, 408 where it was silent."""


class DiversionRecord(Struct, frozen=True):
    """One step on which a call was sent elsewhere."""

    number: str
    """Whose call it was."""
    reason: str
    """As in ``CallForwarded``."""


class SupervisionStep(Struct, frozen=True):
    """What a supervisor did from one moment on."""

    at: float
    mode: str
    """``listen``, ``whisper``, ``barge`` or ``take_over``."""


class LegRecord(Struct, frozen=True):
    """One leg in a call's record."""

    leg: str
    direction: str
    """``in`` or ``out``, seen from the switch."""
    party: str
    started_at: float
    ringing_at: float | None
    answered_at: float | None
    ended_at: float
    cause: str
    status: int
    codec: str | None
    packets_received: int = 0
    packets_sent: int = 0
    packets_lost: int = 0
    jitter_ms: float = 0.0
    remote_lost: int = 0
    """What the far side's RTCP receiver reports say it lost of ours."""
    remote_jitter_ms: float = 0.0
    answered_by: str = ""
    """The address of the phone that answered an outgoing leg, or the trunk's name."""
    missed: tuple[AttemptRecord, ...] = ()
    """The others that were tried."""
    mos_mean: float | None = None
    """Of what it sent (ITU-T G.107); None where nothing was measured."""
    mos_worst: float | None = None
    """Of any five seconds."""
    remote_mos_mean: float | None = None
    """Of what it heard of us, by its RTCP."""
    remote_mos_worst: float | None = None
    round_trip_ms: float | None = None
    """The longest between us and it."""
    troubles: tuple[str, ...] = ()
    """``one_way``, ``dead_air`` ...: what was wrong with its audio at any time (``media_events``)."""
    supervised: tuple[SupervisionStep, ...] = ()
    """What it did as a supervisor; empty for the parties of the call."""


class CallEnded(Event, frozen=True):
    """A call is over and its legs' ports are closed; audio statistics are final."""

    call: str
    direction: str
    caller: str
    caller_name: str
    number: str
    target_kind: str
    target: str
    started_at: float
    answered_at: float | None
    ended_at: float
    cause: str
    ended_by: str
    """``caller``, ``callee`` or ``switch``."""
    legs: tuple[LegRecord, ...]
    diversions: tuple[DiversionRecord, ...] = ()
    """Who sent the call elsewhere, the first one first, those before it came here included."""
    trunk: str | None = None
    """The trunk that brought the call, or carried it on."""
    attestation: str | None = None
    """How far the caller's number is vouched for (RFC 8224)."""
    cost: float | None = None
    """What the trunk's rate made of it; None where nothing is charged."""


class NumberRouted(Event, frozen=True):
    """A dialled number was looked up in the numbering plan."""

    call: str
    number: str
    rule: str | None
    """The number or pattern that matched; None where none does."""
    target: str
    """Where it leads, ``kind:name``; empty where it leads nowhere."""
    passed_over: tuple[str, ...]
    """Other patterns that matched and were less specific, the closest first."""


class PhoneRegistered(Event, frozen=True):
    """An extension has at least one reachable contact now."""

    extension: str


class PhoneUnregistered(Event, frozen=True):
    """The last contact of an extension is gone (removed or expired)."""

    extension: str


class SourceBanned(Event, frozen=True):
    """A source's messages are dropped from now on; told again where an operator changes the ban."""

    source: str
    """An IPv4 address, or an IPv6 /64."""
    reason: str
    """``password``, ``challenges``, ``numbers``, ``malformed``, ``flood``, or what an operator wrote."""
    since: float
    until: float
    times: int
    """Which ban of this source it is, as far as is remembered."""
    by_operator: bool


class SourceReleased(Event, frozen=True):
    """A ban ran out or was lifted."""

    source: str
