"""Call detail records over HTTP."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest
from tests.unit.control.cdrs import cdr
from tests.unit.control.fake_centre import NOW

from control.cdr import Cdr
from control.store.store import Store


async def keep(store: Store, *records: Cdr) -> None:
    async with store.write() as transaction:
        await transaction.cdrs.add(records)


async def ids(api: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await api.get("/cdrs", params=query)
    assert answer.status_code == 200, answer.text
    return [record["id"] for record in answer.json()["items"]]


async def test_a_record_is_shown_whole(api: httpx.AsyncClient, store: Store) -> None:
    await keep(store, cdr("c1", caller_name="Jovan", connected_at=NOW + 12.25))
    (shown,) = (await api.get("/cdrs")).json()["items"]
    assert shown["caller_name"] == "Jovan"
    assert shown["started_at"] == "2023-11-14T22:13:20.000Z"
    assert shown["connected_at"] == "2023-11-14T22:13:32.250Z"
    assert shown["legs"][0]["party"] == "1001"
    assert shown["legs"][0]["packets_received"] == 500


async def test_the_newest_comes_first_page_by_page(api: httpx.AsyncClient, store: Store) -> None:
    await keep(store, *(cdr(f"c{number}", started_at=NOW + number // 2) for number in range(7)))
    found: list[str] = []
    cursor = None
    for _ in range(4):
        page = (await api.get("/cdrs", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        found += [record["id"] for record in page["items"]]
        cursor = page["next_cursor"]
    assert found == ["c6", "c5", "c4", "c3", "c2", "c1", "c0"]
    assert cursor is None


@pytest.mark.parametrize("field", ["queue", "agent", "client", "trunk"])
async def test_records_are_found_by_name(api: httpx.AsyncClient, store: Store, field: str) -> None:
    await keep(store, cdr("mine", **{field: "mine"}), cdr("other", **{field: "other"}), cdr("none", **{field: None}))
    assert await ids(api, **{field: "mine"}) == ["mine"]


async def test_records_are_found_by_time(api: httpx.AsyncClient, store: Store) -> None:
    await keep(store, *(cdr(f"c{number}", started_at=NOW + number) for number in range(4)))
    assert await ids(api, since="2023-11-14T22:13:21Z", until="2023-11-14T22:13:23Z") == ["c2", "c1"]
    assert await ids(api, since="2023-11-14T23:13:23+01:00") == ["c3"]
    assert await ids(api, since="2023-11-14T22:13:23") == ["c3"]


@pytest.mark.parametrize("spelling", ["+381641234567", "0641234567", "064 123-4567", "00381641234567", "381641234567"])
@pytest.mark.parametrize("asked", ["+381641234567", "0641234567", "064/123-4567"])
async def test_a_number_is_found_however_it_is_spelt(
    api: httpx.AsyncClient, store: Store, spelling: str, asked: str
) -> None:
    plain = spelling.replace(" ", "").replace("-", "")
    await keep(store, cdr("from", caller=plain), cdr("to", number=plain), cdr("other", caller="+381641234568"))
    assert await ids(api, number=asked) == ["to", "from"]


async def test_an_extension_is_found_as_it_is(api: httpx.AsyncClient, store: Store) -> None:
    await keep(store, cdr("inside", number="700"), cdr("outside", number="+381700"))
    assert await ids(api, number="700") == ["inside"]


async def test_a_time_that_is_none_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.get("/cdrs?since=yesterday")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "since"


async def test_all_records_come_as_csv(api: httpx.AsyncClient, store: Store) -> None:
    await keep(store, *(cdr(f"c{number}", started_at=NOW + number) for number in range(1200)))
    answer = await api.get("/cdrs?limit=5", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 1200
    assert rows[0]["id"] == "c1199"
    assert rows[-1]["started_at"] == "2023-11-14T22:13:20.000Z"
    assert rows[0]["talk_s"] == "10.000"
    assert rows[0]["client"] == ""


async def test_a_callers_name_cannot_be_a_formula(api: httpx.AsyncClient, store: Store) -> None:
    await keep(store, cdr("c1", caller="+381641234567", caller_name="=HYPERLINK(1)", number="*70"))
    answer = await api.get("/cdrs", headers={"Accept": "text/csv"})
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row["caller_name"] == "'=HYPERLINK(1)"
    assert row["caller"] == "+381641234567"
    assert row["number"] == "*70"


async def test_what_calls_over_a_trunk_cost_today_is_summed_up(store: Store) -> None:
    await keep(
        store,
        cdr("c1", trunk="a", cost=1.5),
        cdr("c2", trunk="a", cost=0.25, started_at=NOW - 60, ended_at=NOW - 1),
        cdr("c3", trunk="a", cost=None),
        cdr("c4", trunk="b", cost=8.0),
        cdr("c5", trunk="a", cost=16.0, started_at=NOW - 60, ended_at=NOW + 1),
    )
    async with store.read() as records:
        assert await records.cdrs.spent("a", NOW) == 17.5
        assert await records.cdrs.spent("nobody", NOW) == 0.0


async def test_trunk_and_cost_are_columns_of_the_csv(api: httpx.AsyncClient, store: Store) -> None:
    await keep(store, cdr("c1", trunk="carrier", cost=0.125, attestation="A"))
    answer = await api.get("/cdrs", headers={"Accept": "text/csv"})
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["trunk"], row["attestation"], row["cost"]) == ("carrier", "A", "0.125")


async def test_records_of_calls_that_sounded_bad_are_found(api: httpx.AsyncClient, store: Store) -> None:
    await keep(
        store,
        cdr("good", mos_mean=4.4, mos_worst=4.3, started_at=NOW),
        cdr("bad", mos_mean=2.9, mos_worst=1.8, troubles="one_way dead_air", started_at=NOW + 1),
        cdr("gone", mos_mean=3.9, mos_worst=3.0, troubles="one_way no_audio", started_at=NOW + 2),
        cdr("unknown", started_at=NOW + 3),
    )

    assert await ids(api, mos_below=3.5) == ["bad"]
    assert await ids(api, trouble="one_way") == ["gone", "bad"]
    assert await ids(api, trouble="no_audio", mos_below=4) == ["gone"]
    assert (await api.get("/cdrs", params={"trouble": "one"})).status_code == 422
