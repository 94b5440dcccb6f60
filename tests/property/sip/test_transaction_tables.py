"""Every state of every transaction machine crossed with every input (RFC 3261 section 17)."""

from __future__ import annotations

from enum import IntEnum
from itertools import product
from typing import NamedTuple

import pytest

from pbx.sip.errors import StateError
from pbx.sip.flow import Flow
from pbx.sip.message import Message, Request, Response
from pbx.sip.timers import TimerQueue
from pbx.sip.transaction import invite_client, invite_server, non_invite_client, non_invite_server
from pbx.sip.transaction.machine import Table, Transaction, forget, nothing, refuse

FLOW = Flow("udp", "192.0.2.1", 5060)
FIELDS = (
    ("via", "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1"),
    ("from", "<sip:ana@example.com>;tag=1"),
    ("to", "<sip:boris@example.com>;tag=2"),
    ("call-id", "1"),
    ("cseq", "1 INVITE"),
)
INVITE = Request("INVITE", "sip:boris@example.com", FIELDS)
RESPONSE = Response(486, "Busy Here", FIELDS)


class Machine(NamedTuple):
    """One of the four, with what its table is made of."""

    name: str
    table: Table
    states: type[IntEnum]
    inputs: type[IntEnum]
    made: type[Transaction]


MACHINES = [
    Machine("INVITE client", invite_client.TABLE, invite_client.State, invite_client.Input, invite_client.InviteClient),
    Machine("INVITE server", invite_server.TABLE, invite_server.State, invite_server.Input, invite_server.InviteServer),
    Machine(
        "non-INVITE client",
        non_invite_client.TABLE,
        non_invite_client.State,
        non_invite_client.Input,
        non_invite_client.NonInviteClient,
    ),
    Machine(
        "non-INVITE server",
        non_invite_server.TABLE,
        non_invite_server.State,
        non_invite_server.Input,
        non_invite_server.NonInviteServer,
    ),
]
CROSSED = [(machine, state, given) for machine in MACHINES for state, given in product(machine.states, machine.inputs)]
each_machine = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
each_pair = pytest.mark.parametrize(
    ("machine", "state", "given"), CROSSED, ids=[f"{m.name} {s.name} {g.name}" for m, s, g in CROSSED]
)


class FakeWire:
    """The layer, as a transaction sees it."""

    def __init__(self) -> None:
        self.timers = TimerQueue()
        self.sent: list[bytes] = []
        self.forgotten = 0

    def send(self, data: bytes, flow: Flow) -> None:
        self.sent.append(data)

    def forget(self, transaction: Transaction) -> None:
        self.forgotten += 1


class FakeUser:
    """Whoever sent or answers the request."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        self.heard.append("responded")

    def acknowledged(self, transaction: Transaction, ack: Request, now: float) -> None:
        self.heard.append("acknowledged")

    def timed_out(self, transaction: Transaction, now: float) -> None:
        self.heard.append("timed_out")

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        self.heard.append("transport_failed")


def placed_in(machine: Machine, state: IntEnum, user: FakeUser | None) -> tuple[Transaction, FakeWire]:
    """A transaction of a machine, put into a state."""
    wire = FakeWire()
    transaction = Transaction.__new__(machine.made)
    Transaction.__init__(transaction, wire, ("key",), INVITE, FLOW, state)
    transaction.user = user
    return transaction, wire


@each_machine
def test_the_table_says_something_for_every_state_and_input_and_nothing_else(machine: Machine) -> None:
    assert set(machine.table) == set(product(machine.states, machine.inputs))


@each_pair
def test_a_step_leads_to_a_state_of_the_same_machine_and_is_carried_out(
    machine: Machine, state: IntEnum, given: IntEnum
) -> None:
    transaction, wire = placed_in(machine, state, FakeUser())
    following, actions = machine.table[state, given]
    message: Message = RESPONSE
    if refuse in actions:
        with pytest.raises(StateError):
            transaction.feed(given, 1.0, message)
        assert transaction.state is state, "a refused verb changes nothing"
    else:
        transaction.feed(given, 1.0, message)
        assert transaction.state is following
    assert following in machine.states
    ended = following is not state and following.name == "TERMINATED"
    assert wire.forgotten == int(ended), "it leaves the layer exactly when it terminates"


@each_pair
def test_only_a_verb_of_our_own_side_is_ever_refused(machine: Machine, state: IntEnum, given: IntEnum) -> None:
    _, actions = machine.table[state, given]
    if given.name not in ("PROVISIONAL", "SUCCESS", "FAILURE", "FINAL") or "client" in machine.name:
        assert refuse not in actions


@each_pair
def test_a_transaction_that_nobody_took_needs_no_user_on_the_servers_side(
    machine: Machine, state: IntEnum, given: IntEnum
) -> None:
    if "server" in machine.name and refuse not in machine.table[state, given][1]:
        transaction, _ = placed_in(machine, state, None)
        transaction.feed(given, 1.0, RESPONSE)
        assert transaction.state is machine.table[state, given][0]


@each_machine
def test_terminated_absorbs_everything(machine: Machine) -> None:
    end = machine.states["TERMINATED"]
    for given in machine.inputs:
        assert machine.table[end, given] == (end, (nothing,))


@each_machine
def test_every_state_can_be_reached_and_can_be_left_for_good(machine: Machine) -> None:
    leads_to = {state: {machine.table[state, given][0] for given in machine.inputs} for state in machine.states}
    first = min(machine.states)
    assert reachable(first, leads_to) == set(machine.states)
    for state in machine.states:
        assert machine.states["TERMINATED"] in reachable(state, leads_to)


def reachable(start: IntEnum, leads_to: dict[IntEnum, set[IntEnum]]) -> set[IntEnum]:
    """All states that can follow one, however late."""
    found, frontier = {start}, [start]
    while frontier:
        for state in leads_to[frontier.pop()] - found:
            found.add(state)
            frontier.append(state)
    return found


@each_machine
def test_nothing_is_forgotten_without_terminating(machine: Machine) -> None:
    for following, actions in machine.table.values():
        assert forget not in actions or following.name == "TERMINATED"
