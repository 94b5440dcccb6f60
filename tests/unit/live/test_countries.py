"""Countries that were called: known after a restart, for good."""

from __future__ import annotations

from redis.asyncio import Redis

from control.live.countries import PREFIX, FirstCall, StoredCountries

FIRST = FirstCall("GB", 1_700_000_000.0, "c1", "1001", "00442079460000")


async def test_a_first_call_is_kept_for_good(client: Redis) -> None:
    countries = StoredCountries(client)
    countries.save(FIRST)
    await countries.flush()
    assert await countries.load() == [FIRST]
    assert await client.ttl(PREFIX + "GB") == -1, "it does not expire"


async def test_where_nothing_was_called_nothing_is_loaded(client: Redis) -> None:
    assert await StoredCountries(client).load() == []


async def test_what_cannot_be_read_is_left_out(client: Redis) -> None:
    countries = StoredCountries(client)
    countries.save(FIRST)
    await countries.flush()
    await client.set(PREFIX + "XX", b"\xc1")
    assert await countries.load() == [FIRST]
