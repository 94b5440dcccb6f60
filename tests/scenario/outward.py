"""A centre that calls parties out by a carrier, in virtual time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from tests.scenario.carrier import Trunks
from tests.scenario.exchange import Exchange, Handset

from pbx import commands
from pbx.call.conference import ConferenceRooms
from pbx.call.park import ParkingLot
from pbx.events import LegEnded
from pbx.guard.tolls import TollRules
from pbx.presence.desk import PresenceDesk
from pbx.routing.trunks.trunk import Trunk
from pbx.steering import Steering

CUSTOMER, SHOWN = "+381112223333", "+381114000712"


class Centre:
    """A switch with a carrier whose called parties do as a test says, and two phones of its own."""

    def __init__(self, exchange: Exchange, will: str | int = "answer", **trunk: Any) -> None:
        exchange.routes(**{"n1001": "phone:1001", "n1002": "phone:1002", "n+381.": "trunk:a", "n+.": "trunk:a,b"})
        self.exchange = exchange
        self.trunks = Trunks(exchange, TollRules(per_account=1))
        self.customer: Handset = self.trunks.answering("a", will)
        given: dict[str, Any] = {"id": "a", "address": "a.example", "options_interval_s": None}
        self.trunks.declare(Trunk(**given | trunk))
        desk = PresenceDesk(exchange.switch.endpoint, exchange.control.legs)
        self.steering = Steering(exchange.control, desk, ParkingLot(), ConferenceRooms(), self.trunks.outside)

    def do(self, command: commands.Command, for_s: float = 1.0) -> None:
        """Carry a command out, and let time pass."""
        network = self.exchange.network
        self.steering.carry_out(command, network.now)
        network.flush()
        self.let_pass(for_s)

    def let_pass(self, seconds: float) -> None:
        """Let time pass; the figures of legs that ended come in."""
        network = self.exchange.network
        self.exchange.run_until(network.now - network.began + seconds)
        self.exchange.plane.tell_closed()

    def call(self, to: str = CUSTOMER, for_s: float = 1.0, call: str = "c1", **order: Any) -> None:
        """Call somebody out."""
        given: dict[str, Any] = {"caller_id": SHOWN, "caller_name": "Shop", "party_name": "Vera"}
        self.do(commands.CallOut(call, f"{call}.1", to, **given | order), for_s)

    @property
    def over(self) -> tuple[str, int]:
        """How the one call's first leg ended: cause and status."""
        [leg] = self.exchange.told(LegEnded)
        assert not leg.answered
        assert self.exchange.in_use == (0, 0, 0)
        return leg.cause, leg.status


Made: TypeAlias = Callable[..., Centre]
"""Makes the centre of a test: what its called parties do, and the fields of its trunk."""
