"""Channels: how much of an agent work fills, and what yields to what."""

from __future__ import annotations

from tests.unit.acd.floor_scene import Scene

from acd.decisions import Connect, Decision, Offer, Suspend, TakeUp
from acd.model import AgentProfile, Channel, Queue

SUPPORT = Queue("support")


def asked(decisions: list[Decision]) -> list[tuple[str, str]]:
    return [(decision.work, decision.agent) for decision in decisions if isinstance(decision, Offer)]


def chat(scene: Scene, name: str) -> list[tuple[str, str]]:
    return asked(scene.arrive(name, channel=Channel.CHAT))


def test_an_agent_has_one_call_or_four_chats() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    assert [chat(scene, f"m{number}") for number in range(5)] == [[(f"m{n}", "ana")] for n in range(4)] + [[]]
    for number in range(4):
        scene.answer(f"m{number}", "ana")
    assert scene.call("c1") == []
    assert asked(scene.end("m0")) == [("m4", "ana")]
    for name in ("m1", "m2", "m3", "m4"):
        scene.answer(name, "ana")
        decisions = scene.end(name)
    assert asked(decisions) == [("c1", "ana")]


def test_whoever_has_the_fewest_chats_is_asked_first() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.agent("bojan")
    assert [chat(scene, f"m{number}")[0][1] for number in range(4)] == ["ana", "bojan", "ana", "bojan"]


def test_an_agent_in_a_call_is_not_offered_a_chat() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    assert chat(scene, "m1") == []


def test_capacities_are_each_agent_s_own() -> None:
    scene = Scene(SUPPORT)
    scene.join(AgentProfile("ana", capacity={Channel.CHAT: 1, Channel.VOICE: 2}))
    scene.join(AgentProfile("bojan", capacity={Channel.CHAT: 0}))
    assert [chat(scene, f"m{number}") for number in range(2)] == [[("m0", "ana")], []]
    scene.abandon("m0")
    scene.abandon("m1")
    assert [asked(scene.call(f"c{number}"))[0][1] for number in range(3)] == ["ana", "bojan", "ana"]


def test_an_email_yields_to_a_call_and_is_there_afterwards() -> None:
    scene = Scene(Queue("support", wrap_up_s=5.0))
    scene.agent("ana")
    scene.arrive("mail", channel=Channel.EMAIL)
    scene.answer("mail", "ana")
    assert asked(scene.arrive("mail2", channel=Channel.EMAIL)) == []
    assert asked(scene.call("c1")) == [("c1", "ana")]
    assert scene.answer("c1", "ana") == [Connect("c1", "ana"), Suspend("mail", "ana")]
    assert [(one.work, one.suspended) for one in scene.agent_live("ana").at_hand] == [("mail", True), ("c1", False)]
    assert scene.call("c2") == []
    scene.end("c1")
    assert scene.later(5.0) == [TakeUp("mail", "ana"), Offer("c2", "ana", "support", 20.0)]


def test_an_agent_without_other_work_is_asked_before_one_who_would_be_interrupted() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.arrive("mail", channel=Channel.EMAIL)
    scene.answer("mail", "ana")
    scene.later(10.0)
    scene.agent("bojan")
    assert asked(scene.call("c1")) == [("c1", "bojan")]


def test_of_several_pieces_of_work_the_one_that_is_spoken_about_is_shown() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    chat(scene, "m1")
    scene.answer("m1", "ana")
    chat(scene, "m2")
    assert (scene.state_of("ana"), len(scene.agent_live("ana").at_hand)) == ("talking", 2)
