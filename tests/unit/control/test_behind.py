"""What callers leave is written behind their backs, whatever the database does meanwhile."""

from __future__ import annotations

import asyncio

from control.leftovers import CallbackRequest
from control.store.behind import WriteBehind
from control.store.store import Records, Store


def request(id: str) -> CallbackRequest:
    return CallbackRequest(id, "support", "+38164", "", 1.0)


async def kept(store: Store) -> list[str]:
    async with store.read() as records:
        return [one.id for one in await records.callbacks.all()]


async def test_what_is_added_is_written_by_the_stop_at_the_latest(store: Store) -> None:
    behind = WriteBehind(store)
    behind.add(lambda records: records.callbacks.put(request("a")))
    behind.add(lambda records: records.callbacks.put(request("b")))
    await behind.stop()
    assert await kept(store) == ["a", "b"]


async def test_a_database_that_fails_is_tried_again(store: Store) -> None:
    tries, written = [OSError("away"), OSError("away")], asyncio.Event()

    async def write(records: Records) -> None:
        if tries:
            raise tries.pop()
        await records.callbacks.put(request("a"))
        written.set()

    behind = WriteBehind(store, retry_s=0.01)
    behind.add(write)
    async with asyncio.timeout(5):
        await written.wait()
    await behind.stop()
    assert await kept(store) == ["a"]


async def test_what_is_refused_keeps_nothing_else_out(store: Store) -> None:
    async def write(records: Records) -> None:
        raise ValueError("cannot be written")

    behind = WriteBehind(store)
    behind.add(write)
    behind.add(lambda records: records.callbacks.put(request("b")))
    await behind.stop()
    assert await kept(store) == ["b"]


async def test_a_stop_does_not_wait_for_a_database_that_stays_away(store: Store) -> None:
    async def write(records: Records) -> None:
        raise OSError("away")

    behind = WriteBehind(store, retry_s=60)
    behind.add(write)
    async with asyncio.timeout(5):
        await behind.stop()
    assert await kept(store) == []
