"""Why a call went where it went."""

from __future__ import annotations

from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.explain import Candidate, Explanation, Rule
from acd.model import Queue


def why(scene: Scene, work: str) -> Explanation:
    explanation = scene.router.explain(work)
    assert explanation is not None
    return explanation


def test_each_candidate_is_told_the_rule_that_excluded_her() -> None:
    scene = Scene(Queue("support", requires="sr >= 3", retry_delay_s=60.0), Queue("sales", requires="sales"))
    for agent in ("away", "gone", "engaged", "talking", "resting", "chosen"):
        scene.agent(agent, sr=3)
    scene.agent("junior", sr=2)
    scene.call("c0")
    scene.refuse("c0", "away")
    scene.abandon("c0")
    scene.status("away", AgentStatus.BREAK, "lunch")
    scene.tell(events.AgentReachable("gone", False))
    scene.tell(events.AgentEngaged("engaged", True))
    scene.call("c1")
    scene.answer("c1", "talking")
    scene.later(5.0)
    scene.call("c2")
    scene.refuse("c2", "resting")
    assert why(scene, "c2").candidates == (
        Candidate("away", Rule.STATUS, "break (lunch)", 1_000.0),
        Candidate("gone", Rule.UNREACHABLE, "no phone is registered", 1_000.0),
        Candidate("engaged", Rule.ENGAGED, "in another call", 1_000.0),
        Candidate("talking", Rule.WORKING, "talking", 1_000.0),
        Candidate("resting", Rule.RESTING, "left alone for a while after: declined", 1_005.0),
        Candidate("chosen", Rule.CHOSEN, "pending", 1_005.0),
        Candidate("junior", Rule.NOT_QUALIFIED, "requires sr >= 3; has sr 2", None),
    )


def test_every_offer_is_told_with_its_reason_and_its_outcome() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.later(30.0)
    scene.call("c1")
    scene.later(2.0)
    scene.refuse("c1", "ana")
    scene.later(4.0)
    scene.agent("bojan")
    scene.answer("c1", "bojan")
    first, second = why(scene, "c1").offers
    assert (first.at, first.agent, first.outcome, first.ended_at) == (1_030.0, "ana", "declined", 1_032.0)
    assert first.reason == "longest_idle chose among the free; this one had been free for 30.0 s"
    assert (second.at, second.agent, second.outcome) == (1_036.0, "bojan", "connected")
    assert second.reason == "became free; this was the first to be served in the agent's queues"


def test_a_call_in_line_knows_its_position_in_the_order_of_service() -> None:
    scene = Scene(Queue("support"))
    scene.call("c1")
    scene.call("c2")
    scene.call("c3", priority=5)
    assert [why(scene, call).position for call in ("c3", "c1", "c2")] == [1, 2, 3]


def test_a_call_that_left_is_still_explained() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    scene.end("c1")
    explanation = why(scene, "c1")
    assert (explanation.state, explanation.position) == ("answered", None)
    assert [reason.outcome for reason in explanation.offers] == ["connected"]


def test_a_call_of_a_removed_queue_is_explained_without_candidates() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.call("c1")
    scene.tell(events.QueueRemoved("support"))
    explanation = why(scene, "c1")
    assert (explanation.state, explanation.candidates) == ("refused", ())
    assert explanation.offers[0].outcome == "reconfigured"


def test_an_unknown_call_has_no_explanation() -> None:
    assert Scene(Queue("support")).router.explain("c1") is None
