"""What the four transaction machines share: a state, a table, and the hands with which a step is carried out.

A table maps (state, input) to a step: the next state and the actions on the way there. It is total: a pair that
is missing is a mistake of ours and raises KeyError. ``nothing`` is for what the RFC says to absorb, ``refuse``
for what only a mistake of the transaction's user could ask.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, ClassVar, Protocol

from pbx.sip.errors import StateError
from pbx.sip.flow import Flow
from pbx.sip.message import Message, Request, Response
from pbx.sip.timers import T1, T2, TimerQueue

Action = Callable[[Any, float, Message | None], None]
"""What a step does: (transaction, now, the message that is the input, if it is one)."""
Step = tuple[IntEnum, tuple[Action, ...]]
Table = dict[tuple[IntEnum, IntEnum], Step]
Key = tuple[str, ...]


class ClientUser(Protocol):
    """Who sent a request, and hears what became of it."""

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        """A response came that is not a retransmission (2xx to INVITE: each one, section 13.2.2.4)."""

    def timed_out(self, transaction: Transaction, now: float) -> None:
        """No final response within 64 T1: as if 408 had come (section 8.1.3.1)."""

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        """It could not be sent: as if 503 had come (section 8.1.3.1)."""


class ServerUser(Protocol):
    """Who answers a request."""

    def acknowledged(self, transaction: Transaction, ack: Request, now: float) -> None:
        """An ACK reached an accepted INVITE transaction."""

    def timed_out(self, transaction: Transaction, now: float) -> None:
        """A final response other than 2xx was never acknowledged (timer H)."""

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        """The response could not be sent."""


class Wire(Protocol):
    """What a transaction needs of the layer that keeps it."""

    timers: TimerQueue

    def send(self, data: bytes, flow: Flow) -> None:
        """Put bytes on the wire."""

    def forget(self, transaction: Transaction) -> None:
        """The transaction is over; its key is free."""


class Transaction:
    """One transaction."""

    __slots__ = ("flow", "interval", "key", "last_sent", "origin", "request", "state", "user", "wire")
    table: ClassVar[Table]
    broken: ClassVar[IntEnum]
    """The input that says that the transport failed."""
    user: Any

    def __init__(self, wire: Wire, key: Key, request: Request, flow: Flow, state: IntEnum) -> None:
        self.wire = wire
        self.key = key
        self.request = request
        self.flow = flow
        self.state = state
        self.interval = T1
        """The next retransmission's delay."""
        self.origin: Key | None = None
        """What its request shares with its other forks, where it came in outside any dialog."""
        self.last_sent = b""
        """What a retransmission sends again."""

    def feed(self, given: IntEnum, now: float, message: Message | None = None) -> None:
        """Take one input: step to the next state, then act."""
        self.state, actions = self.table[self.state, given]
        for action in actions:
            action(self, now, message)

    def transport_error(self, now: float) -> None:
        """The transport could not deliver for this transaction."""
        self.feed(self.broken, now)


# Actions that more than one machine uses


def nothing(transaction: Transaction, now: float, message: Message | None) -> None:
    """Absorb the input."""


def refuse(transaction: Transaction, now: float, message: Message | None) -> None:
    """Our own side asked for what the state does not allow. Raises StateError."""
    raise StateError(f"{type(transaction).__name__} does not send {message!r} in state {transaction.state.name}")


def resend(transaction: Transaction, now: float, message: Message | None) -> None:
    """Send once more what was sent last."""
    if transaction.last_sent:
        transaction.wire.send(transaction.last_sent, transaction.flow)


def respond(transaction: Transaction, now: float, message: Message | None) -> None:
    """Send the user's response and keep it for retransmissions."""
    transaction.last_sent = bytes(message) if message is not None else b""
    transaction.wire.send(transaction.last_sent, transaction.flow)


def pass_up(transaction: Transaction, now: float, message: Message | None) -> None:
    """Give a response to the client's user."""
    transaction.user.responded(transaction, message, now)


def tell_timeout(transaction: Transaction, now: float, message: Message | None) -> None:
    """Tell the user, where one took it, that nobody answered."""
    if transaction.user is not None:
        transaction.user.timed_out(transaction, now)


def tell_transport_error(transaction: Transaction, now: float, message: Message | None) -> None:
    """Tell the user, where one took it, that nothing could be sent."""
    if transaction.user is not None:
        transaction.user.transport_failed(transaction, now)


def forget(transaction: Transaction, now: float, message: Message | None) -> None:
    """Leave the layer, and let go of the user: the two hold each other, and would wait for the garbage collector."""
    transaction.wire.forget(transaction)
    transaction.user = None


def arm(given: IntEnum, delay: float, *, linger: bool = False) -> Action:
    """An action that feeds ``given`` after ``delay`` seconds.

    ``linger`` marks the timers that only wait for retransmissions: they are zero on a reliable transport.
    """

    def set_timer(transaction: Transaction, now: float, message: Message | None) -> None:
        wait = 0.0 if linger and transaction.flow.reliable else delay
        transaction.wire.timers.at(now + wait, transaction.feed, given)

    return set_timer


def arm_retransmission(given: IntEnum, *, longest: float = T2) -> Action:
    """An action that feeds ``given`` after an interval that doubles up to ``longest``; none on a reliable transport."""

    def set_timer(transaction: Transaction, now: float, message: Message | None) -> None:
        if transaction.flow.reliable:
            return
        transaction.wire.timers.at(now + transaction.interval, transaction.feed, given)
        transaction.interval = min(transaction.interval * 2, longest)

    return set_timer
