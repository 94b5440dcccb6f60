"""Overflow to a site: the call stays in line, and agents of the site are asked as well from then on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Decision, Offer, Refuse, TurnedAwayCause
from acd.explain import Explanation, Rule
from acd.journal import decode_state, encode_state
from acd.model import (
    AgentProfile,
    Member,
    OverflowCause,
    OverflowRule,
    Queue,
    Relaxation,
    ServiceLevel,
    SitePreference,
)
from acd.records import OpenedSite
from acd.router import Router

BELGRADE = (SitePreference("belgrade"),)


def support(*when: OverflowCause, to: str = "site:manila", **terms: Any) -> Queue:
    return Queue("support", overflow=OverflowRule(to, when), ring_timeout_s=600.0, **({"sites": BELGRADE} | terms))


@dataclass
class Centre:
    """Ana is in Belgrade, Maria in Manila."""

    scene: Scene

    def join(self, agent: str, site: str, level: int = 5) -> list[Decision]:
        return self.scene.join(AgentProfile(agent, skills={"sr": level}, site=site))

    def why(self, work: str) -> Explanation:
        found = self.scene.router.explain(work)
        assert found is not None
        return found

    def opened(self, work: str) -> OpenedSite:
        opened = self.why(work).opened_site
        assert opened is not None
        return opened

    def rule(self, work: str, agent: str) -> tuple[str, str]:
        return next((one.rule, one.detail) for one in self.why(work).candidates if one.agent == agent)


def centre(queue: Queue, *, busy: bool = True, manila: bool = True) -> Centre:
    found = Centre(Scene(queue))
    if busy:
        found.join("ana", "belgrade")
        found.scene.call("before")
        found.scene.answer("before", "ana")
    if manila:
        found.join("maria", "manila")
    return found


def offered(work: str, agent: str) -> Offer:
    return Offer(work, agent, "support", 600.0)


def test_a_call_that_waited_its_longest_is_offered_at_the_site_and_why_tells_before_and_after() -> None:
    found = centre(support(OverflowCause.MAX_WAIT, max_wait_s=60.0))
    assert found.scene.call("c1") == []
    assert found.rule("c1", "maria") == (Rule.SITE, "is at manila, which is asked when the queue overflows to it")
    assert found.why("c1").opened_site is None
    assert found.scene.later(59.0) == []
    assert found.scene.later(1.0) == [offered("c1", "maria")]
    assert found.rule("c1", "maria")[0] == Rule.CHOSEN
    assert found.opened("c1") == OpenedSite("manila", 1_060.0, OverflowCause.MAX_WAIT)
    assert found.why("c1").unserved == ()
    live = found.scene.queue_live()
    assert (live.waiting, live.overflowed, live.agents_available, live.agents_logged_in) == (1, 0, 0, 1)


def test_it_keeps_its_place_and_its_age_and_waits_on_for_whoever_is_free_first() -> None:
    found = centre(support(OverflowCause.MAX_WAIT, max_wait_s=60.0))
    found.scene.status("maria", AgentStatus.BREAK)
    found.scene.call("c1")
    found.scene.later(30.0)
    found.scene.call("c2")
    assert found.scene.later(3_600.0) == []
    assert (found.why("c1").position, found.why("c2").position) == (1, 2)
    assert found.scene.end("before") == [offered("c1", "ana")]
    assert found.scene.status("maria", AgentStatus.AVAILABLE) == [offered("c2", "maria")]


def test_who_is_free_in_the_queue_goes_before_who_is_free_at_the_site() -> None:
    found = centre(support(OverflowCause.MAX_WAIT, max_wait_s=60.0))
    found.scene.call("c1")
    found.scene.later(60.0)
    found.scene.refuse("c1", "maria")
    found.join("bojan", "belgrade")
    found.scene.refuse("c1", "bojan")
    found.scene.call("c2")
    found.scene.end("before")
    assert found.rule("c1", "ana")[0] == Rule.CHOSEN
    assert found.scene.refuse("c1", "ana") == []
    assert found.scene.later(5.0)[0] == offered("c1", "maria")


def test_the_site_is_asked_before_its_turn_and_for_the_relaxed_skills_only() -> None:
    sites = (SitePreference("belgrade"), SitePreference("manila", after_s=300.0))
    relax = (Relaxation(100.0, "sr >= 3"),)
    terms = {"requires": "sr >= 5", "relax": relax, "sites": sites, "max_wait_s": 60.0}
    found = centre(support(OverflowCause.MAX_WAIT, **terms), manila=False)
    found.join("junior", "manila", level=3)
    found.scene.call("c1")
    sooner = "asked after 300 s of waiting, or when the queue overflows to her site"
    assert found.rule("c1", "junior") == (Rule.NOT_YET, sooner)
    found.scene.later(60.0)
    assert found.rule("c1", "junior") == (Rule.NOT_YET, "asked after 100 s of waiting")
    found.scene.call("c2")
    assert found.join("maria", "manila") == [offered("c1", "maria")], "c2 has not overflowed"
    assert found.scene.later(60.0) == []
    assert found.scene.later(40.0) == [offered("c2", "junior")]


def test_where_nobody_of_the_queue_is_logged_in_the_site_is_open_at_once() -> None:
    found = centre(support(OverflowCause.NO_AGENTS), busy=False)
    assert found.scene.call("c1") == [offered("c1", "maria")]
    assert found.opened("c1") == OpenedSite("manila", 1_000.0, OverflowCause.NO_AGENTS)
    assert found.scene.call("c2") == [], "Maria has a call, and c2 waits for her"
    found.scene.answer("c1", "maria")
    assert found.scene.end("c1") == [offered("c2", "maria")]


def test_a_closed_queue_is_served_at_the_site() -> None:
    found = centre(support(OverflowCause.CLOSED))
    found.scene.call("c1")
    found.scene.call("c2")
    assert found.scene.tell(events.QueueOpened("support", False)) == [offered("c1", "maria")]
    assert found.scene.call("c3") == []
    found.scene.answer("c1", "maria")
    assert found.scene.end("c1") == [offered("c2", "maria")]
    assert found.opened("c3").cause is OverflowCause.CLOSED


def test_those_who_wait_when_the_last_one_logs_out_are_offered_at_the_site_in_the_order_of_the_line() -> None:
    found = centre(support(OverflowCause.NO_AGENTS))
    found.join("marco", "manila")
    found.scene.call("c1")
    found.scene.call("c2", priority=5)
    found.scene.end("before")
    assert found.scene.status("ana", AgentStatus.OFFLINE)[1:] == [offered("c2", "maria"), offered("c1", "marco")]


@pytest.mark.parametrize(
    ("cause", "terms", "then"),
    [
        (OverflowCause.NO_AGENTS, {}, [Refuse("c1", TurnedAwayCause.NO_AGENTS)]),
        (OverflowCause.CLOSED, {}, [Refuse("c1", TurnedAwayCause.CLOSED)]),
        (OverflowCause.FULL, {"max_length": 0}, [Refuse("c1", TurnedAwayCause.FULL)]),
    ],
)
def test_a_site_where_nobody_is_there_is_no_overflow(
    cause: OverflowCause, terms: dict[str, int], then: list[Decision]
) -> None:
    found = centre(support(cause, **terms), busy=False, manila=cause is OverflowCause.FULL)
    found.scene.tell(events.QueueOpened("support", cause is not OverflowCause.CLOSED))
    assert found.scene.call("c1") == then


def test_a_wait_ends_where_nobody_is_at_the_site_or_where_its_end_opens_none() -> None:
    found = centre(support(OverflowCause.MAX_WAIT, max_wait_s=60.0), manila=False)
    found.scene.call("c1")
    assert found.scene.later(60.0) == [Refuse("c1", TurnedAwayCause.MAX_WAIT)]
    found = centre(support(OverflowCause.NO_AGENTS, max_wait_s=60.0), busy=False)
    found.scene.status("maria", AgentStatus.BREAK)
    assert found.scene.call("c1") == []
    assert found.scene.later(60.0) == [Refuse("c1", TurnedAwayCause.MAX_WAIT)]


def test_the_agents_of_a_closed_site_are_not_asked_until_it_opens() -> None:
    found = centre(support(OverflowCause.MAX_WAIT, OverflowCause.CLOSED, max_wait_s=60.0))
    found.scene.tell(events.SiteOpened("manila", False))
    found.scene.call("c1")
    found.scene.tell(events.QueueOpened("support", False))
    assert found.rule("c1", "maria") == (Rule.SITE, "is at manila, which is closed")
    assert found.scene.later(600.0) == []
    assert found.scene.tell(events.SiteOpened("manila", True)) == [offered("c1", "maria")]


@pytest.mark.parametrize(
    ("cause", "terms"),
    [
        (OverflowCause.EXPECTED_WAIT, {"max_expected_wait_s": 30.0}),
        (OverflowCause.SERVICE_LEVEL, {"service_level": ServiceLevel(10.0, 0.999)}),
    ],
)
def test_a_wait_that_would_be_too_long_opens_the_site_as_the_call_comes(
    cause: OverflowCause, terms: dict[str, Any]
) -> None:
    found = Centre(Scene(support(cause, **terms)))
    found.join("ana", "belgrade")
    for number in range(6):
        found.scene.serve(f"b{number}", "ana", 60.0)
    found.scene.call("now")
    found.scene.answer("now", "ana")
    if cause is OverflowCause.SERVICE_LEVEL:
        found.scene.call("late")
        found.scene.later(11.0)
        found.scene.end("now")
        found.scene.answer("late", "ana")
    found.join("maria", "manila")
    assert found.scene.call("c1") == [offered("c1", "maria")]
    assert found.opened("c1").cause is cause


def test_a_queue_whose_members_alone_serve_is_helped_by_everybody_at_the_site() -> None:
    found = centre(support(OverflowCause.NO_AGENTS, sites=(), members=(Member("ana"),)), busy=False)
    assert found.scene.call("c1") == [offered("c1", "maria")]


def test_who_serves_in_overflow_only_serves_nothing_else() -> None:
    found = centre(support(OverflowCause.MAX_WAIT, max_wait_s=60.0))
    found.scene.call("c1")
    idle = found.scene.router.why_idle("maria", found.scene.now)
    assert idle is not None
    assert (idle.queues, idle.elsewhere) == ((), ("support",))
    assert found.scene.router.serves("maria") == frozenset()


def test_all_phones_ring_of_the_site_too_where_all_ring() -> None:
    found = centre(support(OverflowCause.MAX_WAIT, max_wait_s=60.0, strategy="ring_all"), busy=False)
    found.join("ana", "belgrade")
    assert found.scene.call("c1") == [offered("c1", "ana")]
    assert found.scene.later(60.0) == [offered("c1", "maria")]
    assert found.join("marco", "manila") == [offered("c1", "marco")]


def test_new_terms_hold_for_those_whom_a_site_was_opened_to() -> None:
    found = centre(support(OverflowCause.MAX_WAIT, max_wait_s=60.0))
    found.scene.call("c1")
    found.scene.later(60.0)
    again = support(OverflowCause.MAX_WAIT, max_wait_s=60.0, strategy="linear")
    assert found.scene.tell(events.QueueDeclared(again)) == []
    assert found.rule("c1", "maria")[0] == Rule.CHOSEN
    elsewhere = support(OverflowCause.MAX_WAIT, max_wait_s=60.0, to="site:bogota")
    withdrawn = found.scene.tell(events.QueueDeclared(elsewhere))
    assert [type(one).__name__ for one in withdrawn] == ["WithdrawOffer"]
    assert found.scene.later(0.0) == [Refuse("c1", TurnedAwayCause.MAX_WAIT)]


def test_a_snapshot_knows_to_whom_a_site_is_open() -> None:
    found = centre(support(OverflowCause.MAX_WAIT, max_wait_s=60.0))
    found.scene.status("maria", AgentStatus.BREAK)
    found.scene.call("c1")
    found.scene.later(60.0)
    found.scene.router = Router(decode_state(encode_state(found.scene.router.state())))
    assert found.opened("c1") == OpenedSite("manila", 1_060.0, OverflowCause.MAX_WAIT)
    assert found.scene.status("maria", AgentStatus.AVAILABLE) == [offered("c1", "maria")]
