"""The non-INVITE client transaction: RFC 3261 section 17.1.2, figure 6.

    Trying --1xx--> Proceeding
       |                |
       +----200-699-----+----> Completed --K--> Terminated      (timer F: Terminated, as if 408 had come)

Timer E resends: from T1 doubling up to T2, and at T2 once a provisional response has come.
"""

from __future__ import annotations

from enum import IntEnum

from pbx.sip.flow import Flow
from pbx.sip.message import Message, Request, Response
from pbx.sip.timers import T2, T4, TIMEOUT
from pbx.sip.transaction.machine import (
    ClientUser,
    Key,
    Table,
    Transaction,
    Wire,
    arm,
    arm_retransmission,
    forget,
    nothing,
    pass_up,
    resend,
    tell_timeout,
    tell_transport_error,
)


class State(IntEnum):
    """Where the transaction is."""

    TRYING = 1
    PROCEEDING = 2
    COMPLETED = 3
    TERMINATED = 4


class Input(IntEnum):
    """What can happen to it."""

    PROVISIONAL = 1
    FINAL = 2
    TIMER_E = 3
    TIMER_F = 4
    TIMER_K = 5
    TRANSPORT_ERROR = 6


def slow_down(transaction: Transaction, now: float, message: Message | None) -> None:
    """Somebody works on it: resend at T2 from now on (section 17.1.2.2)."""
    transaction.interval = T2


start_e = arm_retransmission(Input.TIMER_E)
start_f = arm(Input.TIMER_F, TIMEOUT)
start_k = arm(Input.TIMER_K, T4, linger=True)

TABLE: Table = {
    (State.TRYING, Input.PROVISIONAL): (State.PROCEEDING, (slow_down, pass_up)),
    (State.TRYING, Input.FINAL): (State.COMPLETED, (start_k, pass_up)),
    (State.TRYING, Input.TIMER_E): (State.TRYING, (resend, start_e)),
    (State.TRYING, Input.TIMER_F): (State.TERMINATED, (tell_timeout, forget)),
    (State.TRYING, Input.TIMER_K): (State.TRYING, (nothing,)),
    (State.TRYING, Input.TRANSPORT_ERROR): (State.TERMINATED, (tell_transport_error, forget)),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (pass_up,)),
    (State.PROCEEDING, Input.FINAL): (State.COMPLETED, (start_k, pass_up)),
    (State.PROCEEDING, Input.TIMER_E): (State.PROCEEDING, (resend, start_e)),
    (State.PROCEEDING, Input.TIMER_F): (State.TERMINATED, (tell_timeout, forget)),
    (State.PROCEEDING, Input.TIMER_K): (State.PROCEEDING, (nothing,)),
    (State.PROCEEDING, Input.TRANSPORT_ERROR): (State.TERMINATED, (tell_transport_error, forget)),
    (State.COMPLETED, Input.PROVISIONAL): (State.COMPLETED, (nothing,)),
    (State.COMPLETED, Input.FINAL): (State.COMPLETED, (nothing,)),
    (State.COMPLETED, Input.TIMER_E): (State.COMPLETED, (nothing,)),
    (State.COMPLETED, Input.TIMER_F): (State.COMPLETED, (nothing,)),
    (State.COMPLETED, Input.TIMER_K): (State.TERMINATED, (forget,)),
    (State.COMPLETED, Input.TRANSPORT_ERROR): (State.COMPLETED, (nothing,)),
    **{(State.TERMINATED, given): (State.TERMINATED, (nothing,)) for given in Input},
}


class NonInviteClient(Transaction):
    """One request other than INVITE and ACK on its way."""

    __slots__ = ()
    table = TABLE
    broken = Input.TRANSPORT_ERROR

    def __init__(self, wire: Wire, key: Key, request: Request, flow: Flow, user: ClientUser) -> None:
        super().__init__(wire, key, request, flow, State.TRYING)
        self.user = user

    def start(self, now: float) -> None:
        """Send the request for the first time."""
        self.last_sent = bytes(self.request)
        self.wire.send(self.last_sent, self.flow)
        start_e(self, now, None)
        start_f(self, now, None)

    def receive(self, response: Response, now: float) -> None:
        """A response whose branch is ours."""
        self.feed(Input.PROVISIONAL if response.status < 200 else Input.FINAL, now, response)
