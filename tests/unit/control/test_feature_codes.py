"""What agents ask for by dialling."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import pytest
from tests.unit.control.ears import attendance

from acd import events as acd
from acd.agent import AgentStatus
from control.adapters.directory import Directory
from control.adapters.features import FeatureCodes
from control.adapters.supervising import Supervision
from control.nouns import Agent, Forward, Route
from pbx.commands import Answer, Command, Hangup, Play, Reject, ShowStatus
from pbx.events import CallOffered

ANA = Agent("ana", "Ana", "1001", "", "", forward=Forward(busy="1002"))
CODES = {
    "*70": "feature:login",
    "*71": "feature:break",
    "*72.": "feature:forward-on",
    "*73": "feature:forward-off",
    "*78": "feature:dnd-on",
    "*79": "feature:dnd-off",
}


def no_alarm(delay_s: float, act: Callable[[], None]) -> asyncio.TimerHandle:
    raise AssertionError("nobody is asked for a PIN")


class Scene:
    """Ana has a phone; what is asked of her configuration is noted, and done where it is ``possible``."""

    def __init__(self, *, possible: bool = True) -> None:
        self.agent = ANA
        self.possible = possible
        self.posted: list[acd.Event] = []
        self.commands: list[Command] = []
        directory = Directory()
        directory.load([ANA, *(Route(number, target) for number, target in CODES.items())])
        supervision = Supervision(directory, {}, self._execute, lambda visit: None, lambda agent: "", tone=False)
        desk = attendance(directory, self.posted.append)
        self.features = FeatureCodes(directory, desk, self._execute, self._rewrite, supervision, no_alarm)

    def _execute(self, many: Iterable[Command]) -> None:
        self.commands += [one for one in many if not isinstance(one, ShowStatus)]

    def _rewrite(self, agent: str, change: Callable[[Agent], Agent], done: Callable[[bool], None]) -> None:
        assert agent == "ana"
        if self.possible:
            self.agent = change(self.agent)
        done(self.possible)

    def dial(self, number: str, feature: str, *, account: str | None = "1001") -> None:
        self.features.dialled(CallOffered(0, "c1", "l1", "1001", "", number, "feature", feature, account))


CONFIRMED: list[Command] = [Answer("l1"), Play("l1", ("confirm",))]


@pytest.mark.parametrize(
    ("feature", "status"),
    [("login", AgentStatus.AVAILABLE), ("break", AgentStatus.BREAK), ("logout", AgentStatus.OFFLINE)],
)
def test_a_status_is_set_and_confirmed(feature: str, status: AgentStatus) -> None:
    scene = Scene()
    scene.dial("*70", feature)
    assert scene.posted == [acd.AgentStatusSet("ana", status)]
    assert scene.commands == CONFIRMED
    scene.features.play_ended("l1")
    assert scene.commands[-1] == Hangup("l1")


def test_the_digits_behind_the_code_are_where_all_calls_go() -> None:
    scene = Scene()
    scene.dial("*721003", "forward-on")
    assert scene.agent.forward == Forward(always="1003", busy="1002")
    assert scene.commands == CONFIRMED
    scene.dial("*73", "forward-off")
    assert scene.agent == ANA


def test_a_forward_without_digits_is_incomplete() -> None:
    scene = Scene()
    scene.dial("*72", "forward-on")
    assert scene.commands == [Reject("l1", 484)]


def test_do_not_disturb_is_set_and_taken_back() -> None:
    scene = Scene()
    scene.dial("*78", "dnd-on")
    assert scene.agent.do_not_disturb
    scene.dial("*79", "dnd-off")
    assert not scene.agent.do_not_disturb


def test_what_cannot_be_done_is_refused() -> None:
    scene = Scene(possible=False)
    scene.dial("*72999", "forward-on")
    assert scene.commands == [Reject("l1", 404)]


@pytest.mark.parametrize(("account", "feature"), [(None, "dnd-on"), ("1009", "login"), ("1001", "dance")])
def test_only_agents_ask_and_only_for_what_there_is(account: str | None, feature: str) -> None:
    scene = Scene()
    scene.dial("*78", feature, account=account)
    assert scene.commands == [Reject("l1", 403)]
    assert scene.agent == ANA


def test_a_caller_who_hung_up_is_not_hung_up_again() -> None:
    scene = Scene()
    scene.dial("*78", "dnd-on")
    scene.features.leg_ended("l1")
    scene.features.play_ended("l1")
    assert scene.commands == CONFIRMED
