"""Configuration that changes while calls wait, ring and talk."""

from __future__ import annotations

import pytest
from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Connect, Offer, Overflow, Refuse, TurnedAwayCause, WithdrawalCause, WithdrawOffer
from acd.model import OverflowRule, Queue
from acd.requirement import RequirementError
from acd.strategies import UnknownStrategy


def offer(work: str, agent: str, queue: str = "support") -> Offer:
    return Offer(work, agent, queue, 20.0)


def test_a_relaxed_requirement_serves_those_who_wait_at_once() -> None:
    scene = Scene(Queue("support", requires="sr >= 5"))
    scene.agent("ana", sr=2)
    scene.agent("bojan", sr=3)
    scene.call("c1")
    scene.call("c2")
    assert scene.tell(events.QueueDeclared(Queue("support", requires="sr"))) == [
        offer("c1", "ana"),
        offer("c2", "bojan"),
    ]


def test_a_stricter_requirement_takes_an_offer_back() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.agent("bojan", sr=9)
    scene.call("c1")
    assert scene.tell(events.QueueDeclared(Queue("support", requires="sr"))) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.RECONFIGURED),
        offer("c1", "bojan"),
    ]


def test_an_agent_whose_offer_is_taken_back_serves_another_queue() -> None:
    scene = Scene(Queue("support"), Queue("sales"))
    scene.agent("ana")
    scene.call("c1")
    scene.call("c2", "sales")
    assert scene.tell(events.QueueDeclared(Queue("support", requires="sr"))) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.RECONFIGURED),
        offer("c2", "ana", "sales"),
    ]


def test_a_new_skill_brings_the_agent_a_call_that_waits() -> None:
    scene = Scene(Queue("support", requires="sr"))
    scene.agent("ana")
    scene.call("c1")
    assert scene.declare("ana", sr=1) == [offer("c1", "ana")]


def test_a_skill_taken_away_moves_the_offer_on() -> None:
    scene = Scene(Queue("support", requires="sr"))
    scene.agent("ana", sr=1)
    scene.agent("bojan", sr=1)
    scene.call("c1")
    assert scene.declare("ana") == [
        WithdrawOffer("c1", "ana", WithdrawalCause.RECONFIGURED),
        offer("c1", "bojan"),
    ]


def test_applying_the_same_configuration_again_changes_nothing() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.now += 1.0
    scene.agent("bojan")
    scene.call("c1")
    assert scene.declare("ana") == []
    assert scene.declare("bojan") == []
    assert scene.tell(events.QueueDeclared(Queue("support"))) == []
    assert scene.answer("c1", "ana") == [Connect("c1", "ana")]
    assert scene.agent_live("bojan").status == "available"


def test_applying_configuration_keeps_the_order_of_the_free() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.now += 1.0
    scene.agent("bojan")
    scene.declare("ana", sr=3)
    assert scene.call("c1") == [offer("c1", "ana")]


def test_a_lower_longest_wait_holds_for_those_who_wait_already() -> None:
    scene = Scene(Queue("support", max_wait_s=100.0))
    scene.call("c1")
    scene.later(30.0)
    scene.tell(events.QueueDeclared(Queue("support", max_wait_s=20.0, overflow=OverflowRule("queue:sales"))))
    assert scene.router.next_timer() == scene.now - 10.0
    assert scene.later(0.0) == [Overflow("c1", "queue:sales")]


def test_a_longest_wait_that_is_lifted_never_ends() -> None:
    scene = Scene(Queue("support", max_wait_s=10.0))
    scene.call("c1")
    scene.tell(events.QueueDeclared(Queue("support")))
    assert scene.later(1_000.0) == []


def test_a_removed_queue_refuses_those_who_wait_and_lets_the_others_talk() -> None:
    scene = Scene(Queue("support", wrap_up_s=10.0))
    scene.agent("ana")
    scene.agent("bojan")
    for call in ("c1", "c2", "c3"):
        scene.call(call)
    scene.answer("c1", "ana")
    assert scene.tell(events.QueueRemoved("support")) == [
        WithdrawOffer("c2", "bojan", WithdrawalCause.RECONFIGURED),
        Refuse("c2", TurnedAwayCause.QUEUE_REMOVED),
        Refuse("c3", TurnedAwayCause.QUEUE_REMOVED),
    ]
    assert scene.state_of("ana") == "talking"
    scene.end("c1")
    assert scene.state_of("ana") == "idle"
    assert scene.router.queue_live("support", scene.now) is None


def test_of_the_agents_whom_a_removed_queue_frees_the_longest_free_serves_first() -> None:
    scene = Scene(Queue("support"), Queue("sales"))
    scene.agent("ana")
    scene.now += 1.0
    scene.agent("bojan")
    scene.call("c1")
    scene.call("c2")
    scene.abandon("c1")
    scene.call("c3")
    scene.call("c4", "sales")
    assert scene.tell(events.QueueRemoved("support")) == [
        WithdrawOffer("c2", "bojan", WithdrawalCause.RECONFIGURED),
        Refuse("c2", TurnedAwayCause.QUEUE_REMOVED),
        WithdrawOffer("c3", "ana", WithdrawalCause.RECONFIGURED),
        Refuse("c3", TurnedAwayCause.QUEUE_REMOVED),
        offer("c4", "ana", "sales"),
    ]


def test_a_queue_that_returns_finds_its_agents() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.tell(events.QueueRemoved("support"))
    scene.tell(events.QueueDeclared(Queue("support")))
    assert scene.call("c1") == [offer("c1", "ana")]


def test_a_removed_agent_s_offer_goes_to_the_next() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.agent("bojan")
    scene.call("c1")
    assert scene.tell(events.AgentRemoved("ana")) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.RECONFIGURED),
        offer("c1", "bojan"),
    ]
    assert scene.router.agent_live("ana") is None
    assert list(scene.router.agents()) == ["bojan"]


def test_the_call_of_a_removed_agent_runs_to_its_end() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    assert scene.tell(events.AgentRemoved("ana")) == []
    assert list(scene.router.works()) == ["c1"]
    assert scene.end("c1") == []
    assert list(scene.router.works()) == []


def test_an_agent_who_is_declared_first_is_offline() -> None:
    scene = Scene(Queue("support"))
    scene.declare("ana")
    live = scene.agent_live("ana")
    assert (live.status, live.state, live.reachable) == (AgentStatus.OFFLINE, "idle", False)


def test_an_unreadable_requirement_changes_nothing() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    with pytest.raises(RequirementError):
        scene.tell(events.QueueDeclared(Queue("support", requires="sr >=")))
    with pytest.raises(UnknownStrategy, match="unknown strategy 'best'"):
        scene.tell(events.QueueDeclared(Queue("support", requires="sr", strategy="best")))
    with pytest.raises(RequirementError):
        scene.tell(events.QueueDeclared(Queue("sales", requires="(")))
    assert list(scene.router.queues()) == ["support"]
    assert scene.call("c1") == [offer("c1", "ana")]
