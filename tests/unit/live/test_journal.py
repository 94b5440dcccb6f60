"""The journal in Redis: order, snapshots, and one writer at a time."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from acd.journal import JournalUnavailable
from control.live.connection import LiveStore
from control.live.journal import LeaseHeld, LeaseLost, RedisJournal


async def writer(client: Redis, owner: str = "node-1", *, lease_s: float = 10.0) -> RedisJournal:
    journal = RedisJournal(client, owner, lease_s=lease_s)
    await journal.acquire()
    return journal


async def test_groups_are_loaded_as_the_records_that_were_appended(client: Redis) -> None:
    journal = await writer(client)
    await journal.append([b"a", b"b"])
    await journal.append([b"c"])
    assert await journal.load() == (None, [b"a", b"b", b"c"])
    await journal.release()


async def test_an_empty_journal_loads_as_nothing(client: Redis) -> None:
    journal = await writer(client)
    assert await journal.load() == (None, [])
    await journal.release()


async def test_a_long_journal_is_loaded_in_order(client: Redis) -> None:
    journal = await writer(client)
    for number in range(2_500):
        await journal.append([b"%d" % number])
    _, records = await journal.load()
    assert records == [b"%d" % number for number in range(2_500)]
    await journal.release()


async def test_a_snapshot_takes_the_place_of_what_it_covers(client: Redis) -> None:
    journal = await writer(client)
    await journal.append([b"a"])
    await journal.append([b"b"])
    await journal.save_snapshot(b"state after b")
    await journal.append([b"c"])
    assert await journal.load() == (b"state after b", [b"c"])
    assert await client.xlen("centrala:{main}:journal") == 1
    await journal.release()


async def test_a_restarted_node_takes_its_own_lease_at_once_and_appends_on(client: Redis) -> None:
    before = await writer(client)
    await before.append([b"a"])
    after = await writer(client)
    await after.append([b"b"])
    assert await after.load() == (None, [b"a", b"b"])
    await before.release()
    await after.release()


async def test_another_node_is_refused_while_the_lease_is_held(client: Redis) -> None:
    journal = await writer(client, "node-1")
    with pytest.raises(LeaseHeld, match="held by node-1") as raised:
        await writer(client, "node-2")
    assert 0 < raised.value.remaining_s <= 10.0
    await journal.release()


async def test_a_released_lease_is_free_for_another_node(client: Redis) -> None:
    await (await writer(client, "node-1")).release()
    journal = await writer(client, "node-2")
    await journal.append([b"a"])
    await journal.release()


async def test_a_writer_that_lost_its_lease_can_write_nothing_more(client: Redis) -> None:
    late = await writer(client, "node-1", lease_s=0.001)
    await late.append([b"a"])
    async with asyncio.timeout(5.0):
        while await client.exists("centrala:{main}:lease"):
            await client.ping()
    journal = await writer(client, "node-2")
    with pytest.raises(LeaseLost):
        await late.append([b"too late"])
    with pytest.raises(LeaseLost):
        await late.save_snapshot(b"too late")
    with pytest.raises(LeaseLost):
        await late.renew()
    await late.release()
    with pytest.raises(LeaseHeld):
        await late.acquire()
    await journal.append([b"b"])
    assert await journal.load() == (None, [b"a", b"b"])
    await journal.release()


async def test_a_lease_that_is_kept_outlives_its_time(client: Redis) -> None:
    journal = await writer(client, "node-1", lease_s=0.3)
    keeper = asyncio.create_task(journal.keep())
    deadline = asyncio.get_running_loop().time() + 0.6
    while asyncio.get_running_loop().time() < deadline:
        assert await client.get("centrala:{main}:lease") == b"node-1"
        await asyncio.sleep(0.02)
    keeper.cancel()
    await asyncio.wait([keeper])
    await journal.release()


async def test_domains_have_journals_of_their_own(client: Redis) -> None:
    north, south = RedisJournal(client, "node-1", domain="north"), RedisJournal(client, "node-2", domain="south")
    await north.acquire()
    await south.acquire()
    await north.append([b"n"])
    await south.append([b"s"])
    assert await north.load() == (None, [b"n"])
    assert await south.load() == (None, [b"s"])
    await north.release()
    await south.release()


async def test_a_group_whose_answer_was_lost_is_not_written_twice(client: Redis) -> None:
    journal = await writer(client)
    await journal.append([b"a"])
    # The server takes the group, and the connection breaks before its answer is read.
    await client.client_pause(100)
    attempt = asyncio.create_task(journal.append([b"b"]))
    await asyncio.sleep(0)
    attempt.cancel()
    await asyncio.wait([attempt])
    assert attempt.cancelled()
    await journal.append([b"b"])
    await journal.append([b"c"])
    assert await journal.load() == (None, [b"a", b"b", b"c"])
    await journal.release()


async def test_a_server_that_forgot_the_script_is_taught_it_again(client: Redis) -> None:
    journal = await writer(client)
    await journal.append([b"a"])
    await client.script_flush()
    await journal.append([b"b"])
    assert await journal.load() == (None, [b"a", b"b"])
    await journal.release()


async def test_a_server_that_is_away_is_an_error_that_may_pass(live: LiveStore) -> None:
    journal = await writer(live.client)
    await journal.append([b"a"])
    assert live.server is not None
    await live.server.stop()
    with pytest.raises(JournalUnavailable):
        await journal.append([b"b"])
