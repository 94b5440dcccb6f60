"""Leads at rest: who is next, what is written of attempts, and what survives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import event
from tests.unit.control.fake_centre import NOW

from control.nouns import Campaign
from control.store.database import create_engine
from control.store.lead_line import LeadLine
from control.store.leads import LeadFilter, LeadPosition, Leads
from control.store.store import Store
from dialer.lead import Consent, Lead, LeadNumber, LeadState, NumberKind, Tried
from dialer.lists import Mix
from dialer.outcome import Outcome

SPRING = Campaign(id="spring", queue="sales")
HOUR_S = 3600.0


def lead(number: int, **more: Any) -> Lead:
    """A lead that may be called at once."""
    return Lead(0, "spring", (LeadNumber(f"+3816412{number:05}", NumberKind.MOBILE, "Europe/Belgrade"),), **more)


async def added(store: Store, *new: Lead) -> list[Lead]:
    async with store.write() as records:
        return [replace(one, id=id) for one, id in zip(new, await records.leads.add(new, NOW), strict=True)]


async def due(store: Store, campaign: Campaign = SPRING, limit: int = 10, now: float = NOW, **more: Any) -> list[int]:
    async with store.write() as records:
        return [one.id for one in await records.lead_line.due(campaign, now, limit, **more)]


async def test_a_lead_comes_back_as_it_was_added(store: Store) -> None:
    full = lead(
        1,
        list="june",
        priority=3,
        zone="Europe/Belgrade",
        region="RS",
        language="sr",
        fields={"name": "Mila Đurić"},
        consent=Consent("web form", NOW, True),
        owner="ana",
        state=LeadState.CALLBACK,
        due_at=NOW + 60,
        tried=(Tried("+381641200001", NOW - 60, Outcome.BUSY),),
        disposition="later",
        verdict="",
        created_at=NOW,
    )
    [kept] = await added(store, full)
    assert kept == replace(full, id=kept.id)
    async with store.read() as records:
        assert await records.leads.get(kept.id) == kept
        assert await records.leads.get(kept.id + 1) is None


async def test_no_id_is_given_twice(store: Store) -> None:
    first = await added(store, lead(1), lead(2))
    async with store.write() as records:
        await records.leads.delete(first)
    [later] = await added(store, lead(3))
    assert later.id > max(one.id for one in first)
    async with store.read() as records:
        assert await records.leads.known("spring", ["+381641200001", "+381641200003"]) == {"+381641200003": later.id}


@pytest.mark.parametrize(("order", "expected"), [("priority", [1, 3, 0, 2, 4]), ("newest", [3, 1, 4, 2, 0])])
async def test_the_highest_priority_is_first_and_then_it_is_as_the_campaign_has_it(
    store: Store, order: str, expected: list[int]
) -> None:
    ids = [one.id for one in await added(store, *(lead(n, priority=p) for n, p in enumerate((0, 5, 0, 5, 0))))]
    assert await due(store, replace(SPRING, order=order)) == [ids[place] for place in expected]
    assert await due(store, replace(SPRING, order=order), limit=2) == [ids[place] for place in expected[:2]]


async def test_a_campaign_in_random_order_has_one_that_stays(store: Store) -> None:
    ids = [one.id for one in await added(store, *(lead(n, priority=n // 50) for n in range(100)))]
    found = await due(store, replace(SPRING, order="random"), limit=100)
    assert found == await due(store, replace(SPRING, order="random"), limit=100)
    assert sorted(found[:50]) == ids[50:]
    assert found[:50] != ids[50:]


async def test_who_is_known_already_is_left_out(store: Store) -> None:
    ids = [one.id for one in await added(store, *map(lead, range(5)))]
    assert await due(store, limit=2, exclude={ids[0], ids[2]}) == [ids[1], ids[3]]


async def test_lists_are_mixed_by_their_weights_however_few_are_taken_at_a_time(store: Store) -> None:
    kept = await added(store, *(lead(n, list=name) for name in ("new", "old", "never") for n in range(20)))
    list_of = {one.id: one.list for one in kept}
    campaign, mix, taken = replace(SPRING, list_mix={"new": 3, "never": 0}), Mix(), list[int]()
    while len(taken) < 16:
        taken += await due(store, campaign, limit=1, exclude=set(taken), mix=mix)
    names = [list_of[id] for id in taken]
    assert (names.count("new"), names.count("old")) == (12, 4)
    assert names[:4].count("old") == 1
    assert {list_of[id] for id in await due(store, campaign, limit=100)} == {"new", "old"}


async def test_who_is_due_later_comes_when_the_time_has(store: Store) -> None:
    soon, now = await added(store, lead(1, due_at=NOW + HOUR_S, priority=9), lead(2))
    assert await due(store) == [now.id]
    async with store.read() as records:
        assert await records.lead_line.next_due_at("spring") == NOW + HOUR_S
    assert await due(store, now=NOW + HOUR_S) == [soon.id, now.id]


async def test_promises_come_first_and_to_whom_they_were_made(store: Store) -> None:
    promised = {"state": LeadState.CALLBACK}
    anybody, anas, bobs, future, ready = await added(
        store,
        lead(1, due_at=NOW - 50, **promised),
        lead(2, due_at=NOW - 10, owner="ana", **promised),
        lead(3, due_at=NOW - 90, owner="bob", **promised),
        lead(4, due_at=NOW + 10, owner="ana", **promised),
        lead(5, priority=100),
    )
    assert await due(store) == [anybody.id, ready.id]
    assert await due(store, owners=["ana"]) == [anas.id, anybody.id, ready.id]
    assert await due(store, owners=["ana", "bob"], limit=2) == [bobs.id, anas.id]
    assert future.id in await due(store, owners=["ana"], now=NOW + 10)


async def test_what_is_dialled_counts_as_interrupted_until_it_is_over(store: Store) -> None:
    first, second, third = await added(store, *map(lead, range(3)))
    attempts = [(one.id, one.numbers[0].number) for one in (first, second)]
    async with store.write() as records:
        begun = await records.lead_line.begin(attempts, NOW)
        assert await records.lead_line.begin(attempts, NOW) == []
    assert [(one.id, one.state) for one in begun] == [(one.id, LeadState.DIALLING) for one in (first, second)]
    assert await due(store) == [third.id]
    ended = replace(
        begun[0],
        state=LeadState.READY,
        due_at=NOW + HOUR_S,
        tried=(Tried(first.numbers[0].number, NOW, Outcome.NOT_IN_SERVICE),),
        numbers=(replace(first.numbers[0], dead=True),),
    )
    async with store.write() as records:
        await records.lead_line.finish([ended], NOW + 30)
        [left] = await records.lead_line.interrupted("spring")
    assert left == replace(second, state=LeadState.DIALLING,
                           tried=(Tried(second.numbers[0].number, NOW, Outcome.INTERRUPTED),))  # fmt: skip
    async with store.read() as records:
        assert await records.leads.get(first.id) == ended
    assert await due(store, now=NOW + HOUR_S) == [first.id, third.id]


async def test_who_may_not_be_called_now_is_put_off_unless_it_is_being_called(store: Store) -> None:
    first, second = await added(store, lead(1), lead(2))
    async with store.write() as records:
        await records.lead_line.begin([(first.id, "+381641200001")], NOW)
        await records.lead_line.postpone([(first.id, NOW + HOUR_S), (second.id, NOW + HOUR_S)], NOW)
        dialled = await records.leads.get(first.id)
    assert dialled is not None
    assert (dialled.state, dialled.due_at) == (LeadState.DIALLING, 0.0)
    assert await due(store) == []
    assert await due(store, now=NOW + HOUR_S) == [second.id]


async def test_a_change_of_numbers_is_found_by_them(store: Store) -> None:
    [one] = await added(store, lead(1))
    changed = replace(one, numbers=(LeadNumber("+381641299999"),), priority=7, state=LeadState.DONE)
    async with store.write() as records:
        await records.leads.put(changed, NOW)
    async with store.read() as records:
        assert await records.leads.page(LeadFilter(numbers=("+381641299999",)), 5) == [changed]
        assert await records.leads.page(LeadFilter(numbers=("+381641200001",)), 5) == []
    assert await due(store) == []


async def test_leads_are_paged_and_counted_by_list_and_state(store: Store) -> None:
    done = {"state": LeadState.DONE}
    made = await added(
        store, lead(1, list="b", **done), lead(2, list="a", **done), lead(3, list="a"), lead(4, list="b")
    )
    async with store.read() as records:
        wanted = LeadFilter(campaign="spring")
        first = await records.leads.page(wanted, 3)
        assert first == made[:3]
        assert await records.leads.page(wanted, 3, LeadPosition(first[-1].list, first[-1].id)) == made[3:]
        wanted = LeadFilter(campaign="spring", state=LeadState.DONE)
        [only] = await records.leads.page(wanted, 1)
        assert only == made[1]
        assert await records.leads.page(wanted, 5, LeadPosition(only.list, only.id)) == [made[0]]
        counts = await records.leads.counts("spring")
    assert {(one.list, str(one.state), one.count) for one in counts} == {
        ("a", "done", 1), ("b", "done", 1), ("a", "ready", 1), ("b", "ready", 1),
    }  # fmt: skip


async def test_the_next_leads_are_found_by_walking_an_index(store: Store, tmp_path: Path) -> None:
    """Whatever the number of leads: no query of the line looks through a table, or sorts what it found."""
    await added(store, lead(1), lead(2, due_at=NOW + 5), lead(3, state=LeadState.CALLBACK, owner="ana"))
    engine = create_engine(f"sqlite+aiosqlite:///{tmp_path / 'centrala.sqlite'}")
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith("SELECT") and not many:
            asked.append((statement, parameters))

    async with engine.begin() as connection:
        event.listen(engine.sync_engine, "before_cursor_execute", note)
        line, leads = LeadLine(connection), Leads(connection)
        for order in ("priority", "newest", "random"):
            assert len(await line.due(replace(SPRING, order=order), NOW + 10, 9, owners=["ana"])) == 3
        await line.interrupted("spring")
        await line.next_due_at("spring")
        await leads.counts("spring")
        await leads.page(LeadFilter(campaign="spring", state=LeadState.READY), 5)
        event.remove(engine.sync_engine, "before_cursor_execute", note)
        assert len(asked) > 20
        for statement, parameters in asked:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row.detail for row in plan]
            assert not [step for step in steps if step.startswith("SCAN") or "TEMP B-TREE" in step], (statement, steps)
    await engine.dispose()
