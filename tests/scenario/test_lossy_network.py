"""Whatever is lost, delayed or overtaken: every call ends on both sides and leaves nothing behind."""

from __future__ import annotations

import random

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.network import ANSWER, OFFER, Network, Party

from pbx.events import CallEnded, LegsBridged
from pbx.sip import events as sip
from pbx.sip.events import Event
from pbx.sip.session import Phase, Session

CALLS = 12
HANG_UP_BY = 40.0
"""Seconds by which each side has hung up, however far the call is."""
LONGEST_LINGERING = 64.0 + 32.0
"""64 T1 for each of: the INVITE's answer, its ACK or CANCEL, the BYE."""


class Caprice:
    """A person who rings, answers, refuses, holds and hangs up as chance has it."""

    def __init__(self, party: Party, chance: random.Random) -> None:
        self._party = party
        self._chance = chance
        party.react = self.react

    def react(self, event: Event, now: float) -> None:
        if isinstance(event, sip.SessionOffered):
            if self._chance.random() < 0.8:
                event.session.ring(now)
            self._later(8.0, event.session)
        elif not isinstance(event, sip.RequestReceived) and isinstance(event.session, Session):
            if isinstance(event, (sip.SessionAccepted, sip.SessionConfirmed)):
                self._later(6.0, event.session)
            elif isinstance(event, sip.OfferReceived):
                event.session.accept_offer(ANSWER, now)

    def _later(self, seconds: float, session: Session) -> None:
        self._party.network.after(self._chance.uniform(0, seconds), lambda: self.act(session))

    def act(self, session: Session) -> None:
        """Do whatever fits the phase."""
        now, choice = self._party.network.now, self._chance.random()
        if session.phase is Phase.OFFERED and choice < 0.75:
            session.accept(ANSWER, now)
        elif session.phase is Phase.CONFIRMED and choice < 0.5 and not session.offer_pending:
            session.offer(OFFER, now)
            self._later(6.0, session)
        else:
            self.hang_up(session)

    def hang_up(self, session: Session) -> None:
        """End it, however far it is."""
        now = self._party.network.now
        if session.phase is Phase.CONFIRMED:
            session.bye(now)
        elif session.phase is Phase.CALLING:
            session.cancel(now)
        elif session.phase is Phase.OFFERED:
            session.reject(486, now)


@pytest.mark.parametrize("loss", [0.0, 0.1, 0.2, 0.3])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_call_ends_on_both_sides_and_leaves_nothing(loss: float, seed: int) -> None:
    network = Network(loss=loss, jitter=0.4, seed=seed)
    chance = random.Random(seed)
    ana, boris = network.party("ana"), network.party("boris")
    caller, callee = Caprice(ana, chance), Caprice(boris, chance)
    for _ in range(CALLS):
        session = ana.call(boris)
        network.after(HANG_UP_BY, lambda session=session: caller.hang_up(session))  # type: ignore[misc]
    network.run_until(HANG_UP_BY + LONGEST_LINGERING)
    for offered in boris.told(sip.SessionOffered):
        callee.hang_up(offered.session)
    network.run_until(HANG_UP_BY + 3 * LONGEST_LINGERING)
    assert network.left == {}
    offered_sessions = [event.session for event in boris.told(sip.SessionOffered)]
    assert len(offered_sessions) == CALLS, "11 sendings of an INVITE get through"
    assert {session.phase for session in offered_sessions} == {Phase.ENDED}
    assert len(boris.told(sip.SessionConfirmed)) > 1, "some calls were talked in"


@pytest.mark.parametrize("loss", [0.0, 0.1, 0.2, 0.3])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_call_through_the_switch_ends_on_both_sides_and_leaves_nothing(loss: float, seed: int) -> None:
    chance = random.Random(seed)
    exchange = Exchange(Network(loss=loss, jitter=0.4, seed=seed))
    wills: list[str | int] = ["answer", "answer", "answer", "ring", 486, 603]
    exchange.routes(**{f"n2{number}": f"phone:2{number}" for number in range(CALLS)})
    for number in range(CALLS):
        caller, callee = exchange.phone(f"1{number}"), exchange.phone(f"2{number}", chance.choice(wills))
        caller.dial(f"2{number}")
        for handset in (caller, callee):
            exchange.network.after(chance.uniform(0, 30), lambda handset=handset: handset.hold_if_it_can())  # type: ignore[misc]
            exchange.network.after(chance.uniform(0, HANG_UP_BY), lambda handset=handset: handset.hang_up_if_busy())  # type: ignore[misc]
            exchange.network.after(2 * HANG_UP_BY, lambda handset=handset: handset.hang_up_if_busy())  # type: ignore[misc]
    for end in range(0, 400, 10):
        exchange.run_until(end)
    assert exchange.in_use == (0, 0, 0)
    assert exchange.network.left == {}
    assert len(exchange.told(CallEnded)) == CALLS
    assert len(exchange.told(LegsBridged)) > 1, "some calls were talked in"
