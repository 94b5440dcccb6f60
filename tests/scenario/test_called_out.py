"""Parties who were called out and answered: they may be sent anywhere, and are handled as callers are."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.flows import FlowScene
from tests.scenario.outward import CUSTOMER, SHOWN, Centre, Made
from tests.scenario.test_flow_menus import BYE, END, MENU, SUPPORT

from pbx import commands
from pbx.call import supervision, transfer
from pbx.events import CallEnded, CallOffered, CallTransferred, LegHeld, PlayEnded

LEG, AGENT = "c1.1", "c1.2"


def talking(made: Made, exchange: Exchange) -> tuple[Centre, Handset]:
    """A party who was called talks to 1001, an agent."""
    centre = made()
    agent = exchange.phone("1001", "answer")
    centre.call()
    centre.do(commands.Redirect(LEG, "queue", "support"))
    centre.do(commands.Originate("c1", AGENT, "1001", CUSTOMER, "Vera"))
    centre.do(commands.Bridge(LEG, AGENT))
    return centre, agent


@pytest.mark.parametrize(("key", "led_to"), [("1", [("support", CUSTOMER)]), ("2", [])])
def test_a_key_in_a_flow_leads_a_party_on(
    made: Made, exchange: Exchange, key: str, led_to: list[tuple[str, str]]
) -> None:
    scene = FlowScene(exchange, MENU, SUPPORT, BYE, END)
    centre = made()
    centre.call()
    centre.do(commands.Redirect(LEG, "flow", "main"))
    assert scene.hears == "choose"
    scene.press(key)
    assert [(one.target, one.caller) for one in exchange.told(CallOffered)] == led_to
    centre.do(commands.HangupCall("c1"))
    assert exchange.in_use == (0, 0, 0)


def test_a_message_is_left_and_the_end_of_it_told(made: Made, exchange: Exchange) -> None:
    centre = made()
    centre.call()
    centre.do(commands.Play(LEG, ("message",)))
    exchange.plane.end_clips(LEG)
    assert [event.leg for event in exchange.told(PlayEnded)] == [LEG]
    centre.do(commands.Hangup(LEG))
    assert (exchange.ended.cause, exchange.ended.ended_by) == ("normal", "switch")


def test_party_and_agent_hold_and_the_one_who_waits_hears_music(made: Made, exchange: Exchange) -> None:
    centre, agent = talking(made, exchange)
    centre.do(commands.Hold(AGENT))
    assert exchange.plane.heard[LEG] == "music*"
    centre.do(commands.Resume(AGENT))
    centre.customer.offer("sendonly")
    centre.let_pass(1.0)
    assert exchange.plane.heard[AGENT] == "music*"
    centre.customer.offer("sendrecv")
    centre.let_pass(1.0)
    assert [(event.leg, event.held) for event in exchange.told(LegHeld)] == [
        (AGENT, True), (AGENT, False), (LEG, True), (LEG, False),
    ]  # fmt: skip
    agent.hang_up()
    centre.let_pass(1.0)


def test_an_agent_gives_a_party_away_and_whose_phone_rings_sees_it(made: Made, exchange: Exchange) -> None:
    centre, _ = talking(made, exchange)
    boris = exchange.phone("1002", "answer")
    transfer.blind(exchange.control, exchange.control.legs[AGENT], "1002", exchange.network.now)
    centre.let_pass(1.0)
    assert [(event.leg, event.other) for event in exchange.told(CallTransferred)] == [(AGENT, LEG)]
    [invite] = exchange.invites("1002")
    assert invite.from_.uri.username == CUSTOMER
    boris.hang_up()
    centre.let_pass(1.0)
    assert (exchange.ended.caller, exchange.ended.number, exchange.ended.ended_by) == (SHOWN, CUSTOMER, "callee")
    assert [leg.party for leg in exchange.ended.legs] == [CUSTOMER, "1001", "1002"]


def test_an_agents_phone_is_asked_to_answer_by_itself_where_a_party_must_not_wait(
    made: Made, exchange: Exchange
) -> None:
    centre = made()
    for extension in ("1001", "1002"):
        exchange.phone(extension, "answer")
    centre.call()
    centre.do(commands.Originate("c1", AGENT, "1001", CUSTOMER, auto_answer=True))
    centre.do(commands.Originate("c1", "c1.3", "1002", CUSTOMER))
    [asked], [rung] = exchange.invites("1001"), exchange.invites("1002")
    fields = ("answer-mode", "call-info", "alert-info")
    host = exchange.switch.flow.host
    assert [asked.get(field) for field in fields] == [
        "Auto", f"<sip:{host}>;answer-after=0", f"<sip:{host}>;info=alert-autoanswer;delay=0",
    ]  # fmt: skip
    assert [rung.get(field) for field in fields] == [None, None, None]
    centre.do(commands.HangupCall("c1"))


def test_a_supervisor_whispers_to_the_agent_and_the_party_hears_nothing_of_it(made: Made, exchange: Exchange) -> None:
    centre, agent = talking(made, exchange)
    zora = exchange.phone("1009", "answer")
    by = exchange.control.legs[AGENT]
    supervision.ring_supervisor(exchange.control, "zora", "1009", by, "whisper", exchange.network.now)
    centre.let_pass(1.0)
    assert zora.talks
    assert exchange.plane.speaks_to["zora"] == AGENT
    centre.customer.hang_up()
    centre.let_pass(1.0)
    assert not agent.talks
    assert not zora.talks
    assert len(exchange.told(CallEnded)) == 1
