"""Who may be asked, and from when on: relaxation, members, sites, clients, and agents whom work is for by name."""

from __future__ import annotations

from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Decision, Offer, WithdrawalCause, WithdrawOffer
from acd.model import AgentProfile, Member, Queue, Relaxation, SitePreference


def asked(decisions: list[Decision]) -> list[str]:
    return [decision.agent for decision in decisions if isinstance(decision, Offer)]


RELAXED = Queue("support", requires="sr >= 8", relax=(Relaxation(20.0, "sr >= 5"), Relaxation(60.0, "")))


def test_a_requirement_is_relaxed_in_steps_while_a_caller_waits() -> None:
    scene = Scene(RELAXED)
    scene.agent("novice")
    scene.agent("middling", sr=5)
    assert scene.call("c1") == []
    assert scene.later(19.9) == []
    assert asked(scene.later(0.1)) == ["middling"]
    scene.answer("c1", "middling")
    scene.call("c2")
    assert scene.later(59.9) == []
    assert asked(scene.later(0.1)) == ["novice"]


def test_an_agent_who_becomes_free_takes_who_has_waited_long_enough_for_her() -> None:
    scene = Scene(RELAXED)
    scene.call("c1")
    scene.later(15.0)
    scene.call("c2")
    scene.later(10.0)
    assert scene.agent("middling", sr=5) == [Offer("c1", "middling", "support", 20.0)]
    assert scene.later(9.0) == []
    assert scene.agent("expert", sr=8) == [Offer("c2", "expert", "support", 20.0)]


def test_of_those_who_may_be_asked_by_then_the_better_ones_come_first() -> None:
    scene = Scene(RELAXED)
    scene.call("c1")
    scene.later(30.0)
    scene.status("nobody", AgentStatus.AVAILABLE)
    scene.declare("middling", sr=5)
    scene.declare("expert", sr=9)
    for agent in ("middling", "expert"):
        scene.tell(events.AgentReachable(agent, True))
    scene.tell(events.WorkAbandoned("c1"))
    scene.status("middling", AgentStatus.AVAILABLE)
    scene.later(5.0)
    scene.status("expert", AgentStatus.AVAILABLE)
    assert asked(scene.call("c2")) == ["expert"]


def test_new_steps_hold_for_those_who_wait_already() -> None:
    scene = Scene(Queue("support", requires="sr >= 8"))
    scene.agent("middling", sr=5)
    scene.call("c1")
    scene.later(30.0)
    assert asked(scene.tell(events.QueueDeclared(RELAXED))) == ["middling"]


def test_members_serve_whatever_their_skills_and_alone_where_nothing_is_required() -> None:
    scene = Scene(
        Queue("support", members=(Member("ana"),)), Queue("sales", requires="sales", members=(Member("ana"),))
    )
    scene.agent("ana")
    scene.agent("bojan", sales=3)
    assert asked(scene.call("c1", "sales")) == ["ana"]
    assert asked(scene.call("c2", "support")) == []
    assert asked(scene.call("c3", "sales")) == ["bojan"]


def test_sites_are_asked_in_their_order_and_far_ones_after_a_while() -> None:
    sites = (SitePreference("belgrade"), SitePreference("nis"), SitePreference("manila", 30.0))
    scene = Scene(Queue("support", sites=sites))
    for site in ("manila", "nis", "belgrade", "elsewhere"):
        scene.join(AgentProfile(site, site=site))
    assert [asked(scene.call(f"c{number}")) for number in range(3)] == [["belgrade"], ["nis"], []]
    assert asked(scene.later(30.0))[-1] == "manila"


def test_a_closed_site_serves_nobody_and_its_offers_go_on() -> None:
    scene = Scene(Queue("support"))
    scene.join(AgentProfile("ana", site="belgrade"))
    scene.join(AgentProfile("bojan", site="manila"))
    scene.call("c1")
    assert scene.tell(events.SiteOpened("belgrade", False)) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.RECONFIGURED),
        Offer("c1", "bojan", "support", 20.0),
    ]
    scene.call("c2")
    assert asked(scene.tell(events.SiteOpened("belgrade", True))) == ["ana"]


def test_agents_of_named_clients_serve_theirs_and_others_serve_all() -> None:
    scene = Scene(Queue("acme", client="acme"), Queue("own"))
    scene.join(AgentProfile("other", clients=("other",)))
    scene.join(AgentProfile("hers", clients=("other", "acme")))
    scene.join(AgentProfile("shared"))
    assert [asked(scene.call(f"c{number}", "acme")) for number in range(3)] == [["hers"], ["shared"], []]
    assert asked(scene.call("c3", "own")) == ["other"]


def test_work_for_an_agent_waits_for_her_and_then_for_anybody() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.agent("bojan")
    scene.serve("c0", "ana")
    scene.call("c1")
    scene.answer("c1", "bojan")
    scene.arrive("c2", preferred=("bojan",), preferred_s=10.0)
    scene.arrive("c3", preferred=("bojan",), preferred_s=10.0)
    assert scene.router.waiting("support") == ["c2", "c3"]
    assert scene.end("c1") == [Offer("c2", "bojan", "support", 20.0)]
    assert asked(scene.later(10.0)) == ["ana"]


def test_work_for_an_agent_who_does_not_qualify_is_hers_all_the_same() -> None:
    scene = Scene(Queue("support", requires="sr"))
    scene.agent("ana")
    assert asked(scene.arrive("c1", preferred=("ana",), preferred_s=10.0)) == ["ana"]


def test_nobody_waits_for_an_agent_who_is_not_logged_in() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.declare("bojan")
    assert asked(scene.arrive("c1", preferred=("bojan", "unknown"), preferred_s=60.0)) == ["ana"]


def test_agents_who_are_preferred_without_a_wait_are_asked_first_only() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.agent("bojan")
    assert asked(scene.arrive("c1", preferred=("bojan",))) == ["bojan"]
    assert asked(scene.arrive("c2", preferred=("bojan",))) == ["ana"]


def test_a_customer_who_comes_back_finds_the_agent_who_served_her() -> None:
    scene = Scene(Queue("support", sticky_s=3600.0, preferred_wait_s=15.0))
    scene.agent("ana")
    scene.agent("bojan")
    scene.serve("c1", "ana", 5.0, caller="+3811")
    scene.call("c2")
    scene.answer("c2", "bojan")
    scene.end("c2")
    scene.later(1.0)
    assert asked(scene.arrive("c3", caller="+3811")) == ["ana"]
    assert asked(scene.arrive("c4", caller="+3811")) == []
    assert asked(scene.later(15.0)) == ["bojan"]


def test_after_its_time_the_last_agent_is_forgotten() -> None:
    scene = Scene(Queue("support", sticky_s=60.0))
    scene.agent("ana")
    scene.agent("bojan")
    scene.serve("c1", "ana", 5.0, caller="+3811")
    scene.later(61.0)
    assert asked(scene.arrive("c2", caller="+3811")) == ["bojan"]
