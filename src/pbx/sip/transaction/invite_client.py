"""The INVITE client transaction: RFC 3261 section 17.1.1, figure 5, as RFC 6026 section 8.4 corrects it.

    Calling --1xx--> Proceeding --2xx--> Accepted  --M--> Terminated
       |                 |
       +----300-699------+-------------> Completed --D--> Terminated

* Calling resends at timer A (T1, doubling without bound) and gives up at timer B.
* Completed acknowledges each repeated failure itself (section 17.1.1.3).
* Accepted passes each 2xx up: the user acknowledges it, and ends what a fork answered twice.
* An INVITE whose CANCEL led to nothing within 64 T1 is abandoned by its user (section 9.1).
"""

from __future__ import annotations

from enum import IntEnum

from pbx.sip.flow import Flow
from pbx.sip.message import Message, Request, Response
from pbx.sip.timers import TIMEOUT
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

    CALLING = 1
    PROCEEDING = 2
    COMPLETED = 3
    ACCEPTED = 4
    TERMINATED = 5


class Input(IntEnum):
    """What can happen to it."""

    PROVISIONAL = 1
    SUCCESS = 2
    FAILURE = 3
    TIMER_A = 4
    TIMER_B = 5
    TIMER_D = 6
    TIMER_M = 7
    TRANSPORT_ERROR = 8
    ABANDONED = 9


def acknowledge(transaction: Transaction, now: float, message: Message | None) -> None:
    """Send the ACK for a failure (section 17.1.1.3): same branch, the response's To."""
    assert message is not None
    ack = ack_for_failure(transaction.request, message)
    transaction.wire.send(bytes(ack), transaction.flow)


start_a = arm_retransmission(Input.TIMER_A, longest=TIMEOUT)
start_b = arm(Input.TIMER_B, TIMEOUT)
start_d = arm(Input.TIMER_D, TIMEOUT, linger=True)
start_m = arm(Input.TIMER_M, TIMEOUT)

TABLE: Table = {
    (State.CALLING, Input.PROVISIONAL): (State.PROCEEDING, (pass_up,)),
    (State.CALLING, Input.SUCCESS): (State.ACCEPTED, (start_m, pass_up)),
    (State.CALLING, Input.FAILURE): (State.COMPLETED, (acknowledge, start_d, pass_up)),
    (State.CALLING, Input.TIMER_A): (State.CALLING, (resend, start_a)),
    (State.CALLING, Input.TIMER_B): (State.TERMINATED, (tell_timeout, forget)),
    (State.CALLING, Input.TIMER_D): (State.CALLING, (nothing,)),
    (State.CALLING, Input.TIMER_M): (State.CALLING, (nothing,)),
    (State.CALLING, Input.TRANSPORT_ERROR): (State.TERMINATED, (tell_transport_error, forget)),
    (State.CALLING, Input.ABANDONED): (State.TERMINATED, (forget,)),
    (State.PROCEEDING, Input.PROVISIONAL): (State.PROCEEDING, (pass_up,)),
    (State.PROCEEDING, Input.SUCCESS): (State.ACCEPTED, (start_m, pass_up)),
    (State.PROCEEDING, Input.FAILURE): (State.COMPLETED, (acknowledge, start_d, pass_up)),
    (State.PROCEEDING, Input.TIMER_A): (State.PROCEEDING, (nothing,)),
    (State.PROCEEDING, Input.TIMER_B): (State.PROCEEDING, (nothing,)),
    (State.PROCEEDING, Input.TIMER_D): (State.PROCEEDING, (nothing,)),
    (State.PROCEEDING, Input.TIMER_M): (State.PROCEEDING, (nothing,)),
    (State.PROCEEDING, Input.TRANSPORT_ERROR): (State.TERMINATED, (tell_transport_error, forget)),
    (State.PROCEEDING, Input.ABANDONED): (State.TERMINATED, (forget,)),
    (State.COMPLETED, Input.PROVISIONAL): (State.COMPLETED, (nothing,)),
    (State.COMPLETED, Input.SUCCESS): (State.COMPLETED, (nothing,)),
    (State.COMPLETED, Input.FAILURE): (State.COMPLETED, (acknowledge,)),
    (State.COMPLETED, Input.TIMER_A): (State.COMPLETED, (nothing,)),
    (State.COMPLETED, Input.TIMER_B): (State.COMPLETED, (nothing,)),
    (State.COMPLETED, Input.TIMER_D): (State.TERMINATED, (forget,)),
    (State.COMPLETED, Input.TIMER_M): (State.COMPLETED, (nothing,)),
    (State.COMPLETED, Input.TRANSPORT_ERROR): (State.TERMINATED, (forget,)),
    (State.COMPLETED, Input.ABANDONED): (State.COMPLETED, (nothing,)),
    (State.ACCEPTED, Input.PROVISIONAL): (State.ACCEPTED, (nothing,)),
    (State.ACCEPTED, Input.SUCCESS): (State.ACCEPTED, (pass_up,)),
    (State.ACCEPTED, Input.FAILURE): (State.ACCEPTED, (nothing,)),
    (State.ACCEPTED, Input.TIMER_A): (State.ACCEPTED, (nothing,)),
    (State.ACCEPTED, Input.TIMER_B): (State.ACCEPTED, (nothing,)),
    (State.ACCEPTED, Input.TIMER_D): (State.ACCEPTED, (nothing,)),
    (State.ACCEPTED, Input.TIMER_M): (State.TERMINATED, (forget,)),
    (State.ACCEPTED, Input.TRANSPORT_ERROR): (State.ACCEPTED, (nothing,)),
    (State.ACCEPTED, Input.ABANDONED): (State.ACCEPTED, (nothing,)),
    **{(State.TERMINATED, given): (State.TERMINATED, (nothing,)) for given in Input},
}


class InviteClient(Transaction):
    """One INVITE on its way."""

    __slots__ = ()
    table = TABLE
    broken = Input.TRANSPORT_ERROR

    def __init__(self, wire: Wire, key: Key, request: Request, flow: Flow, user: ClientUser) -> None:
        super().__init__(wire, key, request, flow, State.CALLING)
        self.user = user

    def start(self, now: float) -> None:
        """Send the request for the first time."""
        self.last_sent = bytes(self.request)
        self.wire.send(self.last_sent, self.flow)
        start_a(self, now, None)
        start_b(self, now, None)

    def receive(self, response: Response, now: float) -> None:
        """A response whose branch is ours."""
        status = response.status
        given = Input.PROVISIONAL if status < 200 else Input.SUCCESS if status < 300 else Input.FAILURE
        self.feed(given, now, response)


def ack_for_failure(invite: Request, response: Message) -> Request:
    """The hop-by-hop ACK of section 17.1.1.3."""
    ack = Request("ACK", invite.uri_text)
    ack.add("via", invite.get("via") or "")
    for route in invite.get_all("route"):
        ack.add("route", route)
    ack.add("max-forwards", "70")
    ack.add("from", invite.get("from") or "")
    ack.add("to", response.get("to") or "")
    ack.add("call-id", invite.call_id)
    ack.add("cseq", f"{invite.cseq.number} ACK")
    return ack
