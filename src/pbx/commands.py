"""What others may ask of the switch.

Commands are imperative, frozen values. A command that names a call or a leg that no longer exists is
ignored: the event that ended it is already on its way. Whoever owns a call (see ``events.CallOffered``)
steers it with these alone.
"""

from __future__ import annotations

from msgspec import Struct

from pbx.supervision import Mode
from pbx.wish import Wish


class Command(Struct, frozen=True, tag=True):
    """The root of all commands."""


class Answer(Command, frozen=True):
    """Answer an incoming leg (200 with our SDP); its audio starts."""

    leg: str


class Reject(Command, frozen=True):
    """Refuse an incoming leg that was not answered yet, with a final status (400-699)."""

    leg: str
    status: int
    reason: str = ""


class Play(Command, frozen=True):
    """Play clips to a leg, in order; the last one again and again when ``loop`` is set.

    A clip is a name the media plane knows, such as ``greeting`` or ``music``, or the path of a WAV file.
    """

    leg: str
    clips: tuple[str, ...]
    loop: bool = False
    from_s: float = 0.0
    """Where in the first clip to begin, as if it had been repeated for so long."""


class SendDigits(Command, frozen=True):
    """Press keys for an answered leg, in the way that it has digits: as telephone-events, as tones or by INFO."""

    leg: str
    digits: str
    """``0``-``9``, ``*``, ``#``, ``A``-``D``; ``w`` and ``W`` are pauses of half a second and of one."""
    duration_ms: int = 160
    """How long each key is pressed."""


class ListenFor(Command, frozen=True):
    """Listen to what a leg sends: ``sound_events`` tell speech, pauses and tones, until ``StopListening``.

    One that is not answered yet is listened to from its early media on, if that has not begun, and anew from its
    answer on.
    """

    leg: str


class StopListening(Command, frozen=True):
    """Listen to a leg no more."""

    leg: str


class Originate(Command, frozen=True):
    """Call a phone on behalf of a call: a new outgoing leg within it."""

    call: str
    leg: str
    """The new leg's id, chosen by the asker."""
    to: str
    """An extension with a registered phone, e.g. ``1001``."""
    caller: str
    """The number shown to the phone that rings."""
    caller_name: str = ""
    ring_timeout_s: float = 60.0
    """Seconds of ringing after which the leg is cancelled and ends with cause ``no_answer``."""
    auto_answer: bool = False
    """Whether the phone is asked to answer by itself; one that does not know how rings."""


class Bridge(Command, frozen=True):
    """Connect the audio of two answered legs; hang-up of one then ends the other."""

    leg: str
    other: str


class Hold(Command, frozen=True):
    """Let a leg keep its partner waiting, as if its phone had asked: the partner hears music."""

    leg: str


class Resume(Command, frozen=True):
    """Take the partner back from such a hold; a hold of the phone's own stays with the phone."""

    leg: str


class Transfer(Command, frozen=True):
    """Take a leg's partner to a number; the leg ends once somebody answers there, and is connected again if not."""

    leg: str
    number: str


class Consult(Command, frozen=True):
    """Ring a number for a leg that wants to give its partner away, who hears music meanwhile."""

    leg: str
    number: str


class CompleteTransfer(Command, frozen=True):
    """Leave the partner and the party that was consulted to each other."""

    leg: str


class CancelTransfer(Command, frozen=True):
    """Come back to the partner; whoever was rung or consulted is let go."""

    leg: str


class JoinConsulted(Command, frozen=True):
    """Let partner, consulted party and the leg that consults talk, all three."""

    leg: str


class AddParty(Command, frozen=True):
    """Ring a number for a leg, whose partner hears music meanwhile, and let all three talk once somebody answers."""

    leg: str
    number: str


class Supervise(Command, frozen=True):
    """Let a leg that called for it supervise the call of an agent's leg."""

    leg: str
    agent: str
    """The agent's leg."""
    mode: Mode
    tone: bool = False
    """Whether the agent hears that she is supervised."""


class RingSupervisor(Command, frozen=True):
    """Ring a supervisor's phone, to supervise the call of an agent's leg when it answers."""

    leg: str
    """The new leg's id, chosen by the asker."""
    to: str
    """The supervisor's extension."""
    agent: str
    mode: Mode
    tone: bool = False


class ChangeSupervision(Command, frozen=True):
    """Let a supervisor's leg do something else."""

    leg: str
    mode: Mode


class MuteMember(Command, frozen=True):
    """Let nobody hear a member of a conference room, or all again."""

    leg: str
    muted: bool


class LockConference(Command, frozen=True):
    """Keep newcomers out of a conference room while somebody is in it, or let them in again."""

    room: str
    locked: bool


class Park(Command, frozen=True):
    """Park a leg's partner; the leg ends."""

    leg: str
    slot: str = ""
    """The slot's number; empty for any that is free."""


class PlaceCall(Command, frozen=True):
    """Start a call from here: ring a phone and, once it answers, take it where a number leads."""

    call: str
    """The new call's id, chosen by the asker."""
    leg: str
    to: str
    """The extension to ring first."""
    number: str
    """What it is then connected to, as if the phone had dialled it; until then it is shown as who calls."""
    caller_name: str = ""
    """Shown to the phone that rings first."""
    ring_timeout_s: float = 60.0
    waits: bool = False
    """Whether the phone, once it answers, waits for ``Dial``."""
    caller_id: str = ""
    """The number shown to whom it is connected to outside, by trunks that may show it; empty: as for any call."""


class Dial(Command, frozen=True):
    """Take a leg that answered where a number leads, as if its phone had dialled it."""

    leg: str
    number: str
    caller_id: str = ""
    """As in ``PlaceCall``; empty leaves what that said."""
    by: str = ""
    """Who wrote the number down and answers for the call, e.g. ``queue:support``; empty: whoever has it dialled."""


class CallOut(Command, frozen=True):
    """Start a call from here whose first leg is the party that is called; nobody else is on it.

    The number goes where a phone or trunks ring; whoever answers hears nothing until the next command, which may
    ``Redirect`` the leg to any target as if it had dialled that, ``Play`` to it, or hang up. ``LegEnded`` says why
    somebody was not reached, by the causes that ``pbx.call.cause.of_network`` gives.
    """

    call: str
    """The new call's id, chosen by the asker."""
    leg: str
    to: str
    """The number to call. One for emergencies is never called so."""
    caller_id: str
    """The number shown there: of a trunk with a number of its own to show, only one of those that come in by it."""
    caller_name: str = ""
    """Shown beside it."""
    party_name: str = ""
    """The name of who is called, for those whom the leg is sent to."""
    max_ring_s: float = 120.0
    """Seconds after which it counts as not answered, whoever watches over its ringing."""
    account: str = ""
    """On whose behalf it is, for the limits against toll fraud."""
    listens: bool = False
    """Whether it is listened to from its first sound on, as by ``ListenFor``."""


class Treat(Command, frozen=True):
    """Set what the parties of a call are spoken to in, and what they hear while they are kept waiting."""

    call: str
    language: str
    music: tuple[str, ...] = ("music",)
    """Clips as ``Play`` knows them; the last one is repeated."""


class Redirect(Command, frozen=True):
    """Take a leg to another target, as if that had been dialled: ring a phone, or give the call away again."""

    leg: str
    target_kind: str
    target: str = ""
    wish: Wish | None = None


class Hangup(Command, frozen=True):
    """End a leg: CANCEL while it rings, a refusal before it is answered, BYE afterwards."""

    leg: str
    cause: str = "normal"


class HangupCall(Command, frozen=True):
    """End a whole call, all its legs."""

    call: str
    cause: str = "normal"


class ShowStatus(Command, frozen=True):
    """Let those who watch an extension see what its person wants to be seen as."""

    extension: str
    status: str
    """One line such as ``On a break``; '' is nothing in particular."""


class ShowMailbox(Command, frozen=True):
    """Let an extension's phones show how many voicemail messages wait."""

    extension: str
    new: int
    old: int
    """Those heard already."""
