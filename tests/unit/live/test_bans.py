"""Stored bans: back after a restart, gone when they do not count any longer."""

from __future__ import annotations

import time

import pytest
from redis.asyncio import Redis

from control.live.bans import StoredBans
from pbx.guard.bans import MEMORY_S, Ban


def ban(source: str = "203.0.113.9", *, lasts_s: float = 60.0, times: int = 1) -> Ban:
    now = time.time()
    return Ban(source, "password", now, now + lasts_s, times)


@pytest.fixture
def bans(client: Redis) -> StoredBans:
    return StoredBans(client)


async def test_what_was_saved_is_loaded(bans: StoredBans) -> None:
    address, network = ban(), ban("2001:db8::/64", times=3)
    bans.save(address)
    bans.save(network)
    await bans.flush()
    assert sorted(await bans.load(), key=lambda one: one.source) == [network, address]


async def test_a_lifted_ban_is_gone(bans: StoredBans) -> None:
    bans.save(ban())
    await bans.flush()
    bans.remove("203.0.113.9")
    await bans.flush()
    assert await bans.load() == []


async def test_a_ban_is_kept_for_as_long_as_it_counts(bans: StoredBans, client: Redis) -> None:
    bans.save(ban(lasts_s=60.0))
    await bans.flush()
    left_s = await client.pttl("centrala:ban:203.0.113.9") / 1000
    assert MEMORY_S < left_s < MEMORY_S + 60.1  # Redis rounds to the next millisecond


async def test_a_value_that_cannot_be_read_is_left_out(bans: StoredBans, client: Redis) -> None:
    await client.set("centrala:ban:192.0.2.1", b"\xff nonsense")
    kept = ban()
    bans.save(kept)
    await bans.flush()
    assert await bans.load() == [kept]
