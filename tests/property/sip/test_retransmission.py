"""When requests are sent again (RFC 3261 sections 17.1.1.2 and 17.1.2.2), against a plain reading of the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.property.sip.test_transaction_tables import FIELDS, INVITE, FakeUser, FakeWire
from tests.property.sip.wire_forms import budget

from pbx.sip.flow import Flow
from pbx.sip.message import Request, Response
from pbx.sip.timers import T1, T2, TIMEOUT, TimerQueue
from pbx.sip.transaction.invite_client import InviteClient
from pbx.sip.transaction.non_invite_client import NonInviteClient

moments = st.floats(0.0, 31.9)
OPTIONS = Request("OPTIONS", "sip:boris@example.com", FIELDS)


class Clocked(FakeWire):
    """A wire that notes when something was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.times: list[float] = []

    def send(self, data: bytes, flow: Flow) -> None:
        self.times.append(self.now)

    def run(self, until: float) -> None:
        """Let time pass."""
        while (due := self.timers.next()) is not None and due <= until:
            self.now = due
            self.timers.run(due)
        self.now = until


def doubling(until: float, longest: float, slow_from: float = float("inf")) -> list[float]:
    """0, T1, 3 T1, 7 T1 ... before ``until``; at ``longest`` after ``slow_from``."""
    times, at, interval = [0.0], 0.0, T1
    while (at := at + interval) < until:
        times.append(at)
        interval = longest if at > slow_from else min(2 * interval, longest)
    return times


@budget
@given(provisional_at=moments)
def test_an_invite_is_sent_again_at_doubled_intervals_until_anything_is_heard(provisional_at: float) -> None:
    wire = Clocked()
    invite = InviteClient(wire, ("key",), INVITE, Flow("udp", "192.0.2.1", 5060), FakeUser())
    invite.start(0.0)
    wire.run(provisional_at)
    invite.receive(Response(180, "Ringing", FIELDS), provisional_at)
    wire.run(200.0)
    assert wire.times == pytest.approx([at for at in doubling(TIMEOUT, TIMEOUT) if at <= provisional_at])


@budget
@given(provisional_at=moments)
def test_another_request_slows_down_to_t2_once_somebody_works_on_it(provisional_at: float) -> None:
    wire = Clocked()
    user = FakeUser()
    options = NonInviteClient(wire, ("key",), OPTIONS, Flow("udp", "192.0.2.1", 5060), user)
    options.start(0.0)
    wire.run(provisional_at)
    options.receive(Response(100, "Trying", FIELDS), provisional_at)
    wire.run(200.0)
    expected = doubling(TIMEOUT, T2, slow_from=provisional_at)
    assert wire.times == pytest.approx(expected)
    assert user.heard == ["responded", "timed_out"]


@budget
@given(final_at=moments, transport=st.sampled_from(("udp", "tcp")))
def test_a_final_response_ends_all_sending(final_at: float, transport: str) -> None:
    wire = Clocked()
    options = NonInviteClient(wire, ("key",), OPTIONS, Flow(transport, "192.0.2.1", 5060), FakeUser())
    options.start(0.0)
    wire.run(final_at)
    options.receive(Response(200, "OK", FIELDS), final_at)
    before = len(wire.times)
    wire.run(200.0)
    assert len(wire.times) == before
    assert wire.forgotten == 1
    assert transport == "udp" or before == 1, "a reliable transport sends by itself"


@budget
@given(st.lists(st.floats(0.0, 50.0), max_size=20), st.floats(0.0, 50.0))
def test_a_timer_queue_calls_what_is_due_in_order_and_keeps_the_rest(whens: list[float], now: float) -> None:
    timers, called = TimerQueue(), []
    for number, when in enumerate(whens):
        timers.at(when, lambda then, number=number: called.append(number))  # type: ignore[misc]
    timers.run(now)
    in_order = sorted(range(len(whens)), key=lambda number: whens[number])
    assert called == [number for number in in_order if whens[number] <= now]
    assert len(timers) == len(whens) - len(called)
    assert timers.next() == min((when for when in whens if when > now), default=None)
