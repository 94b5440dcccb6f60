"""What the rooms of call control (ringing, bridging) need of the house that holds them."""

from __future__ import annotations

from typing import Protocol

from pbx.call.call import Call, Leg
from pbx.events import Event
from pbx.plane.protocol import Plane
from pbx.routing.registrar import Registrar
from pbx.sip.endpoint import Endpoint


class CallHost(Protocol):
    """Call control, as its rooms see it."""

    endpoint: Endpoint
    plane: Plane
    registrar: Registrar
    legs: dict[str, Leg]

    def publish(self, event: Event, /) -> None:
        """Tell an event."""

    def clock(self) -> float:
        """Seconds since the epoch."""

    def next_leg_id(self, call: Call) -> str:
        """An id for one more leg of a call."""

    def new_leg(self, call: Call, party: str, *, incoming: bool, leg_id: str = "") -> Leg:
        """Add a leg to a call."""

    def answer(self, leg: Leg, now: float, *, prefer: str | None = None) -> bool:
        """Answer an incoming leg; whether it is answered now."""

    def end_leg(self, leg: Leg, cause: str, status: int, now: float) -> None:
        """Note that a leg is over, and end what hangs on it."""

    def hang_up(self, leg: Leg, cause: str, now: float) -> None:
        """End a leg, however far it is."""
