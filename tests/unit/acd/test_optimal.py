"""Assignment in batches, at the least total cost."""

from __future__ import annotations

from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.assignment import COLLECT_S, MOST
from acd.decisions import Decision, Offer
from acd.model import Queue


def pairs(decisions: list[Decision]) -> dict[str, str]:
    return {decision.work: decision.agent for decision in decisions if isinstance(decision, Offer)}


def scene() -> Scene:
    """The generalist, who is longest idle, can do both; the specialist knows Serbian alone."""
    centre = Scene(
        Queue("serbian", requires="sr", strategy="optimal"), Queue("english", requires="en", strategy="optimal")
    )
    centre.agent("generalist", sr=5, en=5)
    centre.now += 1.0
    centre.agent("specialist", sr=5)
    centre.later(1.0)
    return centre


def test_together_more_are_served_than_one_after_the_other() -> None:
    centre = scene()
    assert centre.call("c1", "serbian") == []
    assert centre.call("c2", "english") == []
    assert pairs(centre.later(COLLECT_S)) == {"c1": "specialist", "c2": "generalist"}


def test_one_by_one_the_cheapest_agent_is_taken() -> None:
    centre = scene()
    centre.call("c1", "serbian")
    assert pairs(centre.later(COLLECT_S)) == {"c1": "specialist"}
    centre.call("c2", "english")
    assert pairs(centre.later(COLLECT_S)) == {"c2": "generalist"}


def test_an_agent_who_becomes_free_is_collected_as_well() -> None:
    centre = Scene(Queue("support", strategy="optimal"))
    for call in ("c1", "c2"):
        centre.call(call)
        centre.later(5.0)
    assert centre.agent("ana") == []
    assert pairs(centre.later(COLLECT_S)) == {"c1": "ana"}


def test_where_agents_are_short_those_who_waited_longer_come_first() -> None:
    centre = Scene(Queue("support", strategy="optimal"))
    for number in range(4):
        centre.call(f"c{number}")
        centre.later(5.0)
    for agent in ("ana", "bojan"):
        centre.agent(agent)
    assert set(pairs(centre.later(COLLECT_S))) == {"c0", "c1"}


def test_beyond_the_batch_everybody_is_served_in_turn() -> None:
    centre = Scene(Queue("support", strategy="optimal"))
    many = MOST + 20
    for number in range(many):
        centre.call(f"c{number}")
    for number in range(many):
        centre.declare(f"a{number}")
        centre.tell(events.AgentReachable(f"a{number}", True))
        centre.status(f"a{number}", AgentStatus.AVAILABLE)
    assert len(set(pairs(centre.later(COLLECT_S)).values())) == many


def test_a_queue_that_turns_to_another_strategy_serves_at_once() -> None:
    centre = Scene(Queue("support", strategy="optimal"))
    centre.agent("ana")
    assert centre.call("c1") == []
    assert pairs(centre.tell(events.QueueDeclared(Queue("support")))) == {"c1": "ana"}
    centre.answer("c1", "ana")
    centre.tell(events.QueueDeclared(Queue("support", strategy="optimal")))
    centre.call("c2")
    assert centre.end("c1") == []
    assert pairs(centre.later(COLLECT_S)) == {"c2": "ana"}
