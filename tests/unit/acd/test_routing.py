"""Calls meet agents: who is offered what, and what happens when they take it or do not."""

from __future__ import annotations

import pytest
from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.decisions import (
    Connect,
    Offer,
    Overflow,
    RefusalCause,
    Refuse,
    TurnedAwayCause,
    WithdrawalCause,
    WithdrawOffer,
)
from acd.model import OverflowCause, OverflowRule, Queue

SUPPORT = Queue("support", ring_timeout_s=20.0, wrap_up_s=10.0, retry_delay_s=5.0)


def offer(work: str, agent: str, queue: str = "support") -> Offer:
    return Offer(work, agent, queue, 20.0)


def test_a_call_is_offered_to_a_free_agent_and_connected_when_she_answers() -> None:
    scene = Scene(SUPPORT)
    assert scene.agent("ana") == []
    assert scene.call("c1") == [offer("c1", "ana")]
    assert scene.state_of("ana") == "offered"
    assert scene.ring("c1", "ana") == []
    assert scene.state_of("ana") == "ringing"
    assert scene.answer("c1", "ana") == [Connect("c1", "ana")]
    assert scene.state_of("ana") == "talking"


def test_a_waiting_call_is_offered_to_the_agent_who_logs_in() -> None:
    scene = Scene(SUPPORT)
    assert scene.call("c1") == []
    assert scene.agent("ana") == [offer("c1", "ana")]


def test_waiting_calls_are_served_in_the_order_of_their_arrival() -> None:
    scene = Scene(SUPPORT)
    scene.call("c1")
    scene.call("c2")
    assert scene.agent("ana") == [offer("c1", "ana")]
    assert scene.agent("bojan") == [offer("c2", "bojan")]


def test_an_urgent_call_is_served_first() -> None:
    scene = Scene(SUPPORT)
    scene.call("c1")
    scene.call("c2", priority=5)
    assert scene.agent("ana") == [offer("c2", "ana")]


def test_a_shared_agent_serves_the_queue_of_higher_priority_first() -> None:
    scene = Scene(SUPPORT, Queue("vip", priority=10))
    scene.call("c1")
    scene.call("c2", "vip")
    assert scene.agent("ana") == [offer("c2", "ana", "vip")]


def test_the_longest_idle_agent_is_chosen() -> None:
    scene = Scene(SUPPORT)
    for agent in ("ana", "bojan", "ceca"):
        scene.agent(agent)
        scene.now += 1.0
    assert scene.call("c1") == [offer("c1", "ana")]
    scene.answer("c1", "ana")
    scene.end("c1")
    scene.later(10.0)
    assert scene.call("c2") == [offer("c2", "bojan")]
    assert scene.call("c3") == [offer("c3", "ceca")]
    assert scene.call("c4") == [offer("c4", "ana")]


def test_the_longest_idle_agent_is_found_among_groups_of_different_skills() -> None:
    scene = Scene(SUPPORT, Queue("sales", requires="sales"))
    scene.agent("ana", sales=1)
    scene.now += 1.0
    scene.agent("bojan")
    scene.now += 1.0
    scene.agent("ceca", sales=1)
    assert scene.call("c1") == [offer("c1", "ana")]
    assert scene.call("c2") == [offer("c2", "bojan")]


def test_only_agents_who_meet_the_requirement_are_offered_a_call() -> None:
    scene = Scene(Queue("support", requires="billing >= 3 and (sr >= 5 or en)"))
    scene.agent("ana", billing=9)
    scene.agent("bojan", billing=3, sr=4)
    assert scene.call("c1") == []
    assert scene.agent("ceca", billing=3, en=1) == [offer("c1", "ceca")]


def test_a_declined_offer_goes_to_the_next_agent() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.agent("bojan")
    assert scene.call("c1") == [offer("c1", "ana")]
    assert scene.refuse("c1", "ana") == [offer("c1", "bojan")]


def test_an_offer_that_rings_too_long_is_withdrawn_and_goes_to_the_next_agent() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.agent("bojan")
    scene.call("c1")
    scene.ring("c1", "ana")
    assert scene.later(19.9) == []
    assert scene.later(0.1) == [WithdrawOffer("c1", "ana", WithdrawalCause.NO_ANSWER), offer("c1", "bojan")]


@pytest.mark.parametrize("cause", list(RefusalCause))
def test_a_lone_agent_is_offered_the_call_again_after_a_pause(cause: RefusalCause) -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.call("c1")
    assert scene.refuse("c1", "ana", cause) == []
    assert scene.state_of("ana") == "idle"
    assert scene.later(4.9) == []
    assert scene.later(0.1) == [offer("c1", "ana")]


def test_an_agent_who_refused_stands_behind_those_who_did_not() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.agent("bojan")
    scene.call("c1")
    scene.refuse("c1", "ana")
    scene.answer("c1", "bojan")
    scene.agent("ceca")
    scene.later(5.0)
    assert scene.call("c2") == [offer("c2", "ceca")]


def test_a_refused_call_keeps_its_place_in_line() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.call("c1")
    scene.call("c2")
    scene.refuse("c1", "ana")
    assert scene.agent("bojan") == [offer("c1", "bojan")]


def test_wrap_up_keeps_the_agent_until_its_time_is_over() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    assert scene.end("c1") == []
    assert scene.state_of("ana") == "wrap_up"
    scene.call("c2")
    assert scene.later(9.9) == []
    assert scene.later(0.1) == [offer("c2", "ana")]


def test_an_agent_may_end_her_wrap_up_early() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    scene.end("c1")
    scene.call("c2")
    assert scene.tell(events.WrapUpEnded("ana")) == [offer("c2", "ana")]
    assert scene.later(10.0) == []


def test_without_wrap_up_the_next_call_is_offered_at_once() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    scene.call("c2")
    assert scene.end("c1") == [offer("c2", "ana")]


def test_a_call_on_hold_is_seen_and_taken_back() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    scene.tell(events.WorkHeld("c1", True))
    assert scene.state_of("ana") == "held"
    scene.tell(events.WorkHeld("c1", False))
    assert scene.state_of("ana") == "talking"
    scene.tell(events.WorkHeld("c1", True))
    scene.end("c1")
    assert scene.state_of("ana") == "wrap_up"


def test_a_caller_who_gives_up_while_it_rings_frees_the_agent_at_her_old_place() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.now += 1.0
    scene.agent("bojan")
    scene.call("c1")
    assert scene.abandon("c1") == [WithdrawOffer("c1", "ana", WithdrawalCause.ABANDONED)]
    assert scene.call("c2") == [offer("c2", "ana")]


def test_a_caller_who_gives_up_in_line_is_gone() -> None:
    scene = Scene(SUPPORT)
    scene.call("c1")
    scene.call("c2")
    assert scene.abandon("c1") == []
    assert scene.agent("ana") == [offer("c2", "ana")]


def test_after_the_longest_wait_a_call_goes_to_the_overflow_target() -> None:
    scene = Scene(Queue("support", max_wait_s=30.0, overflow=OverflowRule("queue:sales")))
    scene.call("c1")
    assert scene.later(29.9) == []
    assert scene.later(0.1) == [Overflow("c1", "queue:sales")]
    assert scene.agent("ana") == []


def test_the_longest_wait_ends_while_it_rings() -> None:
    scene = Scene(Queue("support", max_wait_s=10.0, overflow=OverflowRule("queue:sales")))
    scene.agent("ana")
    scene.call("c1")
    assert scene.later(10.0) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.MAX_WAIT),
        Overflow("c1", "queue:sales"),
    ]
    assert scene.call("c2") == [offer("c2", "ana")]


def test_a_connected_call_has_no_longest_wait() -> None:
    scene = Scene(Queue("support", max_wait_s=10.0))
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    assert scene.later(100.0) == []


def test_without_an_overflow_target_the_longest_wait_ends_in_a_refusal() -> None:
    scene = Scene(Queue("support", max_wait_s=10.0))
    scene.call("c1")
    assert scene.later(10.0) == [Refuse("c1", TurnedAwayCause.MAX_WAIT)]


def test_a_full_queue_refuses() -> None:
    scene = Scene(Queue("support", max_length=1))
    assert scene.call("c1") == []
    assert scene.call("c2") == [Refuse("c2", TurnedAwayCause.FULL)]
    scene.abandon("c1")
    assert scene.call("c3") == []


def test_a_full_queue_sends_to_its_overflow_target() -> None:
    scene = Scene(Queue("support", max_length=0, overflow=OverflowRule("agent:ana", (OverflowCause.FULL,))))
    assert scene.call("c1") == [Overflow("c1", "agent:ana")]


def test_a_queue_without_room_for_waiting_still_offers_to_a_free_agent() -> None:
    scene = Scene(Queue("support", max_length=0))
    scene.agent("ana")
    scene.agent("bojan")
    assert scene.call("c1") == [offer("c1", "ana")]
    assert scene.call("c2") == [offer("c2", "bojan")]
    assert scene.call("c3") == [Refuse("c3", TurnedAwayCause.FULL)]


def test_work_for_an_unknown_queue_is_refused() -> None:
    assert Scene().call("c1", "nowhere") == [Refuse("c1", TurnedAwayCause.NO_SUCH_QUEUE)]


@pytest.mark.parametrize("status", [status for status in AgentStatus if status is not AgentStatus.AVAILABLE])
def test_an_agent_whose_status_takes_no_work_is_not_offered_any(status: AgentStatus) -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.status("ana", status)
    assert scene.call("c1") == []
    assert scene.status("ana", AgentStatus.AVAILABLE) == [offer("c1", "ana")]


def test_an_agent_who_takes_a_break_while_it_rings_gives_the_call_to_the_next() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.agent("bojan")
    scene.call("c1")
    assert scene.status("ana", AgentStatus.BREAK) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.AGENT_AWAY),
        offer("c1", "bojan"),
    ]


def test_an_agent_who_takes_a_break_while_talking_finishes_and_is_then_left_alone() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    assert scene.status("ana", AgentStatus.BREAK) == []
    scene.call("c2")
    scene.end("c1")
    assert scene.later(60.0) == []


def test_an_agent_whose_phone_is_not_registered_is_not_available() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.agent("bojan")
    scene.call("c1")
    assert scene.tell(events.AgentReachable("ana", False)) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.UNREACHABLE),
        offer("c1", "bojan"),
    ]
    scene.call("c2")
    assert scene.tell(events.AgentReachable("ana", True)) == [offer("c2", "ana")]


def test_an_agent_in_a_direct_call_is_not_offered_work() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.tell(events.AgentEngaged("ana", True))
    assert scene.state_of("ana") == "talking"
    assert scene.call("c1") == []
    assert scene.tell(events.AgentEngaged("ana", False)) == [offer("c1", "ana")]


def test_a_caller_who_chooses_something_else_leaves_the_line_for_it() -> None:
    scene = Scene(SUPPORT)
    scene.call("c1")
    scene.call("c2")
    assert scene.tell(events.WorkDiverted("c1", "voicemail:ana")) == [Overflow("c1", "voicemail:ana")]
    assert scene.router.waiting("support") == ["c2"]
    live = scene.router.queue_live("support", scene.now)
    assert live is not None
    assert (live.waiting, live.overflowed, live.abandoned) == (1, 1, 0)


def test_a_phone_that_rings_for_a_caller_who_chooses_something_else_rings_for_the_next_one() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.call("c1")
    scene.call("c2")
    assert scene.tell(events.WorkDiverted("c1", "callback:support")) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.DIVERTED),
        Overflow("c1", "callback:support"),
        offer("c2", "ana"),
    ]


def test_whoever_is_connected_by_then_stays_connected() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    assert scene.tell(events.WorkDiverted("c1", "voicemail:ana")) == []
    assert scene.state_of("ana") == "talking"


def test_the_waiting_are_listed_in_the_order_of_service() -> None:
    scene = Scene(SUPPORT)
    scene.call("c1")
    scene.call("c2")
    scene.call("c3", priority=5)
    assert scene.router.waiting("support") == ["c3", "c1", "c2"]
    assert scene.router.waiting("gone") == []
