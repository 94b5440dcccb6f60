"""Callers who are taken to a queue's ``callback`` are noted, told so and let go."""

from __future__ import annotations

import pytest
from tests.scenario.exchange import Exchange, Handset
from tests.scenario.flows import END, FlowScene

from pbx.call.callback import can_be_called, take_request
from pbx.events import CallbackAsked
from pbx.routing.numbering import Target


def dial(exchange: Exchange) -> tuple[FlowScene, Handset]:
    scene = FlowScene(exchange, END)
    exchange.control.destinations["callback"] = take_request
    exchange.routes(n680="callback:support")
    caller = exchange.phone("1001")
    caller.dial("680")
    exchange.run_until(1)
    return scene, caller


def test_a_caller_is_noted_with_her_number_and_told_so(exchange: Exchange) -> None:
    scene, caller = dial(exchange)
    [asked] = exchange.told(CallbackAsked)
    assert (asked.queue, asked.number) == ("support", "1001")
    assert scene.hears == "We will call you back. Goodbye."
    scene.listen()
    exchange.run_until(2)
    assert not caller.talks


def test_the_words_are_in_the_language_of_the_queue_that_the_caller_comes_from(exchange: Exchange) -> None:
    scene, caller = dial(exchange)
    scene.leg.call.spoken = "sr"
    exchange.control.direct(scene.leg, Target("callback", "support"), exchange.network.now)
    assert scene.hears == "Pozvaćemo vas. Prijatno."
    caller.hang_up()


def test_a_key_ends_the_words(exchange: Exchange) -> None:
    scene, caller = dial(exchange)
    scene.press("1")
    exchange.run_until(2)
    assert not caller.talks


@pytest.mark.parametrize(
    ("number", "can"), [("+381641234567", True), ("1001", True), ("anonymous", False), ("", False), ("12", False)]
)
def test_only_numbers_are_called_back(number: str, can: bool) -> None:
    assert can_be_called(number) is can
