"""One snapshot, then numbered deltas."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest
from tests.unit.control.fake_centre import live_call, queue_live

from control.realtime.hub import Hub, TooSlow
from control.schemas.live import Snapshot

EVERYTHING = Snapshot(queues=[queue_live("support")], agents=[], calls=[])


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    hub = Hub(lambda: EVERYTHING, tick_s=0.005, backlog=8, linger_s=30.0)
    yield hub
    hub.close()


async def next_of(listening: AsyncGenerator[str, None]) -> dict[str, Any]:
    async with asyncio.timeout(2):
        message: dict[str, Any] = json.loads(await anext(listening))
    return message


async def test_a_listener_gets_a_snapshot_and_then_each_change(hub: Hub) -> None:
    listening = hub.listen()
    first = await next_of(listening)
    assert first["type"] == "snapshot"
    assert [queue["id"] for queue in first["queues"]] == ["support"]
    hub.publish("call", "c1", live_call("c1"))
    hub.publish("queue", "support", None)
    call, queue = await next_of(listening), await next_of(listening)
    assert (call["type"], call["kind"], call["id"], call["value"]["caller"]) == ("delta", "call", "c1", "+381641234567")
    assert (queue["kind"], queue["id"], queue["value"]) == ("queue", "support", None)
    assert [call["seq"], queue["seq"]] == [first["seq"] + 1, first["seq"] + 2]
    await listening.aclose()


async def test_changes_within_a_tick_are_told_once_and_the_last_one_counts(hub: Hub) -> None:
    listening = hub.listen()
    first = await next_of(listening)
    for waiting in range(100):
        hub.publish("queue", "support", queue_live(waiting=waiting))
    delta = await next_of(listening)
    assert delta["value"]["waiting"] == 99
    assert delta["seq"] == first["seq"] + 1
    await listening.aclose()


async def test_a_listener_resumes_where_it_left(hub: Hub) -> None:
    listening = hub.listen()
    await next_of(listening)
    hub.publish("call", "c1", live_call("c1"))
    left_at = (await next_of(listening))["seq"]
    await listening.aclose()
    hub.publish("call", "c2", live_call("c2"))
    witness = hub.listen()
    await next_of(witness)
    await next_of(witness)
    again = hub.listen(left_at)
    assert (await next_of(again))["type"] == "resumed"
    missed = await next_of(again)
    assert (missed["id"], missed["seq"]) == ("c2", left_at + 1)
    await again.aclose()
    await witness.aclose()


@pytest.mark.parametrize("since", [0, 10**18])
async def test_a_number_that_is_not_known_gets_a_fresh_snapshot(hub: Hub, since: int) -> None:
    listening = hub.listen(since)
    assert (await next_of(listening))["type"] == "snapshot"
    await listening.aclose()


async def test_one_who_left_before_the_backlog_begins_gets_a_fresh_snapshot(hub: Hub) -> None:
    listening = hub.listen()
    left_at = (await next_of(listening))["seq"]
    for number in range(8):
        hub.publish("call", f"c{number}", None)
    for _ in range(8):
        await next_of(listening)
    hub.publish("call", "one-more", None)
    await next_of(listening)
    again = hub.listen(left_at)
    assert (await next_of(again))["type"] == "snapshot"
    resumed = hub.listen(left_at + 1)
    assert (await next_of(resumed))["type"] == "resumed"
    for open_one in (again, resumed, listening):
        await open_one.aclose()


async def test_a_slow_listener_is_told_so(hub: Hub) -> None:
    slow, quick = hub.listen(), hub.listen()
    await next_of(slow)
    await next_of(quick)
    for burst in range(2):
        for number in range(6):
            hub.publish("call", f"c{burst}-{number}", None)
        for _ in range(6):
            await next_of(quick)
    with pytest.raises(TooSlow):
        await next_of(slow)
    await quick.aclose()


async def test_nothing_is_kept_while_nobody_listens() -> None:
    ticked = asyncio.Event()
    hub = Hub(lambda: EVERYTHING, collect=ticked.set, tick_s=0.005, linger_s=0.0)
    hub.publish("call", "c1", live_call("c1"))
    assert not hub.awake
    listening = hub.listen()
    first = await next_of(listening)
    assert hub.awake
    hub.publish("call", "c2", live_call("c2"))
    delta = await next_of(listening)
    assert (delta["id"], delta["seq"]) == ("c2", first["seq"] + 1)
    await leave_and_fall_asleep(hub, listening, ticked)
    assert not hub.awake


async def test_numbers_from_before_a_sleep_cannot_be_resumed() -> None:
    ticked = asyncio.Event()
    hub = Hub(lambda: EVERYTHING, collect=ticked.set, tick_s=0.005, linger_s=0.0)
    listening = hub.listen()
    left_at = (await next_of(listening))["seq"]
    await leave_and_fall_asleep(hub, listening, ticked)
    hub.publish("call", "c1", live_call("c1"))
    again = hub.listen(left_at)
    assert (await next_of(again))["type"] == "snapshot"
    await again.aclose()
    hub.close()


async def leave_and_fall_asleep(hub: Hub, listening: AsyncGenerator[str, None], ticked: asyncio.Event) -> None:
    await listening.aclose()
    ticked.clear()
    async with asyncio.timeout(2):
        await ticked.wait()
    assert hub.listeners == 0


async def test_changes_can_be_collected_at_each_tick() -> None:
    collecting: Hub

    def publish_what_changed() -> None:
        collecting.publish("queue", "support", queue_live())

    collecting = Hub(lambda: EVERYTHING, collect=publish_what_changed, tick_s=0.005)
    listening = collecting.listen()
    await next_of(listening)
    assert (await next_of(listening))["kind"] == "queue"
    await listening.aclose()
    collecting.close()
