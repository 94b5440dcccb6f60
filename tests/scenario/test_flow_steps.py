"""Steps that decide, ask, ring and hand on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.flows import END, FlowScene, say
from tests.scenario.network import Network

from pbx.asking import LookupAnswered, PromptsAsked
from pbx.call.call import Leg
from pbx.call.host import CallHost
from pbx.events import CallbackAsked, CallDirected, CallOffered, LegsBridged
from pbx.routing.handling import Handling
from pbx.routing.numbering import Target
from pbx.wish import Wish

YES = {"id": "yes", "type": "play", "prompt": say("yes"), "next": "end"}
NO = {"id": "no", "type": "play", "prompt": say("no"), "next": "end"}
LOOKUP: dict[str, Any] = {
    "id": "ask",
    "type": "lookup",
    "url": "https://crm.example/customers/{caller}",
    "headers": {"X-Key": "k"},
    "results": {"tier": "customer.tier", "first": "orders.0.id"},
    "timeout_s": 2,
    "next": "tell",
    "on_error": "no",
}
TELL = {"id": "tell", "type": "play", "prompt": say("{tier} {first}"), "next": "end"}
DIAL: dict[str, Any] = {
    "id": "ring",
    "type": "dial",
    "to": "1002",
    "timeout_s": 10,
    "on_busy": "busy",
    "on_no_answer": "silent",
    "otherwise": "no",
}
BUSY = {"id": "busy", "type": "play", "prompt": say("engaged"), "next": "end"}
SILENT = {"id": "silent", "type": "play", "prompt": say("nobody there"), "next": "end"}


def test_variables_are_set_and_tested(exchange: Exchange) -> None:
    scene = FlowScene(
        exchange,
        {"id": "set", "type": "set", "variable": "who", "value": "{caller}-{number}", "next": "test"},
        {"id": "test", "type": "test", "condition": "who == '1001-800'", "then": "yes", "otherwise": "no"},
        YES, NO, END,
    )  # fmt: skip
    scene.dial()
    assert scene.hears == "yes"
    assert scene.way == ["set", "test then"]
    scene.listen()


@pytest.mark.parametrize(
    ("moment", "branch"),
    [("2026-03-02T10:00", "open"), ("2026-03-02T20:00", "closed"), ("2026-01-01T10:00", "holiday")],
)
def test_the_clock_decides(moment: str, branch: str) -> None:
    exchange = Exchange(Network(began=datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()))
    hours = {
        "id": "clock",
        "type": "hours",
        "zone": "Europe/Belgrade",
        "windows": [{"days": ["mon"], "from": "09:00", "to": "17:00"}],
        "holidays": ["01-01"],
        "open": "yes",
        "closed": "no",
    }
    scene = FlowScene(exchange, hours, YES, NO, END)
    caller = scene.dial()
    assert scene.way == [f"clock {branch}"]
    assert scene.hears == ("yes" if branch == "open" else "no")
    caller.hang_up()


def test_an_answer_of_another_system_fills_variables(exchange: Exchange) -> None:
    scene = FlowScene(exchange, LOOKUP, TELL, NO, END)
    scene.dial()
    [asked] = scene.lookups
    assert (asked.method, asked.url, asked.headers) == ("GET", "https://crm.example/customers/1001", {"X-Key": "k"})
    scene.answer(LookupAnswered(asked.leg, asked.ask, b'{"customer": {"tier": "gold"}, "orders": [{"id": 7}]}'))
    assert scene.hears == "gold 7"
    scene.listen()


def test_a_field_that_the_answer_lacks_is_empty(exchange: Exchange) -> None:
    scene = FlowScene(exchange, LOOKUP, TELL, NO, END)
    scene.dial()
    [asked] = scene.lookups
    scene.answer(LookupAnswered(asked.leg, asked.ask, b'{"customer": {"tier": "gold"}}'))
    assert scene.hears == "gold "
    scene.listen()


@pytest.mark.parametrize("body", [None, b"<html>", b""])
def test_a_bad_answer_takes_the_other_branch(exchange: Exchange, body: bytes | None) -> None:
    scene = FlowScene(exchange, LOOKUP, TELL, NO, END)
    scene.dial()
    [asked] = scene.lookups
    scene.answer(LookupAnswered(asked.leg, asked.ask, body))
    assert scene.hears == "no"
    scene.listen()


def test_no_answer_in_time_takes_the_other_branch_and_a_late_one_is_ignored(exchange: Exchange) -> None:
    scene = FlowScene(exchange, LOOKUP, TELL, NO, END)
    scene.dial()
    exchange.run_until(4)
    assert scene.hears == "no"
    [asked] = scene.lookups
    scene.answer(LookupAnswered(asked.leg, asked.ask, b'{"customer": {"tier": "gold"}}'))
    assert scene.hears == "no"
    scene.listen()


def test_a_post_sends_the_members_as_json(exchange: Exchange) -> None:
    scene = FlowScene(exchange, LOOKUP | {"method": "POST", "body": {"caller": '"{caller}"'}}, TELL, NO, END)
    caller = scene.dial()
    assert json.loads(scene.lookups[0].body) == {"caller": '"1001"'}
    caller.hang_up()


def test_a_phone_that_answers_takes_the_call(exchange: Exchange) -> None:
    boris = exchange.phone("1002", "answer")
    scene = FlowScene(exchange, DIAL, BUSY, SILENT, NO, END)
    caller = scene.dial()
    assert len(exchange.told(LegsBridged)) == 1
    boris.hang_up()
    exchange.run_until(2)
    assert not caller.talks


@pytest.mark.parametrize(("will", "heard"), [(486, "engaged"), (603, "engaged"), (500, "no")])
def test_a_phone_that_refuses_sends_the_call_on(exchange: Exchange, will: int, heard: str) -> None:
    exchange.phone("1002", will)
    scene = FlowScene(exchange, DIAL, BUSY, SILENT, NO, END)
    caller = scene.dial()
    assert caller.talks
    assert scene.hears == heard
    assert [(event.target_kind, event.target) for event in exchange.told(CallDirected)] == [
        ("flow", "main"), ("phone", "1002"), ("flow", "main"),
    ]  # fmt: skip
    scene.listen()


def test_a_phone_that_nobody_answers_sends_the_call_on(exchange: Exchange) -> None:
    exchange.phone("1002")
    scene = FlowScene(exchange, DIAL, BUSY, SILENT, NO, END)
    scene.dial()
    assert scene.hears == "ringback*"
    exchange.run_until(12)
    assert scene.hears == "nobody there"
    scene.listen()


def test_a_phone_that_is_not_there_sends_the_call_on(exchange: Exchange) -> None:
    scene = FlowScene(exchange, DIAL, BUSY, SILENT, NO, END)
    scene.dial()
    assert scene.way == ["ring unreachable"]
    scene.listen()


def test_a_dialled_number_may_lead_to_something_that_always_answers(exchange: Exchange) -> None:
    scene = FlowScene(exchange, DIAL | {"to": "{digits}0{x}"}, BUSY, SILENT, NO, END)
    scene.add("main", {"id": "set", "type": "set", "variable": "digits", "value": "60", "next": "ring"},
              DIAL | {"to": "{digits}0"}, BUSY, SILENT, NO, END)  # fmt: skip
    caller = scene.dial()
    assert scene.hears == "echo"
    caller.hang_up()


def test_a_caller_who_gives_up_while_a_phone_rings_stops_it(exchange: Exchange) -> None:
    boris = exchange.phone("1002")
    scene = FlowScene(exchange, DIAL, BUSY, SILENT, NO, END)
    caller = scene.dial()
    caller.hang_up()
    exchange.run_until(20)
    assert not boris.talks
    assert len(exchange.network.packets("CANCEL")) == 1


def test_an_agent_who_is_not_to_be_disturbed_sends_the_call_on_in_the_flow(exchange: Exchange) -> None:
    exchange.phone("1002")
    exchange.control.handling = {"1002": Handling(do_not_disturb=True)}
    scene = FlowScene(exchange, DIAL, BUSY, SILENT, NO, END)
    scene.dial()
    assert scene.hears == "engaged"
    scene.listen()


def test_what_follows_an_unanswered_phone_is_the_flows_to_say_and_not_the_phones(exchange: Exchange) -> None:
    exchange.phone("1002")
    exchange.control.handling = {"1002": Handling(no_answer=Target("echo"), after_s=5)}
    scene = FlowScene(exchange, DIAL, BUSY, SILENT, NO, END)
    scene.dial()
    exchange.run_until(7)
    assert scene.hears == "nobody there"
    scene.listen()


@pytest.mark.parametrize(("account", "answering"), [("1001", ["flow:main", "1001"]), (None, [None, None])])
def test_a_flow_answers_for_the_numbers_written_in_it_and_not_for_those_of_callers_nor_for_guests(
    exchange: Exchange, account: str | None, answering: list[str | None]
) -> None:
    authorities: list[str | None] = []

    def trunk(host: CallHost, leg: Leg, name: str, now: float) -> None:
        authorities.append(leg.call.authority)
        host.turn_away(leg, "declined", 403, now)

    written = DIAL | {"to": "0641", "on_busy": "second"}
    typed = DIAL | {"id": "second", "to": "{digits}", "on_busy": None}
    digits = {"id": "digits", "type": "set", "variable": "digits", "value": "0642", "next": "ring"}
    scene = FlowScene(exchange, digits, written, typed, SILENT, NO, END)
    exchange.control.destinations["trunk"] = trunk
    exchange.routes(n800="flow:main", **{"06X.": "trunk:carrier"})
    exchange.identify = lambda request: (account, False)
    scene.dial()
    assert authorities == answering
    assert scene.hears == "no"
    scene.listen()


CALLBACK = {
    "id": "back",
    "type": "callback",
    "queue": "support",
    "prompt": say("shall we call {caller}"),
    "next": "yes",
    "declined": "no",
}


def test_a_callback_is_asked_for_with_the_callers_number(exchange: Exchange) -> None:
    scene = FlowScene(exchange, CALLBACK, YES, NO, END)
    scene.dial()
    assert scene.hears == "shall we call 1001"
    scene.press("1")
    [asked] = exchange.told(CallbackAsked)
    assert (asked.queue, asked.number) == ("support", "1001")
    assert scene.hears == "yes"
    scene.listen()


def test_a_callback_may_be_declined(exchange: Exchange) -> None:
    scene = FlowScene(exchange, CALLBACK, YES, NO, END)
    scene.dial()
    scene.press("2")
    assert exchange.told(CallbackAsked) == []
    assert scene.hears == "no"
    scene.listen()


def test_the_language_goes_with_the_prompts(exchange: Exchange) -> None:
    tongue = {"id": "tongue", "type": "language", "language": "sr", "next": "hello"}
    hello = {"id": "hello", "type": "play", "prompt": {"text": {"en": "hello", "sr": "zdravo"}}, "next": "end"}
    scene = FlowScene(exchange, tongue, hello, END)
    scene.dial()
    assert scene.hears == "zdravo"
    assert [event.language for event in exchange.told(PromptsAsked)] == ["sr"]
    scene.listen()


def test_one_flow_goes_on_in_another_with_its_variables(exchange: Exchange) -> None:
    scene = FlowScene(
        exchange,
        {"id": "set", "type": "set", "variable": "who", "value": "x", "next": "jump"},
        {"id": "jump", "type": "flow", "flow": "other"},
    )
    scene.add("other", {"id": "hello", "type": "play", "prompt": say("hello {who}"), "next": "end"}, END)
    scene.dial()
    assert scene.hears == "hello x"
    scene.listen()
    assert scene.way == ["set", "jump other", "hello", "end"]


def test_flows_that_jump_to_each_other_for_ever_end_the_call(exchange: Exchange) -> None:
    scene = FlowScene(exchange, {"id": "jump", "type": "flow", "flow": "other"})
    scene.add("other", {"id": "back", "type": "flow", "flow": "main"})
    caller = scene.dial()
    assert not caller.talks
    assert scene.way[-1].endswith("went in circles")


def test_a_flow_that_is_gone_ends_the_call(exchange: Exchange) -> None:
    scene = FlowScene(exchange, END)
    caller = scene.dial("801")
    assert [status for status, _ in caller.refused_with] == [480]


def test_a_jump_to_a_flow_that_is_gone_ends_the_call(exchange: Exchange) -> None:
    scene = FlowScene(exchange, {"id": "jump", "type": "flow", "flow": "gone"})
    scene.dial()
    assert scene.way == ["jump there is no flow gone"]


def test_a_voicemail_step_leads_to_the_box(exchange: Exchange) -> None:
    scene = FlowScene(exchange, {"id": "leave", "type": "voicemail", "box": "ana"})
    scene.dial()
    [offered] = exchange.told(CallOffered)
    assert (offered.target_kind, offered.target) == ("voicemail", "ana")
    exchange.control.hang_up(scene.leg, "normal", exchange.network.now)


def test_a_queue_is_told_whom_the_caller_would_rather_speak_to(exchange: Exchange) -> None:
    name = {"id": "name", "type": "set", "variable": "agent", "value": "ana", "next": "wait"}
    queue = {"id": "wait", "type": "queue", "queue": "support", "preferred": ["{agent}", "{nobody}", "boris"]}
    caller = FlowScene(exchange, name, queue | {"preferred_s": 20}).dial()
    [offered] = exchange.told(CallOffered)
    assert (offered.target, offered.wish) == ("support", Wish(("ana", "boris"), 20.0))
    caller.hang_up()
