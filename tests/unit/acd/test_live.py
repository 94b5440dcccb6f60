"""Live figures: what a supervisor sees, and who is told that it changed."""

from __future__ import annotations

import pytest
from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.model import OverflowRule, Queue, ServiceLevel


def serve(scene: Scene, call: str, wait_s: float) -> None:
    """A call that is answered by ana after a wait."""
    scene.call(call)
    scene.later(wait_s)
    scene.answer(call, "ana")
    scene.end(call)


def test_a_quiet_queue_shows_nothing_but_its_agents() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    live = scene.queue_live()
    assert (live.waiting, live.longest_wait_s, live.longest_since) == (0, 0.0, None)
    assert (live.agents_available, live.agents_busy) == (1, 0)
    assert live.service_level is None
    assert (live.ewt_s.p50, live.ewt_s.p80) == (0.0, 0.0)


def test_those_whose_agent_s_phone_rings_still_wait() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.call("c1")
    scene.later(3.0)
    scene.call("c2")
    scene.later(4.0)
    live = scene.queue_live()
    assert (live.waiting, live.longest_wait_s, live.longest_since) == (2, 7.0, 1_000.0)
    scene.answer("c1", "ana")
    assert (scene.queue_live().waiting, scene.queue_live().longest_wait_s) == (1, 4.0)


def test_an_urgent_call_is_not_the_one_who_waited_longest() -> None:
    scene = Scene(Queue("support"))
    scene.call("c1")
    scene.later(3.0)
    scene.call("c2", priority=9)
    assert scene.queue_live().longest_wait_s == 3.0


def test_agents_are_counted_where_they_qualify() -> None:
    scene = Scene(Queue("support"), Queue("sales", requires="sales"))
    scene.agent("ana", sales=1)
    scene.agent("bojan")
    scene.agent("ceca", sales=1)
    scene.tell(events.AgentEngaged("ceca", True))
    scene.call("c1", "sales")
    support, sales = scene.queue_live(), scene.queue_live("sales")
    assert (support.agents_available, support.agents_busy) == (1, 2)
    assert (sales.agents_available, sales.agents_busy) == (0, 2)


def test_an_agent_who_is_left_alone_after_a_refusal_is_not_available() -> None:
    scene = Scene(Queue("support", retry_delay_s=5.0))
    scene.agent("ana")
    scene.call("c1")
    scene.refuse("c1", "ana")
    scene.abandon("c1")
    assert scene.queue_live().agents_available == 0
    scene.later(5.0)
    assert scene.queue_live().agents_available == 1


def test_the_service_level_is_the_share_answered_in_time_of_all_whose_wait_ended() -> None:
    overflow = OverflowRule("queue:sales")
    scene = Scene(Queue("support", service_level=ServiceLevel(10.0), max_wait_s=60.0, overflow=overflow))
    scene.agent("ana")
    serve(scene, "c1", 10.0)
    serve(scene, "c2", 10.5)
    scene.status("ana", AgentStatus.BREAK)
    scene.call("c3")
    scene.abandon("c3")
    scene.call("c4")
    scene.later(60.0)
    scene.call("c5")
    live = scene.queue_live()
    assert (live.offered, live.answered, live.abandoned, live.overflowed, live.waiting) == (5, 2, 1, 1, 1)
    assert live.service_level == 0.25


def test_the_expected_wait_is_what_the_last_callers_went_through() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    for number in range(1, 11):
        serve(scene, f"c{number}", float(number))
    scene.call("c11")
    assert (scene.queue_live().ewt_s.p50, scene.queue_live().ewt_s.p80) == (5.0, 8.0)


def test_no_wait_is_foretold_from_too_few_calls() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    serve(scene, "c1", 1.0)
    scene.call("c2")
    assert (scene.queue_live().ewt_s.p50, scene.queue_live().ewt_s.p80) == (None, None)


def test_an_agent_s_figures_tell_status_state_and_since_when() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.later(5.0)
    scene.status("ana", AgentStatus.BREAK, "coffee")
    live = scene.agent_live("ana")
    assert (live.status, live.reason, live.state, live.since) == ("break", "coffee", "idle", 1_005.0)
    scene.later(5.0)
    scene.status("ana", AgentStatus.AVAILABLE)
    scene.later(5.0)
    scene.call("c1")
    live = scene.agent_live("ana")
    assert (live.state, live.since, live.work, live.queue) == ("offered", 1_015.0, "c1", "support")


def test_changes_name_the_agents_and_the_queues_that_they_touch() -> None:
    scene = Scene(Queue("support"), Queue("sales", requires="sales"), Queue("closed", requires="nobody"))
    scene.agent("ana", sales=1)
    scene.agent("bojan")
    scene.router.drain_changes()
    assert scene.router.drain_changes() == (set(), set())
    scene.call("c1", "closed")
    assert scene.router.drain_changes() == (set(), {"closed"})
    scene.tell(events.AgentReachable("bojan", False))
    assert scene.router.drain_changes() == ({"bojan"}, {"support"})
    scene.call("c2")
    assert scene.router.drain_changes() == ({"ana"}, {"support", "sales"})


@pytest.mark.parametrize("ending", ["abandon", "answer"])
def test_a_wait_that_ends_is_a_change_of_its_queue(ending: str) -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.call("c1")
    scene.router.drain_changes()
    scene.abandon("c1") if ending == "abandon" else scene.answer("c1", "ana")
    assert scene.router.drain_changes() == ({"ana"}, {"support"})
