"""Call records reach the store in groups, whatever the database does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs
from tests.unit.control.cdrs import cdr

from control.store.cdr_writer import GROUP, CdrWriter
from control.store.cdrs import CdrFilter
from control.store.store import Records, Store


class FlakyStore(Store):
    """A store whose database can be out."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.out = False
        self.transactions = 0
        self.tried = asyncio.Event()

    @asynccontextmanager
    async def write(self, *, dry_run: bool = False) -> AsyncIterator[Records]:
        self.transactions += 1
        self.tried.set()
        if self.out:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        async with self._store.write(dry_run=dry_run) as records:
            yield records


@pytest.fixture
def flaky(store: Store) -> FlakyStore:
    return FlakyStore(store)


async def kept(store: Store) -> list[str]:
    async with store.read() as records:
        return sorted(record.id for record in await records.cdrs.page(CdrFilter(), 5000))


async def test_records_are_written_at_stop(store: Store) -> None:
    writer = CdrWriter(store)
    writer.add(cdr("c1"))
    writer.add(cdr("c2"))
    await writer.stop()
    assert await kept(store) == ["c1", "c2"]
    assert (writer.waiting, writer.lost) == (0, 0)


async def test_records_are_written_after_a_moment_in_one_transaction(store: Store, flaky: FlakyStore) -> None:
    writer = CdrWriter(flaky)
    for number in range(20):
        writer.add(cdr(f"c{number}"))
    async with asyncio.timeout(5):
        await flaky.tried.wait()
    await writer.stop()
    assert len(await kept(store)) == 20
    assert flaky.transactions == 1


async def test_a_full_group_does_not_wait(store: Store, flaky: FlakyStore) -> None:
    writer = CdrWriter(flaky)
    for number in range(GROUP):
        writer.add(cdr(f"c{number}"))
    async with asyncio.timeout(0.2):
        await flaky.tried.wait()
    await writer.stop()
    assert len(await kept(store)) == GROUP


async def test_an_outage_is_logged_once_and_loses_nothing(store: Store, flaky: FlakyStore) -> None:
    writer = CdrWriter(flaky, retry_s=0.01)
    flaky.out = True
    with capture_logs() as logged:
        writer.add(cdr("c1"))
        while flaky.transactions < 3:
            flaky.tried.clear()
            await flaky.tried.wait()
        writer.add(cdr("c2"))
        flaky.out = False
        await writer.stop()
    assert await kept(store) == ["c1", "c2"]
    assert [line["log_level"] for line in logged] == ["error", "info"]
    assert "locked" in logged[0]["error"]


async def test_an_outage_that_lasts_costs_the_oldest_records(store: Store, flaky: FlakyStore) -> None:
    writer = CdrWriter(flaky, limit=3, retry_s=0.01)
    flaky.out = True
    for number in range(5):
        writer.add(cdr(f"c{number}"))
    await flaky.tried.wait()
    writer.add(cdr("c5"))
    flaky.out = False
    await writer.stop()
    assert await kept(store) == ["c3", "c4", "c5"]
    assert writer.lost == 3


async def test_a_stop_during_an_outage_ends(flaky: FlakyStore) -> None:
    writer = CdrWriter(flaky)
    flaky.out = True
    writer.add(cdr("c1"))
    with capture_logs() as logged:
        async with asyncio.timeout(5):
            await writer.stop()
    assert writer.lost == 1
    assert logged[-1]["count"] == 1


async def test_a_record_the_database_refuses_does_not_keep_others_out(store: Store) -> None:
    writer = CdrWriter(store)
    with capture_logs() as logged:
        for record in (cdr("c1"), cdr("bad", caller_name="\ud800"), cdr("c2")):
            writer.add(record)
        await writer.stop()
    assert await kept(store) == ["c1", "c2"]
    assert [line["call"] for line in logged] == ["bad"]
    assert writer.lost == 1


async def test_a_record_written_twice_is_there_once(store: Store) -> None:
    for _ in range(2):
        writer = CdrWriter(store)
        writer.add(cdr("c1"))
        await writer.stop()
    assert await kept(store) == ["c1"]
