"""What the rooms of call control (ringing, bridging) need of the house that holds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from pbx.call.call import Call, Leg
from pbx.events import Event
from pbx.plane.protocol import Plane
from pbx.routing.handling import Handling
from pbx.routing.numbering import NumberingPlan, Route, Target
from pbx.routing.registrar import Registrar
from pbx.sdp.crypto import SrtpPolicy
from pbx.sip.endpoint import Endpoint
from pbx.sip.message import Request
from pbx.sip.session import Session

Recorded: TypeAlias = Callable[[float, float], None]
"""Hears that a recording has ended: ``(seconds, now)``."""


class CallHost(Protocol):
    """Call control, as its rooms see it."""

    endpoint: Endpoint
    plane: Plane
    registrar: Registrar
    plan: NumberingPlan
    destinations: dict[str, Destination]
    calls: dict[str, Call]
    legs: dict[str, Leg]
    handling: dict[str, Handling]
    """What extensions want done with calls to them; only those that want anything."""
    domains: frozenset[str]
    """Names under which phones know this switch, in lower case."""
    srtp: SrtpPolicy
    """Whether audio is secured."""
    recordings: dict[str, Recorded]
    """Who waits for the end of a recording, by its path; called with its seconds, and forgotten."""
    named: Callable[[str, str, str], None]
    """To be told which SIP Call-ID a leg of a call has: ``(call_id, call, leg)``."""

    def publish(self, event: Event, /) -> None:
        """Tell an event."""

    def clock(self) -> float:
        """Seconds since the epoch."""

    def next_leg_id(self, call: Call) -> str:
        """An id for one more leg of a call."""

    def new_leg(self, call: Call, party: str, *, incoming: bool, leg_id: str = "", account: str | None = None) -> Leg:
        """Add a leg to a call; ``account`` is the extension that authenticated as its caller."""

    def take_in(
        self, session: Session, request: Request, call: Call, party: str, account: str | None, now: float
    ) -> Leg | None:
        """Add the leg of an INVITE that came in to a call; None where its offer cannot be met, and was refused."""

    def answer(self, leg: Leg, now: float, *, prefer: str | None = None) -> bool:
        """Answer an incoming leg; whether it is answered now."""

    def end_leg(self, leg: Leg, cause: str, status: int, now: float) -> None:
        """Note that a leg is over, and end what hangs on it."""

    def route(self, call: Call, number: str) -> Route | None:
        """Where a number leads (None: nowhere); it is what the call wants to reach from now on."""

    def hang_up(self, leg: Leg, cause: str, now: float) -> None:
        """End a leg, however far it is."""

    def turn_away(self, leg: Leg, cause: str, status: int, now: float) -> None:
        """Nobody is to be had for a leg that waits: it ends, or goes back to whoever transferred it."""

    def direct(self, leg: Leg, target: Target, now: float) -> None:
        """Take a leg to a target, as if that had been dialled."""

    def close_if_over(self, call: Call) -> None:
        """Tell a call's record and forget it, once its last leg has ended and told its figures."""

    def phone_rings(self, leg: Leg, now: float, *, told: bool) -> None:
        """Somebody who is searched for said that it rings."""

    def phone_answered(self, leg: Leg, now: float) -> None:
        """The search for a leg found its session."""

    def leg_failed(self, leg: Leg, cause: str, status: int, now: float) -> None:
        """The far side ended a leg, or would not have it."""


Destination: TypeAlias = Callable[[CallHost, Leg, str, float], None]
"""Serves a leg whose target is of its kind: ``(host, leg, name, now)``, the name being that of ``kind:name``."""
