"""Callbacks: they keep their place, share the line with those who are on it, and are dialled once."""

from __future__ import annotations

from itertools import product

import pytest
from tests.unit.acd.floor_scene import Scene

from acd import events
from acd.callbacks import STEPS, CallbackStep
from acd.decisions import BecomeCallback, DialBack, Offer, Refuse, TurnedAwayCause, WithdrawalCause, WithdrawOffer
from acd.journal import decode_state, encode_state
from acd.model import Channel, OverflowRule, Queue
from acd.records import WorkState
from acd.router import Router

SUPPORT = Queue("support", callback_attempts=2, callback_retry_s=300.0, max_wait_s=60.0)


def with_callback() -> Scene:
    """A caller rang off and is to be called; another waits behind her."""
    scene = Scene(SUPPORT)
    scene.arrive("c1", caller="+3811")
    scene.later(1.0)
    scene.arrive("c2", caller="+3812")
    assert scene.tell(events.CallbackRequested("c1")) == [BecomeCallback("c1", "+3811")]
    return scene


def test_a_callback_keeps_its_place_among_those_on_the_line() -> None:
    scene = with_callback()
    scene.abandon("c1")
    assert scene.agent("ana") == [Offer("c1", "ana", "support", 20.0)]
    assert scene.agent("bojan") == [Offer("c2", "bojan", "support", 20.0)]


def test_it_is_dialled_once_when_the_agent_takes_it() -> None:
    scene = with_callback()
    scene.agent("ana")
    assert scene.answer("c1", "ana") == [DialBack("c1", "ana", "+3811", 1)]
    assert scene.answer("c1", "ana") == []
    assert scene.state_of("ana") == "talking"
    twin = Router(decode_state(encode_state(scene.router.state())))
    assert twin.decide(events.OfferAccepted("c1", "ana"), scene.now) == []
    scene.tell(events.CallbackConnected("c1"))
    assert scene.tell(events.CallbackFailed("c1")) == []
    scene.end("c1")
    assert scene.queue_live().answered == 1


def test_a_customer_who_is_not_reached_is_tried_again_at_her_old_place_and_then_given_up() -> None:
    scene = with_callback()
    scene.agent("ana")
    scene.answer("c1", "ana")
    assert scene.tell(events.CallbackFailed("c1")) == [Offer("c2", "ana", "support", 20.0)]
    scene.answer("c2", "ana")
    scene.later(250.0)
    scene.call("c3")
    assert scene.router.waiting("support") == ["c3"]
    scene.later(50.0)
    assert scene.router.waiting("support") == ["c1", "c3"]
    assert scene.end("c2") == [Offer("c1", "ana", "support", 20.0)]
    assert scene.answer("c1", "ana") == [DialBack("c1", "ana", "+3811", 2)]
    scene.tell(events.CallbackFailed("c1"))
    live = scene.queue_live()
    assert (live.offered, live.answered, live.abandoned, live.waiting) == (3, 1, 1, 1)


def test_an_agent_who_gives_up_dialling_has_not_reached_the_customer() -> None:
    scene = with_callback()
    scene.agent("ana")
    scene.answer("c1", "ana")
    scene.end("c1")
    assert scene.router.waiting("support") == ["c2"]
    assert scene.router.next_timer() is not None


def test_an_appointed_time_is_waited_for() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    assert scene.arrive("c1", caller="+3811", channel=Channel.CALLBACK, not_before=scene.now + 600.0) == []
    assert scene.later(599.0) == []
    assert scene.later(1.0) == [Offer("c1", "ana", "support", 20.0)]


def test_a_phone_that_rings_for_a_caller_who_will_be_called_back_stops() -> None:
    scene = Scene(SUPPORT)
    scene.agent("ana")
    scene.arrive("c1", caller="+3811")
    later = scene.now + 60.0
    assert scene.tell(events.CallbackRequested("c1", "+3899", later)) == [
        WithdrawOffer("c1", "ana", WithdrawalCause.BECAME_CALLBACK),
        BecomeCallback("c1", "+3899"),
    ]
    assert scene.later(60.0) == [Offer("c1", "ana", "support", 20.0)]
    assert scene.answer("c1", "ana") == [DialBack("c1", "ana", "+3899", 1)]


def test_a_callback_is_not_subject_to_the_longest_wait_and_can_be_called_off() -> None:
    scene = with_callback()
    assert scene.later(60.0) == [Refuse("c2", TurnedAwayCause.MAX_WAIT)]
    assert scene.later(600.0) == []
    scene.tell(events.WorkWithdrawn("c1"))
    assert scene.router.waiting("support") == []


def test_a_full_queue_may_promise_to_call_back() -> None:
    scene = Scene(Queue("support", max_length=1, overflow=OverflowRule("callback")))
    scene.call("c1")
    assert scene.arrive("c2", caller="+3812") == [BecomeCallback("c2", "+3812")]
    assert scene.arrive("c3") == [Refuse("c3", TurnedAwayCause.FULL)]
    assert scene.router.waiting("support") == ["c1", "c2"]


@pytest.mark.parametrize(("state", "step"), list(product(WorkState, CallbackStep)))
def test_every_step_of_a_callback_leads_on(state: WorkState, step: CallbackStep) -> None:
    after = STEPS.get((state, step))
    if after is not None:
        assert after is WorkState.CONNECTED or any(start is after for start, _ in STEPS)


def test_dialling_is_reached_by_an_answer_alone() -> None:
    ways = [(state, step) for (state, step), after in STEPS.items() if after is WorkState.DIALLING]
    assert ways == [(WorkState.OFFERED, CallbackStep.ACCEPTED)]
