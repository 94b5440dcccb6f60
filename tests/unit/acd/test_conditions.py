"""When a queue takes nobody in, and when it lets its line go."""

from __future__ import annotations

import pytest
from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.agent import AgentStatus
from acd.decisions import Offer, Overflow, Refuse, TurnedAwayCause, WithdrawalCause, WithdrawOffer
from acd.model import Channel, OverflowCause, OverflowRule, Queue, ServiceLevel


def to_sales(*causes: OverflowCause) -> OverflowRule:
    return OverflowRule("queue:sales", causes)


def busy(queue: Queue, calls: int = 6, talk_s: float = 60.0) -> Scene:
    """Ana has served some calls, a minute each, and is in another."""
    scene = Scene(queue)
    scene.agent("ana")
    for number in range(calls):
        scene.serve(f"b{number}", "ana", talk_s)
    scene.call("now")
    scene.answer("now", "ana")
    return scene


def test_nobody_is_let_in_where_nobody_is_logged_in() -> None:
    scene = Scene(Queue("support", overflow=to_sales(OverflowCause.NO_AGENTS)))
    assert scene.call("c1") == [Overflow("c1", "queue:sales")]
    scene.agent("ana")
    scene.status("ana", AgentStatus.BREAK)
    assert scene.call("c2") == []


def test_the_line_is_let_go_when_the_last_one_logs_out() -> None:
    scene = Scene(Queue("support", overflow=to_sales(OverflowCause.NO_AGENTS)))
    scene.agent("ana")
    scene.agent("bojan")
    for call in ("c1", "c2", "c3"):
        scene.call(call)
    scene.status("ana", AgentStatus.OFFLINE)
    assert scene.status("bojan", AgentStatus.OFFLINE) == [
        WithdrawOffer("c2", "bojan", WithdrawalCause.AGENT_AWAY),
        Overflow("c1", "queue:sales"),
        Overflow("c2", "queue:sales"),
        Overflow("c3", "queue:sales"),
    ]


def test_a_closed_queue_refuses_and_serves_those_who_wait_already() -> None:
    scene = Scene(Queue("support"))
    scene.call("c1")
    assert scene.tell(events.QueueOpened("support", False)) == []
    assert scene.call("c2") == [Refuse("c2", TurnedAwayCause.CLOSED)]
    assert scene.agent("ana") == [Offer("c1", "ana", "support", 20.0)]
    assert not scene.queue_live().open
    scene.tell(events.QueueOpened("support", True))
    assert scene.call("c3") == []


def test_a_queue_that_overflows_when_it_closes_lets_its_line_go() -> None:
    scene = Scene(Queue("support", overflow=to_sales(OverflowCause.CLOSED)))
    scene.agent("ana")
    scene.call("c1")
    scene.call("c2")
    assert scene.tell(events.QueueOpened("support", False)) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.QUEUE_LEFT),
        Overflow("c1", "queue:sales"),
        Overflow("c2", "queue:sales"),
    ]
    assert scene.state_of("ana") == "idle"


def test_what_needs_nobody_on_the_line_waits_until_a_closed_queue_opens() -> None:
    scene = Scene(Queue("support", max_length=0, overflow=to_sales(OverflowCause.CLOSED, OverflowCause.NO_AGENTS)))
    scene.tell(events.QueueOpened("support", False))
    assert scene.arrive("c1", channel=Channel.CALLBACK, caller="+3811") == []
    assert scene.arrive("c2", channel=Channel.CHAT) == [Overflow("c2", "queue:sales")]
    scene = Scene(Queue("support", overflow=to_sales(OverflowCause.CLOSED)))
    assert scene.arrive("c1", channel=Channel.EMAIL) == []
    assert scene.tell(events.QueueOpened("support", False)) == []
    assert scene.arrive("c2", channel=Channel.TASK) == []


def test_who_would_wait_too_long_is_turned_away() -> None:
    scene = busy(Queue("support", max_expected_wait_s=110.0))
    assert scene.call("c1") == []
    assert scene.call("c2") == []
    assert scene.call("c3") == [Refuse("c3", TurnedAwayCause.EXPECTED_WAIT)]


def test_a_queue_whose_service_level_is_at_risk_sends_those_on_who_would_miss_it() -> None:
    aim = ServiceLevel(threshold_s=10.0, target=0.999)
    scene = busy(Queue("support", service_level=aim, overflow=to_sales(OverflowCause.SERVICE_LEVEL)))
    assert scene.call("late") == []
    scene.later(11.0)
    scene.end("now")
    scene.answer("late", "ana")
    assert scene.call("c1") == [Overflow("c1", "queue:sales")]


def test_whoever_finds_an_agent_free_is_let_in_whatever_is_expected() -> None:
    scene = busy(Queue("support", max_expected_wait_s=1.0))
    scene.end("now")
    assert scene.call("c1") == [Offer("c1", "ana", "support", 20.0)]


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.TASK])
def test_work_without_anybody_on_the_line_is_let_in_always_and_waits_as_long_as_it_takes(channel: Channel) -> None:
    full = Queue("support", max_length=0, max_wait_s=60.0, overflow=to_sales(*OverflowCause))
    scene = Scene(full)
    scene.tell(events.QueueOpened("support", False))
    assert scene.arrive("m1", channel=channel) == []
    scene.tell(events.QueueOpened("support", True))
    scene.tell(events.QueueOpened("support", False))
    assert scene.later(86_400.0) == []
    assert scene.arrive("c1") == [Overflow("c1", "queue:sales")]
    assert scene.agent("ana") == [Offer("m1", "ana", "support", 20.0)]
