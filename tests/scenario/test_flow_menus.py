"""Menus and entries: keys that are right, wrong, early, late, or never come."""

from __future__ import annotations

from typing import Any

import pytest
from tests.scenario.exchange import Exchange
from tests.scenario.flows import END, FlowScene, say

from pbx.events import CallOffered

MENU: dict[str, Any] = {
    "id": "menu",
    "type": "menu",
    "prompt": say("choose"),
    "invalid": say("no such choice"),
    "choices": {"1": "support", "2": "end"},
    "timeout_s": 5,
    "retries": 1,
    "failed": "bye",
}
SUPPORT = {"id": "support", "type": "queue", "queue": "support"}
BYE = {"id": "bye", "type": "play", "prompt": say("goodbye"), "next": "end"}
ACCOUNT: dict[str, Any] = {
    "id": "account",
    "type": "collect",
    "prompt": say("your account"),
    "invalid": say("wrong"),
    "variable": "account",
    "min": 2,
    "max": 4,
    "patterns": ["4X", "5X."],
    "timeout_s": 6,
    "digit_timeout_s": 2,
    "retries": 1,
    "next": "echo-it",
    "failed": "bye",
}
ECHO_IT = {"id": "echo-it", "type": "play", "prompt": say("thank you {account}"), "next": "end"}


def menu(exchange: Exchange) -> FlowScene:
    scene = FlowScene(exchange, MENU, SUPPORT, BYE, END)
    scene.dial()
    assert scene.hears == "choose"
    return scene


def account(exchange: Exchange) -> FlowScene:
    scene = FlowScene(exchange, ACCOUNT, ECHO_IT, BYE, END)
    scene.dial()
    return scene


def test_a_digit_stops_the_prompt_and_chooses(exchange: Exchange) -> None:
    scene = menu(exchange)
    scene.press("1")
    [offered] = exchange.told(CallOffered)
    assert (offered.target_kind, offered.target) == ("queue", "support")
    assert scene.way == ["menu 1", "support queue:support"]
    assert scene.hears is None
    exchange.control.hang_up(scene.leg, "normal", exchange.network.now)


def test_a_digit_after_the_prompt_chooses_too(exchange: Exchange) -> None:
    scene = menu(exchange)
    scene.listen()
    exchange.run_until(5)
    scene.press("2")
    assert scene.way == ["menu 2", "end"]


def test_a_wrong_digit_is_told_and_the_menu_repeated(exchange: Exchange) -> None:
    scene = menu(exchange)
    scene.press("9")
    assert scene.hears == "no such choice+choose"
    scene.press("2")
    assert scene.way == ["menu invalid", "menu 2", "end"]


def test_a_second_wrong_digit_uses_the_tries_up(exchange: Exchange) -> None:
    scene = menu(exchange)
    scene.press("9")
    scene.press("8")
    assert scene.way == ["menu invalid", "menu invalid"]
    assert scene.hears == "goodbye"
    scene.listen()
    assert scene.way[-1] == "end"


def test_a_silent_caller_hears_the_menu_again_and_then_what_comes_of_it(exchange: Exchange) -> None:
    scene = menu(exchange)
    scene.listen()
    exchange.run_until(5.9)
    assert scene.hears is None
    exchange.run_until(6.1)
    assert scene.hears == "choose"
    scene.listen()
    exchange.run_until(11.2)
    assert scene.hears == "goodbye"
    assert scene.way == ["menu timeout", "menu timeout"]
    scene.listen()


def test_the_clock_of_a_menu_runs_only_once_the_prompt_was_heard(exchange: Exchange) -> None:
    scene = menu(exchange)
    exchange.run_until(60)
    assert scene.hears == "choose"
    scene.press("2")


def test_digits_typed_ahead_pass_prompts_unheard(exchange: Exchange) -> None:
    hello = {"id": "hello", "type": "play", "prompt": say("welcome"), "next": "first"}
    first = MENU | {"id": "first", "choices": {"1": "menu", "2": "end"}}
    scene = FlowScene(exchange, hello, first, MENU, SUPPORT, BYE, END)
    scene.dial()
    assert scene.hears == "welcome"
    scene.press("1")
    assert scene.way == ["hello skipped", "first 1"]
    assert scene.hears == "choose"
    scene.press("2")
    assert scene.way[-2:] == ["menu 2", "end"]


def test_a_prompt_that_must_be_heard_keeps_the_digits_for_later(exchange: Exchange) -> None:
    notice = {"id": "notice", "type": "play", "prompt": say("recorded"), "interruptible": False, "next": "account"}
    scene = FlowScene(exchange, notice, ACCOUNT, ECHO_IT, BYE, END)
    scene.dial()
    scene.press("42#")
    assert scene.hears == "recorded"
    scene.listen()
    assert scene.hears == "thank you 42"
    scene.listen()


def test_what_was_typed_after_a_mistake_is_not_taken_for_an_answer(exchange: Exchange) -> None:
    notice = {"id": "notice", "type": "play", "prompt": say("recorded"), "interruptible": False, "next": "menu"}
    scene = FlowScene(exchange, notice, MENU, SUPPORT, BYE, END)
    scene.dial()
    scene.press("91")
    scene.listen()
    assert scene.hears == "no such choice+choose"
    scene.press("2")


@pytest.mark.parametrize("keys", ["42#", "5123"])
def test_an_entry_ends_with_its_terminator_or_its_last_digit(exchange: Exchange, keys: str) -> None:
    scene = account(exchange)
    scene.press(keys)
    assert scene.hears == f"thank you {keys.rstrip('#')}"
    assert scene.way == [f"account {len(keys.rstrip('#'))} digits"]
    scene.listen()


def test_an_entry_ends_when_no_further_digit_comes(exchange: Exchange) -> None:
    scene = account(exchange)
    scene.press("4")
    exchange.run_until(2.5)
    scene.press("2")
    exchange.run_until(4.4)
    assert scene.hears is None
    exchange.run_until(4.6)
    assert scene.hears == "thank you 42"
    scene.listen()


@pytest.mark.parametrize("keys", ["4#", "#", "42*#", "39#", "423#"])
def test_an_entry_that_does_not_fit_is_asked_for_again(exchange: Exchange, keys: str) -> None:
    scene = account(exchange)
    scene.press(keys)
    assert scene.hears == "wrong+your account"
    scene.press("42#")
    assert scene.hears == "thank you 42"
    scene.listen()


def test_an_entry_that_never_comes_leads_on(exchange: Exchange) -> None:
    scene = account(exchange)
    scene.listen()
    exchange.run_until(8)
    scene.listen()
    exchange.run_until(15)
    assert scene.hears == "goodbye"
    scene.listen()


def test_a_caller_who_hangs_up_in_a_menu_leaves_nothing_behind(exchange: Exchange) -> None:
    scene = FlowScene(exchange, MENU, SUPPORT, BYE, END)
    caller = scene.dial()
    caller.hang_up()
    exchange.run_until(20)
    assert scene.way == []


def test_prompts_that_cannot_be_made_are_left_out(exchange: Exchange) -> None:
    scene = FlowScene(exchange, MENU, SUPPORT, BYE, END, makes_prompts=False)
    scene.dial()
    exchange.run_until(30)
    assert scene.way == ["menu timeout", "menu timeout", "bye", "end"]


def test_a_digit_is_taken_while_its_prompt_is_being_made(exchange: Exchange) -> None:
    scene = FlowScene(exchange, MENU, SUPPORT, BYE, END, makes_prompts=False)
    scene.dial()
    scene.press("2")
    assert scene.way == ["menu 2", "end"]
