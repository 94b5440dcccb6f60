"""Attempts at rest: begun, chained once, read again, forgotten."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from msgspec.structs import replace
from tests.unit.dialer.entries import entry

from control.store.attempts import AttemptFilter, AttemptPosition, Counted
from control.store.store import Store
from dialer.lead import Lead, LeadNumber
from dialer.ledger import Entry, Head, Record, Verifier, head_of
from dialer.outcome import Outcome

NOW = 1_795_690_950.0


def begun(id: str = "a1") -> Entry:
    return entry(id, outcome=None, answered_at=None, ended_at=None, seconds_to_connect=None)


async def close(store: Store, *entries: Entry) -> list[Record]:
    async with store.write() as records:
        return await records.attempts.close(entries, NOW)


async def whole(store: Store) -> list[Record]:
    async with store.read() as records:
        return await records.attempts.records(0, 1000)


async def test_an_attempt_is_open_until_it_is_chained(store: Store) -> None:
    async with store.write() as records:
        await records.attempts.begin([begun()])
    async with store.read() as records:
        assert await records.attempts.open() == [begun()]
        assert await records.attempts.head() == Head()
    await close(store, entry())
    async with store.read() as records:
        assert await records.attempts.open() == []
        assert await records.attempts.page(AttemptFilter(), 10) == [entry()]


async def test_what_is_read_back_is_what_was_chained(store: Store) -> None:
    written = await close(store, entry("a1"), entry("a2", verdict="dnc_own", outcome=None, detail="на списку"))
    assert await whole(store) == written
    verifier = Verifier()
    assert verifier.records(written) is None
    async with store.read() as records:
        assert await records.attempts.head() == verifier.head == head_of(written[-1])


async def test_an_attempt_is_chained_once_however_often_it_is_told(store: Store) -> None:
    async with store.write() as records:
        await records.attempts.begin([begun()])
        await records.attempts.begin([begun(), begun("a2")])
    assert len(await close(store, entry(), entry())) == 1
    assert await close(store, entry()) == []
    assert await close(store, entry(outcome=Outcome.BUSY), entry("a2")) == (await whole(store))[1:]
    async with store.write() as records:
        await records.attempts.begin([begun()])
    assert [record.outcome for record in await whole(store)] == [Outcome.CONNECTED] * 2


async def test_writers_who_come_at_once_make_one_chain(store: Store) -> None:
    await asyncio.gather(*(close(store, entry(f"w{writer}.{n}")) for writer in range(4) for n in range(5)))
    records = await whole(store)
    assert len(records) == 20
    assert Verifier().records(records) is None


async def test_a_transaction_that_fails_leaves_no_gap(store: Store) -> None:
    await close(store, entry("a1"))
    async with store.write(dry_run=True) as records:
        await records.attempts.close([entry("a2")], NOW)
    await close(store, entry("a3"))
    assert [record.id for record in await whole(store)] == ["a1", "a3"]
    assert Verifier().records(await whole(store)) is None


async def test_the_number_of_a_lead_is_forgotten_and_the_chain_holds(store: Store) -> None:
    await close(store, entry("a1"), entry("a2", lead=8))
    async with store.write() as records:
        await records.attempts.forget([7])
    records_now = await whole(store)
    assert [record.number for record in records_now] == ["", "+381112345678"]
    assert Verifier().records(records_now) is None


async def test_a_deleted_lead_leaves_no_number_beside_its_attempts(store: Store) -> None:
    lead = Lead(0, "spring", (LeadNumber("+381112345678"),))
    async with store.write() as records:
        [id] = await records.leads.add([lead], NOW)
        await records.attempts.close([entry("a1", lead=id), entry("a2", lead=id + 1)], NOW)
        await records.leads.delete([replace(lead, id=id)])
    assert [record.number for record in await whole(store)] == ["", "+381112345678"]
    assert Verifier().records(await whole(store)) is None


async def test_attempts_are_found_by_what_they_are(store: Store) -> None:
    busy = entry("a2", outcome=Outcome.BUSY, lead=8, decided_at=NOW + 60, number_key="ff" * 16)
    refusal = entry("a3", verdict="calling_window", outcome=None, campaign="autumn", decided_at=NOW + 120)
    await close(store, entry("a1"), busy, refusal)

    async def ids(**wanted: object) -> list[str]:
        async with store.read() as records:
            return [found.id for found in await records.attempts.page(AttemptFilter(**wanted), 10)]  # type: ignore[arg-type]

    assert await ids() == ["a3", "a2", "a1"]
    assert await ids(campaign="spring") == ["a2", "a1"]
    assert await ids(lead=8) == ["a2"]
    assert await ids(number_key=entry().number_key, refused=False) == ["a1"]
    assert await ids(verdict="calling_window") == await ids(refused=True) == ["a3"]
    assert await ids(outcome="busy") == ["a2"]
    assert await ids(since=NOW + 60, until=NOW + 120) == ["a2"]


async def test_pages_follow_each_other(store: Store) -> None:
    await close(store, *(entry(f"a{n}", decided_at=NOW + n // 2) for n in range(6)))
    async with store.read() as records:
        first = await records.attempts.page(AttemptFilter(), 4)
        rest = await records.attempts.page(AttemptFilter(), 4, AttemptPosition(first[-1].decided_at, first[-1].id))
    assert [found.id for found in first + rest] == ["a5", "a4", "a3", "a2", "a1", "a0"]
    assert all(one.decided_at >= other.decided_at for one, other in pairwise(first + rest))


async def test_what_people_answered_is_counted_by_quarters_of_an_hour(store: Store) -> None:
    answered = entry().answered_at
    assert answered is not None
    await close(
        store,
        entry("a1"),
        entry("a2", outcome=Outcome.ABANDONED, abandoned=True),
        entry("a3", outcome=Outcome.MACHINE),
        entry("a4", answered_at=answered + 900),
        entry("a5", campaign="autumn"),
    )
    quarter = answered // 900 * 900
    async with store.read() as records:
        found = await records.attempts.counted(0.0)
    assert sorted(found, key=lambda one: (one.campaign, one.at)) == [
        Counted("autumn", quarter, 1, 0),
        Counted("spring", quarter, 2, 1),
        Counted("spring", quarter + 900, 1, 0),
    ]


async def test_calls_are_told_whether_they_are_over_or_not(store: Store) -> None:
    later = replace(begun("a2"), decided_at=NOW)
    async with store.write() as records:
        await records.attempts.begin([later])
        await records.attempts.close([entry("a1"), entry("a3", verdict="dnc_own")], NOW)
    async with store.read() as records:
        assert await records.attempts.calls(0.0) == [
            ("acme", "+381112345678", entry().decided_at),
            ("acme", "+381112345678", NOW),
        ]
