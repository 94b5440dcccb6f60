"""Parking: a party waits with music in a numbered slot until somebody dials it, or its time is up.

A phone parks its partner by transferring it to ``park`` (any free slot) or to a slot's own number, and reads the slot
in the last NOTIFY's phrase. Dialling the slot takes the party out. One who waits for too long comes back to who parked
it, and goes on waiting where nobody answers there, a few times over.
"""

from __future__ import annotations

from pbx.asking import Answering
from pbx.call import cause as causes
from pbx.call import search
from pbx.call.bridge import bridge
from pbx.call.call import Leg, Move
from pbx.call.host import CallHost
from pbx.call.merge import merge
from pbx.call.ring import recall
from pbx.call.transfer import Immovable, hand_over, partner_of, silent
from pbx.events import CallParked, CallUnparked
from pbx.routing.numbering import Target

KIND = "park"
SLOTS = tuple(str(number) for number in range(7001, 7021))
TIMEOUT_S = 120.0
"""Seconds in a slot before whoever parked is rung."""
ROUNDS = 3
"""How often that is done before the call is given up."""


class Parked:
    """One party in a slot; it attends to the party's leg, which lets go of it when it leaves."""

    __slots__ = ("_host", "_lot", "by", "leg", "rounds", "slot")

    def __init__(self, lot: ParkingLot, host: CallHost, slot: str, leg: Leg, by: str | None) -> None:
        self._lot = lot
        self._host = host
        self.slot = slot
        self.leg = leg
        self.by = by
        """The extension that parked it, if it is one of ours."""
        self.rounds = 0

    def digit_pressed(self, digit: str, now: float) -> None:
        """Nobody listens."""

    def clips_ended(self, now: float) -> None:
        """The music does not end."""

    def answered(self, answer: Answering, now: float) -> None:
        """It asks nothing."""

    def partner_failed(self, cause: str, now: float) -> None:
        """Who parked it does not answer: it waits on."""
        if self.rounds < ROUNDS:
            self.wait(now)
        else:
            self._host.hang_up(self.leg, causes.NO_ANSWER, now)

    def dismissed(self, now: float) -> None:
        """It has left the slot."""
        self._lot.leave(self)
        self._host.publish(CallUnparked(self._host.clock(), self.leg.call.id, self.leg.id, self.slot))

    def wait(self, now: float) -> None:
        """Hear music until the time is up."""
        self._host.plane.play(self.leg.id, self.leg.call.music, loop=True)
        self._host.endpoint.timers.at(now + self._lot.timeout_s, self._time_is_up, self.rounds)
        self.rounds += 1

    def _time_is_up(self, round_: int, now: float) -> None:
        if self.leg.attendant is not self or self.rounds != round_ + 1:
            return
        if self.by is not None:
            recall(self._host, self.leg, self.by, now)
        else:
            self._host.hang_up(self.leg, causes.NO_ANSWER, now)


class ParkingLot:
    """All slots; ``serve`` is the destination of the targets ``park`` and ``park:SLOT``."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S) -> None:
        self.timeout_s = timeout_s
        self._parked: dict[str, Parked] = {}

    def serve(self, host: CallHost, leg: Leg, name: str, now: float) -> None:
        """Park a leg that is given here, or give a phone of ours that dialled the one that waits in the slot."""
        waiting = self._parked.get(name)
        if leg.move is None and waiting is not None and leg.account is not None:
            _take_out(host, leg, waiting, now)
            return
        slot = self._free(name)
        if leg.move is None or slot is None:
            host.turn_away(leg, causes.UNREACHABLE, 404 if leg.move is None else 486, now)
            return
        leg.move.word = f"Parked at {slot}"
        parked = self._parked[slot] = Parked(self, host, slot, leg, leg.move.by.account)
        leg.attendant = parked
        host.publish(CallParked(host.clock(), leg.call.id, leg.id, slot))
        parked.wait(now)

    def leave(self, parked: Parked) -> None:
        """A slot is free."""
        del self._parked[parked.slot]

    def park(self, host: CallHost, by: Leg, slot: str, now: float) -> None:
        """Park a leg's partner, in a slot or in any. Raises Immovable, and has then changed nothing."""
        staying = partner_of(by)
        if self._free(slot) is None:
            raise Immovable(486, f"slot {slot} is not free" if slot else "no slot is free")
        hand_over(host, Move(by, staying, slot or KIND, silent), Target(KIND, slot), now)

    def _free(self, name: str) -> str | None:
        """The slot asked for, or any; None where it is not to be had."""
        wanted = (name,) if name in SLOTS else SLOTS
        return next((slot for slot in wanted if slot not in self._parked), None)


def _take_out(host: CallHost, leg: Leg, parked: Parked, now: float) -> None:
    """Connect who dialled the slot with who waits there; whoever is being rung about it need not answer any more."""
    waiting = parked.leg
    if not host.answer(leg, now, prefer=waiting.audio.codec):
        return
    rung = waiting.partner
    waiting.partner = None
    merge(host, waiting.call, leg.call)
    waiting.dismiss(now)
    bridge(host, waiting, leg)
    if rung is not None:
        rung.partner = None
        search.stop(rung, search.ANSWERED_ELSEWHERE, now)
        host.hang_up(rung, causes.PICKED_UP, now)
