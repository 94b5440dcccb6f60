"""What agents want, from what they say to what others see of it; the router is the real one."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from tests.unit.control.ears import Told, attendance

from acd import events as acd
from acd.agent import AgentStatus
from acd.journal import decode_state, encode_state
from acd.model import Queue as RoutedQueue
from acd.model import WorkItem
from acd.router import Router
from control.adapters.declaring import profile
from control.adapters.directory import Directory
from control.errors import Invalid
from control.figures import agent_shown
from control.nouns import Agent
from control.schemas.live import BreakOverdue, Unavailable
from pbx.commands import Command, ShowStatus

BORIS = Agent("boris", "Boris", "1002", "", "")
ANA = Agent("ana", "Ana", "1001", "", "", max_break_s=600.0)


class Scene:
    """Ana is logged in, and at work where ``busy``."""

    def __init__(self, *, busy: bool = False) -> None:
        self.router = Router()
        self.at = 1_000.0
        self.hub = Told()
        self.lamps: list[Command] = []
        directory = Directory()
        directory.load([ANA, BORIS])
        self.directory = directory
        self.seats: dict[str, str] = {}
        self.desk = attendance(directory, self.post, self._execute, self.router.agent_live, self.hub, self._seat)
        self.post(acd.QueueDeclared(RoutedQueue("support")))
        self.post(acd.AgentDeclared(profile(BORIS)))
        self.post(acd.AgentDeclared(profile(ANA)))
        self.post(acd.AgentReachable("ana", True))
        self.desk.note("ana", AgentStatus.AVAILABLE)
        if busy:
            self.post(acd.WorkArrived(WorkItem("c1", "support", self.at)))
            self.post(acd.OfferAccepted("c1", "ana"))
        self.lamps.clear()

    def post(self, event: acd.Event) -> None:
        self.desk.decided(self.router.decide(event, self.at))

    def later(self, seconds: float) -> None:
        self.at += seconds
        self.post(acd.ClockReached())

    def _execute(self, many: Iterable[Command]) -> None:
        self.lamps += many

    def _seat(self, phones: dict[str, str]) -> None:
        self.seats = phones

    def status(self, agent: str) -> tuple[str, str]:
        live = self.router.agent_live(agent)
        assert live is not None
        return live.status, live.reason

    def shown(self) -> Unavailable | None:
        live = self.router.agent_live("ana")
        assert live is not None
        return agent_shown("ana", "Ana", "1001", live).unavailable


async def test_a_status_is_on_the_lamps_when_it_is_set() -> None:
    scene = Scene()
    await scene.desk.set_status("ana", AgentStatus.BREAK, "lunch")
    assert scene.lamps == [ShowStatus("1001", "On a break: lunch")]


async def test_a_status_after_this_call_is_on_the_lamps_when_the_call_is_over() -> None:
    scene = Scene(busy=True)
    await scene.desk.set_status("ana", AgentStatus.MEETING, "with Boris", after_work=True)
    assert scene.lamps == []
    scene.post(acd.WorkEnded("c1"))
    assert scene.lamps == [ShowStatus("1001", "In a meeting: with Boris")]


def test_lamps_are_as_they_were_after_a_restart() -> None:
    scene = Scene()
    scene.post(acd.AgentStatusSet("ana", AgentStatus.TRAINING))
    scene.desk.restore()
    assert scene.lamps == [ShowStatus("1001", "In training")]


def test_a_break_that_lasts_too_long_is_told_once() -> None:
    scene = Scene()
    scene.desk.note("ana", AgentStatus.BREAK, "coffee")
    scene.later(599.0)
    assert scene.hub.told == []
    scene.later(1.0)
    scene.later(600.0)
    overdue = BreakOverdue(agent="ana", reason="coffee", since=1_000.0, max_break_s=600.0)
    assert scene.hub.told == [("overdue", "ana", overdue)]


@pytest.mark.parametrize(
    ("event", "rule", "detail"),
    [
        (acd.AgentReachable("ana", False), "unreachable", "no phone is registered"),
        (acd.AgentEngaged("ana", True), "engaged", "in another call"),
        (acd.AgentStatusSet("ana", AgentStatus.BREAK, "lunch"), "status", "break (lunch)"),
    ],
)
def test_what_keeps_work_from_an_agent_is_shown(event: acd.Event, rule: str, detail: str) -> None:
    scene = Scene()
    assert scene.shown() is None
    scene.post(event)
    assert scene.shown() == Unavailable(rule=rule, detail=detail, since=1_000.0)


async def test_an_agent_works_at_the_phone_at_which_she_logged_in_until_she_logs_out() -> None:
    scene = Scene()
    await scene.desk.set_status("ana", AgentStatus.AVAILABLE, phone="1002")
    assert scene.seats == {"1001": "1002"}
    await scene.desk.set_status("ana", AgentStatus.BREAK)
    assert scene.seats == {"1001": "1002"}
    await scene.desk.set_status("ana", AgentStatus.OFFLINE)
    assert scene.seats == {}


async def test_an_agent_comes_back_to_her_own_phone() -> None:
    scene = Scene()
    await scene.desk.set_status("ana", AgentStatus.AVAILABLE, phone="1002")
    await scene.desk.set_status("ana", AgentStatus.AVAILABLE, phone="1001")
    assert scene.seats == {}
    assert scene.status("ana") == ("available", "")


async def test_who_logs_in_at_a_phone_logs_out_who_works_there() -> None:
    scene = Scene()
    await scene.desk.set_status("boris", AgentStatus.AVAILABLE, phone="1001")
    assert (scene.status("ana"), scene.seats) == (("offline", "boris logged in at phone 1001"), {"1002": "1001"})
    await scene.desk.set_status("ana", AgentStatus.AVAILABLE)
    assert (scene.status("boris"), scene.seats) == (("offline", "ana logged in at phone 1001"), {})


async def test_who_logs_out_after_this_call_sits_there_until_it_is_over() -> None:
    scene = Scene(busy=True)
    await scene.desk.set_status("ana", AgentStatus.AVAILABLE, phone="1002")
    await scene.desk.set_status("ana", AgentStatus.OFFLINE, after_work=True)
    assert scene.seats == {"1001": "1002"}
    scene.post(acd.WorkEnded("c1"))
    assert scene.seats == {}


async def test_agents_sit_where_they_sat_after_a_restart() -> None:
    scene = Scene()
    await scene.desk.set_status("ana", AgentStatus.AVAILABLE, phone="1002")
    scene.router = Router(decode_state(encode_state(scene.router.state())))
    scene.directory.seats.clear()
    scene.seats = {}
    desk = attendance(scene.directory, scene.post, live=scene.router.agent_live, seat=scene._seat)
    desk.restore()
    assert (scene.seats, scene.directory.agent_behind("1002")) == ({"1001": "1002"}, "ana")


@pytest.mark.parametrize(
    ("status", "phone", "after_work"),
    [(AgentStatus.AVAILABLE, "1999", False), (AgentStatus.OFFLINE, "1002", False), (AgentStatus.BREAK, "1002", True)],
)
async def test_a_phone_that_there_is_not_and_one_that_nobody_logs_in_at_is_refused(
    status: AgentStatus, phone: str, after_work: bool
) -> None:
    with pytest.raises(Invalid) as refused:
        await Scene().desk.set_status("ana", status, phone=phone, after_work=after_work)
    assert refused.value.field == "phone"
