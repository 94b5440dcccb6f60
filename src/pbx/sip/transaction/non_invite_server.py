"""The non-INVITE server transaction: RFC 3261 section 17.2.2, figure 8.

    Trying --1xx sent--> Proceeding
       |                     |
       +----200-699 sent-----+----> Completed --J--> Terminated

A repeated request is answered with the last response; in Trying there is none yet and it is absorbed.
A request that its user forgot is abandoned once its sender has given up, for nothing may be answered then (RFC 4320).
"""

from __future__ import annotations

from enum import IntEnum

from pbx.sip.flow import Flow
from pbx.sip.message import Message, Request, Response
from pbx.sip.timers import TIMEOUT
from pbx.sip.transaction.machine import Key, Table, Transaction, Wire, arm, forget, nothing, refuse, resend, respond


class State(IntEnum):
    """Where the transaction is."""

    TRYING = 1
    PROCEEDING = 2
    COMPLETED = 3
    TERMINATED = 4


class Input(IntEnum):
    """What can happen to it."""

    REQUEST = 1
    TRANSPORT_ERROR = 2
    PROVISIONAL = 3
    FINAL = 4
    TIMER_J = 5
    ABANDONED = 6


start_j = arm(Input.TIMER_J, TIMEOUT, linger=True)

ANSWERED = Request("", "")
"""Stands in for a request that was answered: for half a minute only the answer is needed, should it be sent again."""


def let_go(transaction: Transaction, now: float, message: Message | None) -> None:
    """Keep nothing of the request: of a thousand a second there are 32,000 at any time."""
    transaction.request = ANSWERED


TABLE: Table = {
    (State.TRYING, Input.REQUEST): (State.TRYING, (nothing,)),
    (State.TRYING, Input.TRANSPORT_ERROR): (State.TERMINATED, (forget,)),
    (State.TRYING, Input.PROVISIONAL): (State.PROCEEDING, (respond,)),
    (State.TRYING, Input.FINAL): (State.COMPLETED, (respond, start_j, let_go)),
    (State.TRYING, Input.TIMER_J): (State.TRYING, (nothing,)),
    (State.TRYING, Input.ABANDONED): (State.TERMINATED, (forget,)),
    (State.PROCEEDING, Input.REQUEST): (State.PROCEEDING, (resend,)),
    (State.PROCEEDING, Input.TRANSPORT_ERROR): (State.TERMINATED, (forget,)),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (respond,)),
    (State.PROCEEDING, Input.FINAL): (State.COMPLETED, (respond, start_j, let_go)),
    (State.PROCEEDING, Input.TIMER_J): (State.PROCEEDING, (nothing,)),
    (State.PROCEEDING, Input.ABANDONED): (State.TERMINATED, (forget,)),
    (State.COMPLETED, Input.REQUEST): (State.COMPLETED, (resend,)),
    (State.COMPLETED, Input.TRANSPORT_ERROR): (State.TERMINATED, (forget,)),
    (State.COMPLETED, Input.PROVISIONAL): (State.COMPLETED, (refuse,)),
    (State.COMPLETED, Input.FINAL): (State.COMPLETED, (refuse,)),
    (State.COMPLETED, Input.TIMER_J): (State.TERMINATED, (forget,)),
    (State.COMPLETED, Input.ABANDONED): (State.COMPLETED, (nothing,)),
    **{(State.TERMINATED, given): (State.TERMINATED, (nothing,)) for given in Input},
}


class NonInviteServer(Transaction):
    """One request other than INVITE and ACK that we answer."""

    __slots__ = ()
    table = TABLE
    broken = Input.TRANSPORT_ERROR

    def __init__(self, wire: Wire, key: Key, request: Request, flow: Flow) -> None:
        super().__init__(wire, key, request, flow, State.TRYING)

    def expire(self, now: float) -> None:
        """Nothing more is done for it after the time in which its sender waits for an answer."""
        self.wire.timers.at(now + TIMEOUT, self.feed, Input.ABANDONED)

    def receive(self, request: Request, now: float) -> None:
        """The request again."""
        self.feed(Input.REQUEST, now, request)

    def respond(self, response: Response, now: float) -> None:
        """Send a response. Raises StateError after a final one."""
        self.feed(Input.PROVISIONAL if response.status < 200 else Input.FINAL, now, response)

    @property
    def answered(self) -> bool:
        """Whether a final response was sent, or is wanted no more."""
        return self.state in (State.COMPLETED, State.TERMINATED)
