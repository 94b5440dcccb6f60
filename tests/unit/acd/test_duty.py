"""Agents' own affairs: breaks, missed calls, delays, wrap-up."""

from __future__ import annotations

import pytest
from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Offer, PauseAgent, RefusalCause, TellOverdue, TellStatus, WithdrawalCause, WithdrawOffer
from acd.model import AgentProfile, Queue


def talking(queue: Queue) -> Scene:
    scene = Scene(queue)
    scene.agent("ana")
    scene.call("c1")
    scene.answer("c1", "ana")
    return scene


def test_a_break_after_this_call_begins_when_its_wrap_up_is_over() -> None:
    scene = talking(Queue("support", wrap_up_s=10.0))
    scene.tell(events.AgentStatusSet("ana", AgentStatus.BREAK, "lunch", after_work=True))
    assert (scene.agent_live("ana").status, scene.agent_live("ana").pending) == ("available", "break")
    scene.call("c2")
    scene.end("c1")
    assert scene.later(9.0) == []
    assert scene.agent_live("ana").status == "available"
    assert scene.later(1.0) == [TellStatus("ana", AgentStatus.BREAK, "lunch")]
    live = scene.agent_live("ana")
    assert (live.status, live.reason, live.pending, live.state) == ("break", "lunch", None, "idle")


def test_a_break_after_no_call_begins_at_once_and_one_may_think_better_of_it() -> None:
    scene = Scene(Queue("support"))
    scene.agent("ana")
    scene.tell(events.AgentStatusSet("ana", AgentStatus.BREAK, after_work=True))
    assert scene.agent_live("ana").status == "break"
    scene = talking(Queue("support"))
    scene.tell(events.AgentStatusSet("ana", AgentStatus.BREAK, after_work=True))
    scene.status("ana", AgentStatus.AVAILABLE)
    scene.call("c2")
    assert scene.end("c1") == [Offer("c2", "ana", "support", 20.0)]


def test_calls_missed_in_a_row_are_a_break() -> None:
    scene = Scene(Queue("support", pause_after_missed=2, retry_delay_s=5.0))
    scene.agent("ana")
    scene.call("c1")
    assert scene.later(20.0) == [WithdrawOffer("c1", "ana", WithdrawalCause.NO_ANSWER)]
    assert scene.later(5.0) == [Offer("c1", "ana", "support", 20.0)]
    assert scene.later(20.0) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.NO_ANSWER),
        PauseAgent("ana", "missed calls"),
    ]
    assert (scene.agent_live("ana").status, scene.agent_live("ana").reason) == ("break", "missed calls")
    assert scene.status("ana", AgentStatus.AVAILABLE) == [Offer("c1", "ana", "support", 20.0)]


def test_a_call_that_is_taken_ends_the_row_of_missed_ones() -> None:
    scene = Scene(Queue("support", pause_after_missed=2, retry_delay_s=0.0))
    scene.agent("ana")
    for call in ("c1", "c2", "c3"):
        scene.call(call)
        scene.later(20.0)
        scene.answer(call, "ana")
        scene.end(call)
    assert scene.agent_live("ana").status == "available"


@pytest.mark.parametrize(
    ("cause", "delay_s"),
    [
        (RefusalCause.DECLINED, 10.0),
        (RefusalCause.NO_ANSWER, 20.0),
        (RefusalCause.BUSY, 30.0),
        (RefusalCause.FAILED, 5.0),
        (RefusalCause.UNREACHABLE, 5.0),
    ],
)
def test_how_long_an_agent_is_left_alone_depends_on_why_she_did_not_take_it(
    cause: RefusalCause, delay_s: float
) -> None:
    queue = Queue("support", retry_delay_s=5.0, refused_delay_s=10.0, no_answer_delay_s=20.0, busy_delay_s=30.0)
    scene = Scene(queue)
    scene.agent("ana")
    scene.call("c1")
    scene.refuse("c1", "ana", cause)
    assert scene.later(delay_s - 0.1) == []
    assert scene.later(0.1) == [Offer("c1", "ana", "support", 20.0)]


def test_a_break_that_lasts_too_long_is_told_and_shown() -> None:
    scene = Scene(Queue("support"))
    scene.join(AgentProfile("ana", max_break_s=900.0))
    scene.status("ana", AgentStatus.BREAK)
    began = scene.now
    assert scene.later(899.0) == []
    assert scene.later(1.0) == [TellOverdue("ana", began)]
    assert scene.agent_live("ana").overdue
    scene.status("ana", AgentStatus.AVAILABLE)
    assert not scene.agent_live("ana").overdue


def test_a_break_that_ends_in_time_is_not_told() -> None:
    scene = Scene(Queue("support"))
    scene.join(AgentProfile("ana", max_break_s=900.0))
    scene.status("ana", AgentStatus.BREAK)
    scene.later(800.0)
    scene.status("ana", AgentStatus.AVAILABLE)
    assert scene.later(900.0) == []


def test_a_wrap_up_that_is_required_can_be_ended_by_a_supervisor_only() -> None:
    scene = talking(Queue("support", wrap_up_s=60.0, wrap_up_min_s=20.0))
    scene.end("c1")
    scene.later(10.0)
    scene.tell(events.WrapUpEnded("ana"))
    assert scene.state_of("ana") == "wrap_up"
    scene.later(10.0)
    scene.tell(events.WrapUpEnded("ana"))
    assert scene.state_of("ana") == "idle"
    scene = talking(Queue("support", wrap_up_s=60.0, wrap_up_min_s=20.0))
    scene.end("c1")
    scene.tell(events.WrapUpEnded("ana", forced=True))
    assert scene.state_of("ana") == "idle"


def test_a_wrap_up_is_extended_as_far_as_the_queue_grants() -> None:
    scene = talking(Queue("support", wrap_up_s=10.0, wrap_up_max_s=25.0))
    scene.end("c1")
    scene.tell(events.WrapUpExtended("ana", 10.0))
    scene.tell(events.WrapUpExtended("ana", 10.0))
    scene.later(24.0)
    assert scene.state_of("ana") == "wrap_up"
    scene.later(1.0)
    assert scene.state_of("ana") == "idle"
