"""Why a call went where it went."""

from __future__ import annotations

from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.explain import Candidate, Explanation, Idleness, Rule
from acd.model import AgentProfile, Channel, Member, OverflowRule, Queue, Relaxation, SitePreference
from acd.records import Unserved


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


def test_the_queues_that_a_call_left_unserved_are_told_with_what_ended_its_wait() -> None:
    scene = Scene(
        Queue("first", max_wait_s=20.0, overflow=OverflowRule("queue:second")),
        Queue("second", max_length=1, overflow=OverflowRule("voicemail:sales")),
    )
    scene.call("c1", "first")
    scene.later(20.0)
    assert why(scene, "c1").unserved == (Unserved("first", 1_000.0, 1_020.0, "max_wait", "queue:second"),)
    scene.call("c0", "second")
    scene.call("c1", "second")
    first, second = why(scene, "c1").unserved
    assert (first.queue, second) == ("first", Unserved("second", 1_020.0, 1_020.0, "full", "voicemail:sales"))
    scene.tell(events.WorkDiverted("c0", "voicemail:sales"))
    assert [one.cause for one in why(scene, "c0").unserved] == ["diverted"]


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


def test_every_other_rule_that_excludes_a_candidate_is_named() -> None:
    scene = Scene(
        Queue("support", requires="sr", client="acme", sites=(SitePreference("nis"),), members=(Member("member"),)),
        Queue("plain", requires="sr >= 9", relax=(Relaxation(30.0, "sr"),)),
    )
    skilled = {"sr": 3}
    scene.join(AgentProfile("far", skills=skilled, site="paris"))
    scene.join(AgentProfile("foreign", skills=skilled, site="nis", clients=("other",)))
    scene.join(AgentProfile("voiceless", skills=skilled, site="nis", capacity={Channel.VOICE: 0}))
    scene.agent("member")
    scene.agent("leaving")
    scene.call("c1")
    rules = {one.agent: (one.rule, one.detail) for one in why(scene, "c1").candidates}
    assert rules["far"] == (Rule.SITE, "is at paris")
    assert rules["foreign"] == (Rule.CLIENT, "works for other, not for acme")
    assert rules["voiceless"] == (Rule.CHANNEL, "takes no work by voice")
    assert rules["member"] == (Rule.CHOSEN, "pending")
    scene.call("c2", "plain")
    assert {one.agent: one.rule for one in why(scene, "c2").candidates}["far"] is Rule.NOT_YET


def test_the_score_the_step_and_the_configuration_s_version_are_told() -> None:
    scene = Scene(Queue("support", requires="sr", priority=1, relax=(Relaxation(10.0, "en"),)))
    scene.call("c1")
    scene.later(10.0)
    found = why(scene, "c1")
    assert (found.score, found.step, found.configuration) == (1_000.0 - 60.0, 1, 1)
    scene.agent("ana", en=1)
    assert why(scene, "c1").configuration == 2
    assert why(scene, "c1").offers[0].reason.endswith("in the agent's queues, at step 1 of relaxation")


def test_the_figures_that_broke_the_tie_are_told() -> None:
    scene = Scene(Queue("support", strategy="best_skill", requires="sr", members=(Member("bojan", tier=2),)))
    scene.agent("ana", sr=7)
    scene.call("c1")
    assert why(scene, "c1").offers[0].reason.endswith("(key -7)")
    scene.agent("bojan", sr=4)
    scene.call("c2")
    assert why(scene, "c2").offers[0].reason.endswith("(tier 2, key -4)")


def idle(scene: Scene, agent: str) -> Idleness:
    found = scene.router.why_idle(agent, scene.now)
    assert found is not None
    return found


def test_an_idle_agent_is_told_why() -> None:
    scene = Scene(Queue("support", requires="sr"), Queue("sales", requires="sales"))
    scene.agent("ana", sr=1)
    scene.later(60.0)
    scene.call("c1", "sales")
    found = idle(scene, "ana")
    assert (found.rule, found.since, found.queues, found.elsewhere) == (Rule.FREE, 1_000.0, ("support",), ("sales",))
    assert found.detail == "nothing waits in her queues, for 60.0 s; work waits in sales, which is not for her"
    scene.agent("bojan")
    assert idle(scene, "bojan").detail == "serves no queue"
    scene.status("bojan", AgentStatus.BREAK, "lunch")
    assert (idle(scene, "bojan").rule, idle(scene, "bojan").detail) == (Rule.STATUS, "break (lunch)")
    scene.call("c2")
    assert idle(scene, "ana").rule is Rule.WORKING
    scene.refuse("c2", "ana")
    assert idle(scene, "ana").rule is Rule.RESTING
    assert scene.router.why_idle("nobody", scene.now) is None


def test_a_caller_who_came_back_is_explained_by_the_place_that_she_resumed() -> None:
    scene = Scene(Queue("support", resume_s=60.0))
    scene.arrive("c1", caller="+381641")
    scene.later(20.0)
    scene.abandon("c1")
    scene.later(10.0)
    scene.arrive("c2", caller="+381641")
    scene.arrive("c3", caller="+381642")
    assert [why(scene, call).resumed for call in ("c1", "c2", "c3")] == [None, 1_000.0, None]


def test_work_that_is_kept_for_an_agent_says_for_whom_and_until_when() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.tell(events.AgentEngaged("ana", True))
    scene.arrive("c1", preferred=("ana",), preferred_s=30.0)
    assert (why(scene, "c1").preferred, why(scene, "c1").reserved_until) == (("ana",), 1_030.0)
    scene.later(30.0)
    assert why(scene, "c1").reserved_until is None
