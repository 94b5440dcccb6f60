"""How the people at the phones behave: reactions to the events of a party's endpoint."""

from __future__ import annotations

from collections.abc import Callable

from tests.scenario.network import ANSWER, Party

from pbx.sip import events as sip
from pbx.sip.events import Event
from pbx.sip.session import Session


def answers(party: Party, *, rings: bool = True) -> None:
    """Take each call at once, and each change of it."""

    def react(event: Event, now: float) -> None:
        match event:
            case sip.SessionOffered(session):
                if rings:
                    session.ring(now)
                session.accept(ANSWER, now)
            case sip.OfferReceived(Session() as session):
                session.accept_offer(ANSWER, now)

    party.react = react


def lets_ring(party: Party) -> None:
    """Hear it ring and do nothing."""

    def react(event: Event, now: float) -> None:
        if isinstance(event, sip.SessionOffered):
            event.session.ring(now)

    party.react = react


def refuses(party: Party, status: int) -> None:
    """Let it ring, then refuse each call."""

    def react(event: Event, now: float) -> None:
        if isinstance(event, sip.SessionOffered):
            event.session.ring(now)
            event.session.reject(status, now)

    party.react = react


def is_deaf(party: Party) -> None:
    """The phone is off: nothing that arrives is even read."""
    party.endpoint.receive = lambda data, flow, now: None  # type: ignore[method-assign]


def rewriting(party: Party, edit: Callable[[bytes], bytes]) -> None:
    """What a party receives is changed on its way, as if somebody else had sent it."""
    receive = party.endpoint.receive
    party.endpoint.receive = lambda data, flow, now: receive(edit(data), flow, now)  # type: ignore[method-assign]
