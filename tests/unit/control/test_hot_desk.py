"""Agents who log in by dialling at phones of others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import pytest
from tests.unit.control.ears import attendance

from acd import events as acd
from acd.agent import AgentStatus
from control.adapters.directory import Directory
from control.adapters.hot_desk import FORGET_S, MOST_WRONG, PATIENCE_S, HotDesk
from control.credentials import pin_hash
from control.nouns import Agent, Route
from pbx.commands import Answer, Command, Hangup, Play, Reject
from pbx.events import CallOffered, DigitReceived

ANA = Agent("ana", "Ana", "1001", "", "", pin=pin_hash("ana", "4711"))
BORIS = Agent("boris", "Boris", "1002", "", "")
LOGGED_IN = [acd.AgentStatusSet("ana", AgentStatus.AVAILABLE, phone="1002")]


class Scene:
    """Boris's phone; the hand of the clock is the test's."""

    def __init__(self) -> None:
        self.at = 1_000.0
        self.posted: list[acd.Event] = []
        self.commands: list[Command] = []
        self.confirmed: list[str] = []
        self.alarms: list[tuple[float, Callable[[], None]]] = []
        self.directory = Directory()
        self.directory.load([ANA, BORIS, Route("*74.", "feature:login-here")])
        desk = attendance(self.directory, self.posted.append)
        self.hot_desk = HotDesk(self.directory, desk, self._execute, later=self._later, confirm=self.confirmed.append)

    def _execute(self, many: Iterable[Command]) -> None:
        self.commands += many

    def _later(self, delay_s: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        self.alarms.append((delay_s, act))
        return asyncio.TimerHandle(0, act, (), asyncio.get_running_loop())

    def dial(self, number: str = "*741001", caller: str = "boris") -> None:
        self.commands.clear()
        event = CallOffered(self.at, "c1", "l1", "1002", "", number, "feature", "login-here", "1002")
        self.hot_desk.dialled(event, caller)

    def type(self, keys: str) -> None:
        for key in keys:
            self.hot_desk.pressed(DigitReceived(self.at, "c1", "l1", key, 100))


async def test_extension_and_pin_log_an_agent_in_at_the_phone() -> None:
    scene = Scene()
    scene.dial()
    assert scene.commands == [Answer("l1"), Play("l1", ("beep",))]
    scene.type("4711#")
    assert (scene.posted, scene.confirmed) == (LOGGED_IN, ["l1"])


async def test_the_phone_is_the_one_at_which_whoever_works_there_sits() -> None:
    scene = Scene()
    scene.directory.seats["boris"] = "1003"
    scene.dial()
    scene.type("4711#")
    assert scene.posted == [acd.AgentStatusSet("ana", AgentStatus.AVAILABLE, phone="1003")]


@pytest.mark.parametrize(("number", "status"), [("*74", 484), ("*741999", 404), ("*741002", 403)])
async def test_what_cannot_be_asked_for_is_refused(number: str, status: int) -> None:
    scene = Scene()
    scene.dial(number)
    assert scene.commands == [Reject("l1", status)]


async def test_a_wrong_pin_ends_the_call() -> None:
    scene = Scene()
    scene.dial()
    scene.type("4712#")
    assert (scene.posted, scene.commands[-1]) == ([], Hangup("l1"))
    scene.type("4711#")
    assert scene.posted == []


async def test_pins_cannot_be_guessed_without_end() -> None:
    scene = Scene()
    for _ in range(MOST_WRONG):
        scene.dial()
        scene.type("0000#")
    scene.dial()
    assert scene.commands == [Reject("l1", 403)]
    scene.at += FORGET_S + 1
    scene.dial()
    scene.type("4711#")
    assert scene.posted == LOGGED_IN


async def test_who_types_nothing_is_let_go() -> None:
    scene = Scene()
    scene.dial()
    [(delay_s, act)] = scene.alarms
    assert delay_s == PATIENCE_S
    act()
    assert scene.commands[-1] == Hangup("l1")
    scene.type("4711#")
    assert scene.posted == []
