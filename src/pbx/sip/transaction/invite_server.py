"""The INVITE server transaction: RFC 3261 section 17.2.1, figure 7, as RFC 6026 section 8.5 corrects it.

    Proceeding --2xx sent------> Accepted  --L--> Terminated
        |
        +------300-699 sent----> Completed --ACK--> Confirmed --I--> Terminated
                                     +------H-----> Terminated

* Proceeding answers a repeated INVITE with the last provisional response.
* Accepted absorbs repeated INVITEs; its user repeats the 2xx and hears the ACK.
* Completed repeats the failure at timer G until ACK or timer H.
"""

from __future__ import annotations

from enum import IntEnum

from pbx.sip.flow import Flow
from pbx.sip.message import Message, Request, Response
from pbx.sip.timers import T4, TIMEOUT
from pbx.sip.transaction.machine import (
    Key,
    ServerUser,
    Table,
    Transaction,
    Wire,
    arm,
    arm_retransmission,
    forget,
    nothing,
    refuse,
    resend,
    respond,
    tell_timeout,
    tell_transport_error,
)


class State(IntEnum):
    """Where the transaction is."""

    PROCEEDING = 1
    COMPLETED = 2
    ACCEPTED = 3
    CONFIRMED = 4
    TERMINATED = 5


class Input(IntEnum):
    """What can happen to it; the first three come from the wire, the next three from its user."""

    INVITE = 1
    ACK = 2
    TRANSPORT_ERROR = 3
    PROVISIONAL = 4
    SUCCESS = 5
    FAILURE = 6
    TIMER_G = 7
    TIMER_H = 8
    TIMER_I = 9
    TIMER_L = 10


def pass_ack(transaction: Transaction, now: float, message: Message | None) -> None:
    """An ACK with the INVITE's own branch, as old clients send it for a 2xx too."""
    if transaction.user is not None:
        transaction.user.acknowledged(transaction, message, now)


start_g = arm_retransmission(Input.TIMER_G)
start_h = arm(Input.TIMER_H, TIMEOUT)
start_i = arm(Input.TIMER_I, T4, linger=True)
start_l = arm(Input.TIMER_L, TIMEOUT)

TABLE: Table = {
    (State.PROCEEDING, Input.INVITE): (State.PROCEEDING, (resend,)),
    (State.PROCEEDING, Input.ACK): (State.PROCEEDING, (nothing,)),
    (State.PROCEEDING, Input.TRANSPORT_ERROR): (State.TERMINATED, (tell_transport_error, forget)),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (respond,)),
    (State.PROCEEDING, Input.SUCCESS): (State.ACCEPTED, (respond, start_l)),
    (State.PROCEEDING, Input.FAILURE): (State.COMPLETED, (respond, start_g, start_h)),
    (State.PROCEEDING, Input.TIMER_G): (State.PROCEEDING, (nothing,)),
    (State.PROCEEDING, Input.TIMER_H): (State.PROCEEDING, (nothing,)),
    (State.PROCEEDING, Input.TIMER_I): (State.PROCEEDING, (nothing,)),
    (State.PROCEEDING, Input.TIMER_L): (State.PROCEEDING, (nothing,)),
    (State.COMPLETED, Input.INVITE): (State.COMPLETED, (resend,)),
    (State.COMPLETED, Input.ACK): (State.CONFIRMED, (start_i,)),
    (State.COMPLETED, Input.TRANSPORT_ERROR): (State.TERMINATED, (tell_transport_error, forget)),
    (State.COMPLETED, Input.PROVISIONAL): (State.COMPLETED, (refuse,)),
    (State.COMPLETED, Input.SUCCESS): (State.COMPLETED, (refuse,)),
    (State.COMPLETED, Input.FAILURE): (State.COMPLETED, (refuse,)),
    (State.COMPLETED, Input.TIMER_G): (State.COMPLETED, (resend, start_g)),
    (State.COMPLETED, Input.TIMER_H): (State.TERMINATED, (tell_timeout, forget)),
    (State.COMPLETED, Input.TIMER_I): (State.COMPLETED, (nothing,)),
    (State.COMPLETED, Input.TIMER_L): (State.COMPLETED, (nothing,)),
    (State.ACCEPTED, Input.INVITE): (State.ACCEPTED, (nothing,)),
    (State.ACCEPTED, Input.ACK): (State.ACCEPTED, (pass_ack,)),
    (State.ACCEPTED, Input.TRANSPORT_ERROR): (State.ACCEPTED, (tell_transport_error,)),
    (State.ACCEPTED, Input.PROVISIONAL): (State.ACCEPTED, (refuse,)),
    (State.ACCEPTED, Input.SUCCESS): (State.ACCEPTED, (resend,)),
    (State.ACCEPTED, Input.FAILURE): (State.ACCEPTED, (refuse,)),
    (State.ACCEPTED, Input.TIMER_G): (State.ACCEPTED, (nothing,)),
    (State.ACCEPTED, Input.TIMER_H): (State.ACCEPTED, (nothing,)),
    (State.ACCEPTED, Input.TIMER_I): (State.ACCEPTED, (nothing,)),
    (State.ACCEPTED, Input.TIMER_L): (State.TERMINATED, (forget,)),
    (State.CONFIRMED, Input.INVITE): (State.CONFIRMED, (nothing,)),
    (State.CONFIRMED, Input.ACK): (State.CONFIRMED, (nothing,)),
    (State.CONFIRMED, Input.TRANSPORT_ERROR): (State.CONFIRMED, (nothing,)),
    (State.CONFIRMED, Input.PROVISIONAL): (State.CONFIRMED, (refuse,)),
    (State.CONFIRMED, Input.SUCCESS): (State.CONFIRMED, (refuse,)),
    (State.CONFIRMED, Input.FAILURE): (State.CONFIRMED, (refuse,)),
    (State.CONFIRMED, Input.TIMER_G): (State.CONFIRMED, (nothing,)),
    (State.CONFIRMED, Input.TIMER_H): (State.CONFIRMED, (nothing,)),
    (State.CONFIRMED, Input.TIMER_I): (State.TERMINATED, (forget,)),
    (State.CONFIRMED, Input.TIMER_L): (State.CONFIRMED, (nothing,)),
    **{(State.TERMINATED, given): (State.TERMINATED, (nothing,)) for given in Input},
}


class InviteServer(Transaction):
    """One INVITE that we answer; ``user`` is set by who takes it."""

    __slots__ = ()
    table = TABLE
    broken = Input.TRANSPORT_ERROR

    def __init__(self, wire: Wire, key: Key, request: Request, flow: Flow) -> None:
        super().__init__(wire, key, request, flow, State.PROCEEDING)
        self.user: ServerUser | None = None

    def receive(self, request: Request, now: float) -> None:
        """The INVITE again, or an ACK with its branch."""
        self.feed(Input.ACK if request.method == "ACK" else Input.INVITE, now, request)

    def respond(self, response: Response, now: float) -> None:
        """Send a response. Raises StateError after a final one; a 2xx may be repeated."""
        status = response.status
        given = Input.PROVISIONAL if status < 200 else Input.SUCCESS if status < 300 else Input.FAILURE
        self.feed(given, now, response)

    @property
    def answered(self) -> bool:
        """Whether a final response was sent."""
        return self.state is not State.PROCEEDING
