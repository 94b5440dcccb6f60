"""Callbacks whose customer is called first, with the router itself between the switch's events and its commands."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from tests.unit.control.test_callback_desk import IVAN, MILA, Scene

from acd import events as acd
from acd.agent import AgentStatus
from acd.live import QueueLive
from control.adapters.declaring import profile
from control.nouns import Agent, CallbackRules
from pbx import commands, events


class CustomerScene(Scene):
    """Mila waited before Ivan, and is to be called back; the customer first. Two agents are away."""

    def __init__(self) -> None:
        super().__init__(callback=CallbackRules(first="customer", attempts=2))
        boris = Agent("boris", "Boris", "1002", "", "")
        self.directory.load([boris])
        self.post(acd.AgentDeclared(profile(boris)))
        self.post(acd.AgentReachable("boris", True))
        self.wait("c1", MILA)
        self.wait("c2", IVAN)
        self.promise("c1")

    def _execute(self, many: Iterable[commands.Command]) -> None:
        many = list(many)
        super()._execute(many)
        for command in many:
            match command:
                case commands.CallOut(call=call, leg=leg, to=to):
                    self.tell(
                        events.CallStarted(self.at, call, "outbound", "", "", to),
                        events.LegStarted(self.at, call, leg, to),
                    )
                case commands.Redirect(leg="back-1.1", target_kind=kind, target=target, wish=wish):
                    self.tell(
                        events.CallOffered(self.at, "back-1", "back-1.1", MILA, "", MILA, kind, target, None, wish=wish)
                    )

    def customer_answers(self) -> None:
        self.tell(events.LegAnswered(self.at, "back-1", "back-1.1"))

    def customer_does_not(self, cause: str) -> None:
        self.tell(events.LegEnded(self.at, "back-1", "back-1.1", cause, 486, False))

    @property
    def called(self) -> list[str]:
        return [command.to for command in self.commands if isinstance(command, commands.CallOut)]

    @property
    def rung(self) -> list[tuple[str, str]]:
        return [(one.call, one.to) for one in self.commands if isinstance(one, commands.Originate)]

    def state(self, agent: str) -> str:
        live = self.router.agent_live(agent)
        assert live is not None
        return live.state

    def live(self) -> QueueLive:
        live = self.router.queue_live("support", self.at)
        assert live is not None
        return live


@pytest.fixture
def scene() -> CustomerScene:
    return CustomerScene()


def test_the_customer_is_dialled_once_while_the_agent_is_held_free_and_rings_when_she_answers(
    scene: CustomerScene,
) -> None:
    scene.ana(AgentStatus.AVAILABLE)
    assert (scene.called, scene.rung, scene.placed) == ([MILA], [], [])
    assert scene.desk.holds("c1")
    assert scene.adapter.connecting("c1")
    scene.customer_answers()
    assert scene.rung == [("back-1", "1001")]
    assert scene.desk.open == {}
    assert (scene.called, scene.live().overflowed) == ([MILA], 1)


def test_the_customer_keeps_the_place_and_others_are_asked_when_the_agent_does_not_answer(
    scene: CustomerScene,
) -> None:
    scene.ana(AgentStatus.AVAILABLE)
    scene.customer_answers()
    scene.ana(AgentStatus.OFFLINE)
    assert scene.router.waiting("support") == ["back-1", "c2"]
    scene.at += 30
    scene.post(acd.ClockReached())
    scene.post(acd.AgentStatusSet("boris", AgentStatus.AVAILABLE))
    assert scene.rung == [("back-1", "1001"), ("back-1", "1002")]


def test_a_customer_who_is_not_reached_is_tried_again_and_the_agent_serves_others(scene: CustomerScene) -> None:
    scene.ana(AgentStatus.AVAILABLE)
    scene.customer_does_not("busy")
    assert scene.rung == [("c2", "1001")]
    assert (scene.desk.open["c1"].attempts, scene.desk.open["c1"].result) == (1, "busy")
    assert not scene.desk.holds("c1")


def test_a_customer_who_hangs_up_while_the_agent_rings_is_gone(scene: CustomerScene) -> None:
    scene.ana(AgentStatus.AVAILABLE)
    scene.customer_answers()
    scene.tell(events.LegEnded(scene.at, "back-1", "back-1.1", "normal", 0, True))
    assert scene.live().abandoned == 1
    assert scene.state("ana") == "offered"
    assert scene.rung[-1] == ("c2", "1001")
