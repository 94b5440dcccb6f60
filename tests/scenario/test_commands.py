"""What the owner of a call asks for: services, calls placed from here, redirection, hanging up."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset

from pbx.call.placing import place
from pbx.call.ring import ring_phone
from pbx.commands import PlaceCall
from pbx.events import CallOffered, CallStarted, LegEnded, LegsBridged
from pbx.routing.numbering import Target


def in_queue(exchange: Exchange) -> tuple[Handset, CallOffered]:
    """1001 has called the queue, was answered by its owner and hears music."""
    ana = exchange.phone("1001")
    ana.dial("700")
    exchange.run_until(1)
    [offered] = exchange.told(CallOffered)
    exchange.control.answer(exchange.control.legs[offered.leg], exchange.network.now)
    exchange.plane.play(offered.leg, ("greeting", "music"), loop=True)
    exchange.run_until(2)
    return ana, offered


@pytest.mark.parametrize(("number", "heard"), [("600", "echo"), ("601", "music*")])
def test_the_switchs_own_services_answer_at_once(exchange: Exchange, number: str, heard: str) -> None:
    ana = exchange.phone("1001")
    ana.dial(number)
    exchange.run_until(1)
    assert ana.talks
    assert list(exchange.plane.heard.values()) == [heard]
    ana.hang_up()


def test_a_call_for_a_queue_is_given_to_its_owner_unanswered(exchange: Exchange) -> None:
    ana = exchange.phone("1001")
    ana.dial("700")
    exchange.run_until(1)
    [offered] = exchange.told(CallOffered)
    assert (offered.caller, offered.number, offered.target_kind, offered.target) == ("1001", "700", "queue", "support")
    assert offered.account == "1001"
    assert not ana.talks
    exchange.control.reject(exchange.control.legs[offered.leg], 486, "All agents are busy", exchange.network.now)
    exchange.run_until(2)
    assert ana.refused_with == [(486, "All agents are busy")]


def test_a_waiting_caller_is_bridged_with_the_agent_who_answers(exchange: Exchange) -> None:
    ana, offered = in_queue(exchange)
    agent = exchange.phone("1002", "answer")
    control, now = exchange.control, exchange.network.now
    call = control.calls[offered.call]
    leg = ring_phone(
        control, call, "agent-leg", "1002", caller="1001", caller_name="", timeout_s=20, near=call.first, now=now
    )
    exchange.run_until(3)
    assert agent.talks
    control.connect(control.legs[offered.leg], leg)
    assert exchange.plane.heard == {offered.leg: "agent-leg", "agent-leg": offered.leg}
    assert len(exchange.told(LegsBridged)) == 1
    agent.hang_up()
    exchange.run_until(4)
    assert not ana.talks


def test_an_agent_who_does_not_answer_leaves_the_caller_waiting(exchange: Exchange) -> None:
    ana, offered = in_queue(exchange)
    exchange.phone("1002")
    control = exchange.control
    call = control.calls[offered.call]
    ring_phone(
        control, call, "agent-leg", "1002", caller="1001", caller_name="", timeout_s=20, near=call.first,
        now=exchange.network.now,
    )  # fmt: skip
    exchange.run_until(23)
    assert [(event.leg, event.cause) for event in exchange.told(LegEnded)] == [("agent-leg", "no_answer")]
    assert ana.talks
    ana.hang_up()


def test_a_waiting_caller_is_taken_to_another_phone(exchange: Exchange) -> None:
    ana, offered = in_queue(exchange)
    boris = exchange.phone("1002", "answer")
    exchange.control.direct(exchange.control.legs[offered.leg], Target("phone", "1002"), exchange.network.now)
    exchange.run_until(3)
    assert ana.talks
    assert boris.talks
    assert exchange.plane.heard[offered.leg] != "greeting+music*"
    ana.hang_up()
    exchange.run_until(4)
    assert not boris.talks


def test_a_caller_hears_ringing_while_it_is_taken_to_a_phone_that_rings(exchange: Exchange) -> None:
    ana, offered = in_queue(exchange)
    exchange.phone("1002")
    exchange.control.direct(exchange.control.legs[offered.leg], Target("phone", "1002"), exchange.network.now)
    exchange.run_until(3)
    assert exchange.plane.heard[offered.leg] == "ringback*"
    ana.hang_up()


def test_a_call_placed_from_here_rings_the_phone_first_and_then_takes_it_where_the_number_leads(
    exchange: Exchange,
) -> None:
    ana, boris = exchange.phone("1001", "answer"), exchange.phone("1002", "answer")
    place(exchange.control, PlaceCall("call-1", "leg-1", "1001", "1002", "Click to dial"), exchange.network.now)
    exchange.run_until(2)
    assert ana.talks
    assert boris.talks
    [started] = exchange.told(CallStarted)
    assert (started.call, started.direction) == ("call-1", "outbound")
    boris.hang_up()
    exchange.run_until(3)
    assert not ana.talks


def test_a_placed_call_whose_phone_declines_is_over(exchange: Exchange) -> None:
    exchange.phone("1001", 603)
    place(exchange.control, PlaceCall("call-1", "leg-1", "1001", "1002", ""), exchange.network.now)
    exchange.run_until(1)
    exchange.plane.tell_closed()
    assert exchange.ended.cause == "declined"


def test_a_placed_call_to_a_number_that_leads_nowhere_hangs_up(exchange: Exchange) -> None:
    ana = exchange.phone("1001", "answer")
    place(exchange.control, PlaceCall("call-1", "leg-1", "1001", "999", ""), exchange.network.now)
    exchange.run_until(2)
    assert not ana.talks
    exchange.plane.tell_closed()
    assert exchange.ended.cause == "unreachable"


@pytest.mark.parametrize("stage", ["ringing", "talking"])
def test_a_whole_call_is_hung_up_from_here(exchange: Exchange, stage: str) -> None:
    ana, boris = exchange.phone("1001"), exchange.phone("1002", "answer" if stage == "talking" else "ring")
    ana.dial("1002")
    exchange.run_until(2)
    [call] = exchange.control.calls.values()
    for leg in call.live_legs:
        exchange.control.hang_up(leg, "drained", exchange.network.now)
    exchange.run_until(3)
    assert not ana.talks
    assert not boris.talks
    exchange.plane.tell_closed()
    assert (exchange.ended.cause, exchange.ended.ended_by) == ("drained", "switch")
