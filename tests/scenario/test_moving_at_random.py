"""Whatever is done to calls in whatever order, over a network that loses: when all have hung up nothing is left."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.network import Network
from tests.scenario.test_referring import replaces

from pbx.call import consult, hold, transfer
from pbx.call.call import Leg
from pbx.call.park import SLOTS, ParkingLot
from pbx.call.pickup import Pickup
from pbx.call.transfer import Immovable
from pbx.events import CallEnded, CallsMerged, CallStarted, CallTransferred, TransferFailed, TransferStarted
from pbx.routing.numbering import Target
from pbx.sip.errors import StateError
from pbx.sip.events import RequestReceived
from pbx.sip.session import Phase, Session

EXTENSIONS = ("1001", "1002", "1003", "1004")
NUMBERS = (*EXTENSIONS, "600", "700", "*68", "7001", "7002", "*8", "*81002", "999")


class Chaos:
    """Four phones with several lines each, and somebody who steers from here."""

    def __init__(self, seed: int, loss: float) -> None:
        self.chance = random.Random(seed)
        self.exchange = Exchange(Network(loss=loss, seed=seed))
        self.lot, pickup = ParkingLot(timeout_s=20), Pickup(self.exchange.control.legs)
        pickup.groups = dict.fromkeys(EXTENSIONS, "everybody")
        self.exchange.on_event = pickup.happened
        self.exchange.control.destinations.update(park=self.lot.serve, pickup=pickup.serve)
        self.exchange.plan.declare(
            {extension: Target("phone", extension) for extension in EXTENSIONS}
            | {slot: Target("park", slot) for slot in SLOTS}
            | {"600": Target("echo"), "700": Target("queue", "support"), "*68": Target("park")}
            | {"*8": Target("pickup"), "*8.": Target("pickup")}
        )
        self.phones = [self.exchange.phone(extension, self._will()) for extension in EXTENSIONS]

    def _will(self) -> str | int:
        return self.chance.choice(("answer", "answer", "answer", "ring", 486))

    def run(self, steps: int) -> None:
        """So many things happen, some at one moment."""
        deeds: tuple[Callable[[], None], ...] = (
            self._dial, self._dial, self._refer, self._attended, self._steer, self._steer, self._hold, self._hang_up,
            self._change_mind,
        )  # fmt: skip
        for _ in range(steps):
            with suppress(Immovable, StateError):
                self.chance.choice(deeds)()
            self.exchange.network.flush()
            if self.chance.random() < 0.7:
                self._wait(self.chance.choice((0.005, 0.015, 0.3, 3, 25)))

    def end(self) -> None:
        """All calls are ended from here; those who are rung about a transfer that failed so, too."""
        for _ in range(4):
            for leg in list(self.exchange.control.legs.values()):
                self.exchange.control.hang_up(leg, "normal", self.exchange.network.now)
            self._wait(100)
        self.exchange.plane.tell_closed()

    def _wait(self, seconds: float) -> None:
        network = self.exchange.network
        self.exchange.run_until(network.now - network.began + seconds)

    def _dial(self) -> None:
        self.chance.choice(self.phones).dial(self.chance.choice(NUMBERS))

    def _talking(self) -> list[Session]:
        """The phones' sessions, on all their lines."""
        told = [event for phone in self.phones for event in phone.party.events]
        sessions = [event.session for event in told if not isinstance(event, RequestReceived)]
        confirmed = {one: None for one in sessions if isinstance(one, Session) and one.phase is Phase.CONFIRMED}
        return list(confirmed)

    def _refer(self) -> None:
        if talking := self._talking():
            target = f"sip:{self.chance.choice(NUMBERS)}@{self.exchange.switch.flow.host}"
            self.chance.choice(talking).refer(target, self.exchange.network.now)

    def _attended(self) -> None:
        talking = self._talking()
        if len(talking) > 1:
            one, other = self.chance.sample(talking, 2)
            one.refer("sip:1001@192.0.2.1", self.exchange.network.now, replaces=replaces(other))

    def _leg(self) -> Leg | None:
        legs = [leg for leg in self.exchange.control.legs.values() if leg.answered]
        return self.chance.choice(legs) if legs else None

    def _steer(self) -> None:
        leg, control, now = self._leg(), self.exchange.control, self.exchange.network.now
        if leg is None:
            return
        match self.chance.randrange(7):
            case 0 | 1:
                transfer.blind(control, leg, self.chance.choice(NUMBERS), now)
            case 2 | 3:
                consult.consult(control, leg, self.chance.choice(EXTENSIONS), now)
            case 4:
                consult.complete(control, leg, now)
            case 5:
                consult.cancel(control, leg, now)
            case _:
                self.lot.park(control, leg, self.chance.choice(("", "7001")), now)

    def _hold(self) -> None:
        leg = self._leg()
        if leg is not None:
            hold.ask(self.exchange.control, leg, self.chance.random() < 0.5)

    def _hang_up(self) -> None:
        if talking := self._talking():
            self.chance.choice(talking).bye(self.exchange.network.now)

    def _change_mind(self) -> None:
        self.chance.choice(self.phones).will = self._will()


@pytest.mark.parametrize("loss", [0.0, 0.1])
@pytest.mark.parametrize("seed", range(30))
def test_nothing_is_left_when_all_have_hung_up(seed: int, loss: float) -> None:
    chaos = Chaos(seed, loss)
    exchange = chaos.exchange
    chaos.run(60)
    for leg in exchange.control.legs.values():
        assert leg.partner is None or leg.partner.partner is leg
        if leg.answered and leg.partner is None and leg.move is None:
            assert exchange.plane.heard.get(leg.id), f"{leg.id} is left in silence"
    chaos.end()
    assert exchange.in_use == (0, 0, 0)
    assert exchange.network.left == {}
    begun, told = exchange.told(TransferStarted), [*exchange.told(CallTransferred), *exchange.told(TransferFailed)]
    assert len(begun) == len(told)
    assert len(exchange.told(CallStarted)) == len(exchange.told(CallEnded)) + len(exchange.told(CallsMerged))
