"""The order of work: one score for all queues, and places that are kept."""

from __future__ import annotations

from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.decisions import Overflow, WithdrawalCause, WithdrawOffer
from acd.model import Channel, OverflowRule, Queue, WorkItem
from acd.places import DUE_LEAD_S, PRIORITY_S

SUPPORT = Queue("support")


def test_a_point_of_priority_is_worth_a_minute_of_waiting() -> None:
    scene = Scene(SUPPORT, Queue("vip", priority=2))
    scene.call("patient")
    scene.later(2 * PRIORITY_S - 1.0)
    scene.call("early", "vip")
    scene.later(2.0)
    scene.call("late", "vip")
    offered = [scene.agent(agent)[0].work for agent in ("ana", "bojan", "ceca")]  # type: ignore[attr-defined]
    assert offered == ["early", "patient", "late"]


def test_priority_changes_while_a_call_waits() -> None:
    scene = Scene(SUPPORT)
    for call in ("c1", "c2", "c3"):
        scene.call(call)
    scene.tell(events.WorkReprioritised("c3", 5))
    scene.tell(events.WorkReprioritised("c1", -1))
    scene.tell(events.WorkReprioritised("unknown", 1))
    assert scene.router.waiting("support") == ["c3", "c2", "c1"]


def test_work_that_is_withdrawn_leaves_and_counts_apart() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.call("c1")
    scene.call("c2")
    assert scene.tell(events.WorkWithdrawn("c1"))[0] == WithdrawOffer("c1", "ana", WithdrawalCause.WITHDRAWN)
    live = scene.queue_live()
    assert (live.offered, live.withdrawn, live.abandoned, live.waiting) == (2, 1, 0, 1)


def test_a_task_takes_its_place_some_time_before_it_is_due() -> None:
    scene = Scene(SUPPORT)
    scene.arrive("task", channel=Channel.TASK, due_at=scene.now + DUE_LEAD_S + 30.0)
    scene.later(29.0)
    scene.call("before")
    scene.later(2.0)
    scene.call("after")
    assert scene.router.waiting("support") == ["before", "task", "after"]


def test_important_callers_are_known_by_their_numbers() -> None:
    scene = Scene(Queue("support", vip=("+38111", "+44"), vip_priority=5))
    scene.arrive("c1", caller="+38121555")
    scene.later(10.0)
    scene.arrive("c2", caller="+38111555")
    assert scene.router.waiting("support") == ["c2", "c1"]


def test_time_in_menus_counts_where_the_queue_says_so() -> None:
    for counts, order in ((True, ["c2", "c1"]), (False, ["c1", "c2"])):
        scene = Scene(Queue("support", count_ivr=counts))
        scene.arrive("c1")
        scene.later(5.0)
        scene.arrive("c2", ivr_s=60.0)
        assert scene.router.waiting("support") == order


def test_who_hung_up_and_calls_again_in_time_has_the_old_place() -> None:
    scene = Scene(Queue("support", resume_s=120.0))
    scene.arrive("c1", caller="+3811")
    scene.later(1.0)
    scene.arrive("c2", caller="+3812")
    scene.abandon("c1")
    scene.later(100.0)
    scene.arrive("c3", caller="+3811")
    assert scene.router.waiting("support") == ["c3", "c2"]
    assert scene.queue_live().longest_wait_s == 100.0
    scene.abandon("c3")
    scene.later(121.0)
    scene.arrive("c4", caller="+3811")
    assert scene.router.waiting("support") == ["c2", "c4"]


def test_an_old_place_is_given_once() -> None:
    scene = Scene(Queue("support", resume_s=120.0))
    scene.arrive("c1", caller="+3811")
    scene.abandon("c1")
    scene.later(1.0)
    for call in ("c2", "c3"):
        scene.arrive(call, caller="+3811")
        scene.later(1.0)
    scene.arrive("c4", caller="+3812", priority=0)
    assert scene.router.waiting("support") == ["c2", "c3", "c4"]


def test_work_that_overflows_to_another_queue_keeps_its_time() -> None:
    scene = Scene(Queue("support", max_wait_s=30.0, overflow=OverflowRule("queue:sales")), Queue("sales"))
    scene.call("c1")
    arrived_at = scene.now
    scene.later(5.0)
    scene.call("c2", "sales")
    assert scene.later(25.0) == [Overflow("c1", "queue:sales")]
    scene.tell(events.WorkArrived(WorkItem("c1", "sales", arrived_at)))
    assert scene.router.waiting("sales") == ["c1", "c2"]
