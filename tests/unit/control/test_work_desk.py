"""Chats, e-mails and tasks, between those who do them and the router, over restarts; router and store are real."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.unit.control.ears import Told

from acd import events as acd
from acd.agent import AgentStatus
from acd.model import Channel, OverflowRule, Queue, WorkItem
from acd.router import Router
from control.adapters.declaring import profile
from control.adapters.directory import Directory
from control.adapters.work import Surroundings, WorkDesk
from control.errors import NotFound, Refused, Taken
from control.nouns import Agent
from control.schemas.work import WorkShown
from control.store.behind import WriteBehind
from control.store.store import Store
from control.work_order import WorkOrder

NOW = 1_700_000_000.0


class Scene:
    """A queue for all, and Ana, who is there."""

    def __init__(self, store: Store, *queues: Queue) -> None:
        self.store = store
        self.router = Router()
        self.at = NOW
        self.directory = Directory()
        self.start()
        for queue in queues or (Queue("support"),):
            self.post(acd.QueueDeclared(queue))
        self.agent("ana")

    def start(self) -> None:
        """The program starts anew; the router stands where its journal ended."""
        self.hub = Told()
        self.behind = WriteBehind(self.store)
        self.desk = WorkDesk(
            self.directory,
            self.store,
            self.hub,
            Surroundings(
                post=self.post,
                flush=self._flushed,
                works=lambda: [live for work in self.router.works() if (live := self.router.work_live(work))],
                work=self.router.work_live,
                agent=self.router.agent_live,
                write=self.behind.add,
                new_id=lambda: "new",
                clock=lambda: self.at,
            ),
        )

    async def restart(self) -> None:
        await self.behind.stop()
        self.start()
        async with self.store.read() as records:
            self.desk.restore(await records.work.open())

    def agent(self, name: str) -> None:
        agent = Agent(name, name.title(), "1001", "", "")
        self.directory.load([agent])
        for event in (
            acd.AgentDeclared(profile(agent)),
            acd.AgentReachable(name, True),
            acd.AgentStatusSet(name, AgentStatus.AVAILABLE),
        ):
            self.post(event)

    def post(self, event: acd.Event) -> None:
        self.desk.decided(self.router.decide(event, self.at))

    async def _flushed(self) -> None:
        return

    async def add(self, id: str, channel: Channel = Channel.CHAT, **more: object) -> None:
        await self.desk.add(WorkOrder(id, "support", channel, "mila", self.at, **more))  # type: ignore[arg-type]

    def state(self, id: str) -> tuple[str, list[str]]:
        shown = self.desk.shown(id)
        return (shown.state, shown.agents) if shown is not None else ("gone", [])

    def told(self, id: str) -> list[str]:
        return [value.state for _, one, value in self.hub.told if one == id and isinstance(value, WorkShown)]

    async def kept(self, id: str) -> WorkOrder:
        await self.behind.stop()
        async with self.store.read() as records:
            kept = await records.work.get(id)
        assert kept is not None
        return kept


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    scene = Scene(store)
    yield scene
    await scene.behind.stop()


async def test_a_chat_is_offered_taken_put_aside_and_done_without_a_telephone(scene: Scene) -> None:
    await scene.add("m1", subject="Where is my parcel?", fields={"order": 17})
    assert scene.state("m1") == ("offered", ["ana"])
    await scene.desk.accept("m1", "ana")
    assert scene.state("m1") == ("connected", ["ana"])
    await scene.desk.hold("m1", held=True)
    assert scene.state("m1") == ("held", ["ana"])
    await scene.desk.hold("m1", held=False)
    scene.at += 60
    shown = await scene.desk.finish("m1", "sold")
    assert (shown.state, shown.agents, shown.result, shown.done_at) == ("done", ["ana"], "sold", NOW + 60)
    assert scene.state("m1") == ("gone", [])
    kept = await scene.kept("m1")
    assert (kept.agent, kept.result, kept.subject, kept.fields) == ("ana", "sold", "Where is my parcel?", {"order": 17})


async def test_each_move_is_told(scene: Scene) -> None:
    await scene.add("m1")
    await scene.desk.accept("m1", "ana")
    await scene.desk.hold("m1", held=True)
    await scene.desk.finish("m1", "")
    assert scene.told("m1") == ["offered", "offered", "connected", "held", "done"]


async def test_what_is_declined_goes_to_another_agent_and_comes_back_when_nobody_takes_it(scene: Scene) -> None:
    scene.agent("boris")
    await scene.add("m1")
    await scene.desk.decline("m1", "ana")
    assert scene.state("m1") == ("offered", ["boris"])
    scene.at += 20
    scene.post(acd.ClockReached())
    assert scene.state("m1") == ("offered", ["ana"])


async def test_a_call_suspends_a_task_and_the_task_is_taken_up_again_behind_it(scene: Scene) -> None:
    await scene.add("t1", Channel.TASK)
    await scene.desk.accept("t1", "ana")
    scene.post(acd.WorkArrived(WorkItem("c1", "support", scene.at)))
    scene.post(acd.OfferAccepted("c1", "ana"))
    assert scene.state("t1") == ("suspended", ["ana"])
    scene.post(acd.WorkEnded("c1"))
    assert scene.state("t1") == ("connected", ["ana"])


async def test_what_is_not_offered_cannot_be_taken_and_what_nobody_has_cannot_be_done(scene: Scene) -> None:
    scene.post(acd.AgentStatusSet("ana", AgentStatus.BREAK))
    await scene.add("m1")
    for asked in (scene.desk.accept("m1", "ana"), scene.desk.decline("m1", "ana"), scene.desk.finish("m1", "")):
        with pytest.raises(Refused):
            await asked
    scene.post(acd.WorkArrived(WorkItem("c1", "support", scene.at)))
    with pytest.raises(Refused, match="telephones serve"):
        await scene.desk.accept("c1", "ana")
    with pytest.raises(NotFound):
        await scene.desk.accept("m2", "ana")


@pytest.mark.parametrize(("abandoned", "counted"), [(False, (1, 0)), (True, (0, 1))])
async def test_work_that_waits_is_withdrawn_or_its_customer_gave_up(
    scene: Scene, abandoned: bool, counted: tuple[int, int]
) -> None:
    await scene.add("m1")
    await scene.desk.withdraw("m1", abandoned=abandoned)
    live, kept = scene.router.queue_live("support", scene.at), await scene.kept("m1")
    assert live is not None
    assert (live.withdrawn, live.abandoned) == counted
    assert kept.result == ("abandoned" if abandoned else "withdrawn")


async def test_work_that_an_agent_has_is_not_withdrawn(scene: Scene) -> None:
    await scene.add("m1")
    await scene.desk.accept("m1", "ana")
    with pytest.raises(Refused):
        await scene.desk.withdraw("m1", abandoned=False)
    assert scene.state("m1") == ("connected", ["ana"])


async def test_another_priority_changes_the_order_of_what_waits_calls_included(scene: Scene) -> None:
    scene.post(acd.AgentStatusSet("ana", AgentStatus.BREAK))
    scene.post(acd.WorkArrived(WorkItem("c1", "support", scene.at)))
    await scene.add("t1", Channel.TASK)
    await scene.desk.set_priority("t1", 5)
    assert scene.router.waiting("support") == ["t1", "c1"]
    await scene.desk.set_priority("c1", 6)
    assert scene.router.waiting("support") == ["c1", "t1"]
    assert (await scene.kept("t1")).priority == 5


async def test_a_task_waits_for_its_hour_and_an_agent_is_preferred(scene: Scene) -> None:
    scene.agent("boris")
    await scene.add("t1", Channel.TASK, not_before=NOW + 60, preferred=("boris",), preferred_s=30.0)
    assert scene.state("t1") == ("scheduled", [])
    scene.at += 60
    scene.post(acd.ClockReached())
    assert scene.state("t1") == ("offered", ["boris"])


async def test_an_id_is_used_once(scene: Scene) -> None:
    await scene.add("m1")
    with pytest.raises(Taken):
        await scene.add("m1")
    await scene.desk.accept("m1", "ana")
    await scene.desk.finish("m1", "")
    with pytest.raises(Taken):
        await scene.add("m1")
    assert scene.desk.open == {}


async def test_what_overflows_to_a_queue_waits_there_and_what_cannot_be_served_is_over(store: Store) -> None:
    scene = Scene(store, Queue("support", max_length=0, overflow=OverflowRule("queue:sales")), Queue("sales"))
    scene.post(acd.AgentStatusSet("ana", AgentStatus.BREAK))
    await scene.add("m1")
    assert scene.desk.open["m1"].queue == "sales"
    assert scene.router.waiting("sales") == ["m1"]
    scene.post(acd.QueueRemoved("sales"))
    assert (await scene.kept("m1")).result == "queue_removed"


async def test_after_a_restart_work_stands_where_it_stood(scene: Scene) -> None:
    scene.agent("boris")
    await scene.add("m1", subject="Hello")
    await scene.desk.accept("m1", "ana")
    scene.post(acd.AgentStatusSet("boris", AgentStatus.BREAK))
    await scene.add("t1", Channel.TASK)
    await scene.restart()
    assert (scene.state("m1"), scene.desk.open["m1"].subject) == (("connected", ["ana"]), "Hello")
    assert scene.desk.open["m1"].agent == "ana"
    assert scene.state("t1") == ("waiting", [])
    await scene.desk.finish("m1", "")
    assert scene.state("t1") == ("offered", ["ana"])


async def test_what_the_program_could_not_tell_the_router_before_it_died_is_told_afterwards(scene: Scene) -> None:
    async with scene.store.write() as records:
        await records.work.put(WorkOrder("never-came", "support", Channel.CHAT, "", NOW))
        await records.work.put(WorkOrder("was-taken", "support", Channel.CHAT, "", NOW, agent="ana"))
    scene.post(acd.WorkArrived(WorkItem("was-done", "support", NOW, channel=Channel.CHAT)))
    scene.post(acd.OfferAccepted("was-done", "ana"))
    await scene.restart()
    assert scene.state("never-came") == ("offered", ["ana"])
    assert scene.state("was-done") == ("gone", [])
    assert (await scene.kept("was-taken")).done
