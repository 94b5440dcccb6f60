"""Callers who would rather speak to somebody: from the route to the router, which is the real one."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.control.test_callback_desk import MILA, Scene

from acd import events as acd
from acd.agent import AgentStatus
from control.adapters.declaring import profile
from control.adapters.directory import Directory
from control.nouns import Agent, Route, RoutingRules
from pbx import events
from pbx.commands import Originate
from pbx.routing.numbering import Target
from pbx.wish import Wish


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"target": "agent:ana", "backup": "queue:support", "preferred_s": 20.0},
         Target("queue", "support", Wish(("ana",), 20.0))),
        ({"target": "queue:support", "preferred": ("ana", "boris")},
         Target("queue", "support", Wish(("ana", "boris")))),
        ({"target": "queue:support"}, Target("queue", "support")),
        ({"target": "agent:ana"}, Target("phone", "1001")),
    ],
)  # fmt: skip
def test_an_agent_with_a_backup_is_one_whom_the_queue_asks_first(fields: dict[str, Any], target: Target) -> None:
    directory = Directory()
    directory.load([Agent("ana", "Ana", "1001", "", ""), Route("800", **fields)])
    assert directory.numbers()["800"] == target


class Preferring(Scene):
    """Boris is there; Ana is on a break."""

    def __init__(self, **queue: object) -> None:
        super().__init__(**queue)
        boris = Agent("boris", "Boris", "1002", "", "")
        self.directory.load([boris])
        for event in (
            acd.AgentDeclared(profile(boris)),
            acd.AgentReachable("boris", True),
            acd.AgentStatusSet("boris", AgentStatus.AVAILABLE),
            acd.AgentStatusSet("ana", AgentStatus.BREAK),
        ):
            self.post(event)

    def call_for(self, wish: Wish | None) -> None:
        self.tell(
            events.CallStarted(self.at, "c1", "inbound", MILA, "", "800"),
            events.CallOffered(self.at, "c1", "c1.1", MILA, "", "800", "queue", "support", None, wish=wish),
        )

    def later(self, seconds: float) -> None:
        self.at += seconds
        self.post(acd.ClockReached())

    @property
    def rung(self) -> list[str]:
        return [command.to for command in self.commands if isinstance(command, Originate)]


def test_a_caller_waits_for_the_agent_and_then_for_any() -> None:
    scene = Preferring()
    scene.call_for(Wish(("ana",), 20.0))
    scene.later(19.0)
    assert scene.rung == []
    scene.later(1.0)
    assert scene.rung == ["1002"]


def test_the_agent_is_asked_as_soon_as_she_is_there() -> None:
    scene = Preferring()
    scene.call_for(Wish(("ana",), 20.0))
    scene.post(acd.AgentStatusSet("ana", AgentStatus.AVAILABLE))
    assert scene.rung == ["1001"]


def test_the_queue_says_how_long_where_nothing_else_is_said() -> None:
    scene = Preferring(routing=RoutingRules(preferred_wait_s=10.0))
    scene.call_for(Wish(("ana",)))
    scene.later(9.0)
    assert scene.rung == []
    scene.later(1.0)
    assert scene.rung == ["1002"]


def test_nobody_waits_for_one_who_is_not_there_at_all() -> None:
    scene = Preferring()
    scene.post(acd.AgentStatusSet("ana", AgentStatus.OFFLINE))
    scene.call_for(Wish(("nobody", "ana"), 20.0))
    assert scene.rung == ["1002"]
