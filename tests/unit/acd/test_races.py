"""Events that cross each other: what is over stays over."""

from __future__ import annotations

from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Offer, WithdrawalCause, WithdrawOffer
from acd.model import Queue, WorkItem

SUPPORT = Queue("support", ring_timeout_s=20.0, wrap_up_s=10.0, retry_delay_s=5.0)


def ringing() -> Scene:
    """Ana's phone rings for c1; bojan is free."""
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.agent("bojan")
    scene.call("c1")
    scene.ring("c1", "ana")
    return scene


def test_an_answer_after_the_offer_was_withdrawn_connects_nobody() -> None:
    scene = ringing()
    scene.later(20.0)
    assert scene.answer("c1", "ana") == []
    assert scene.state_of("ana") == "idle"
    assert scene.state_of("bojan") == "offered"


def test_an_answer_after_the_caller_gave_up_connects_nobody() -> None:
    scene = ringing()
    scene.abandon("c1")
    assert scene.answer("c1", "ana") == []
    assert scene.call("c2") == [Offer("c2", "ana", "support", 20.0)]


def test_a_caller_who_gives_up_in_the_instant_of_the_answer_ends_a_connected_call() -> None:
    scene = ringing()
    scene.answer("c1", "ana")
    assert scene.abandon("c1") == []
    assert scene.state_of("ana") == "wrap_up"
    assert (scene.queue_live().answered, scene.queue_live().abandoned) == (1, 0)


def test_work_that_ends_before_anybody_answered_was_abandoned() -> None:
    scene = ringing()
    assert scene.end("c1") == [WithdrawOffer("c1", "ana", WithdrawalCause.ABANDONED)]
    assert (scene.queue_live().answered, scene.queue_live().abandoned) == (0, 1)


def test_a_refusal_after_the_offer_was_withdrawn_changes_nothing() -> None:
    scene = ringing()
    scene.later(20.0)
    assert scene.refuse("c1", "ana") == []
    assert scene.answer("c1", "bojan") != []


def test_a_refusal_by_somebody_who_holds_no_offer_changes_nothing() -> None:
    scene = ringing()
    assert scene.refuse("c1", "bojan") == []
    assert scene.answer("c1", "ana") != []


def test_a_second_answer_is_stale() -> None:
    scene = ringing()
    scene.answer("c1", "ana")
    assert scene.answer("c1", "ana") == []
    assert scene.ring("c1", "ana") == []
    assert scene.state_of("ana") == "talking"


def test_ringing_that_is_told_twice_is_one_ringing() -> None:
    scene = ringing()
    scene.ring("c1", "ana")
    assert scene.state_of("ana") == "ringing"


def test_work_that_arrives_twice_is_there_once() -> None:
    scene = ringing()
    assert scene.call("c1") == []
    assert scene.queue_live().offered == 1


def test_what_is_unknown_is_ignored() -> None:
    scene = Scene(SUPPORT)
    stale = (
        events.WorkAbandoned("x"),
        events.WorkEnded("x"),
        events.WorkHeld("x", True),
        events.OfferRinging("x", "y"),
        events.OfferAccepted("x", "y"),
        events.AgentStatusSet("y", AgentStatus.AVAILABLE),
        events.AgentReachable("y", True),
        events.AgentEngaged("y", True),
        events.AgentRemoved("y"),
        events.QueueRemoved("z"),
        events.WrapUpEnded("y"),
        events.ClockReached(),
    )
    assert [scene.tell(event) for event in stale] == [[]] * len(stale)


def test_a_wrap_up_ended_while_talking_is_stale() -> None:
    scene = ringing()
    scene.answer("c1", "ana")
    scene.tell(events.WrapUpEnded("ana"))
    assert scene.state_of("ana") == "talking"


def test_work_that_overflowed_may_enter_another_queue_under_its_old_name() -> None:
    scene = Scene(Queue("support", max_wait_s=5.0), Queue("sales"))
    scene.call("c1")
    scene.later(5.0)
    scene.tell(events.WorkArrived(WorkItem("c1", "sales", scene.now - 5.0)))
    assert scene.agent("ana") == [Offer("c1", "ana", "sales", 20.0)]
