"""Do-not-call lists over HTTP: numbers one by one, files as a whole, and what the rules see of them."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from tests.unit.control.fake_centre import FakeCentre

from control.compliance.do_not_call import DoNotCall
from control.store.store import Store
from dialer.compliance.book import Scope

NUMBER = "+381112345678"
LATER = "2099-01-31T12:00:00.000Z"
NOW = 1_795_690_800.0


def forbids(centre: FakeCentre, scope: Scope = Scope.OWN, owner: str = "", number: str = NUMBER) -> bool:
    return centre.do_not_call.book.forbids(number, scope, owner, NOW)


async def again(store: Store) -> DoNotCall:
    """The lists as the next start finds them."""
    lists = DoNotCall(store)
    await lists.start()
    return lists


async def test_a_number_is_forbidden_from_the_next_call_on(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    put = await api.put(f"/dnc/{NUMBER}")
    assert put.status_code == 201
    entry = put.json()
    assert (entry["number"], entry["scope"], entry["owner"], entry["source"]) == (NUMBER, "own", "", "api")
    assert forbids(centre)
    assert (await api.put(f"/dnc/{NUMBER}", json={"source": "a letter"})).status_code == 200
    [kept] = (await api.get(f"/dnc/{NUMBER}")).json()["entries"]
    assert (kept["source"], kept["added_at"]) == ("a letter", entry["added_at"])


async def test_a_national_number_is_one_of_the_centres_country(api: httpx.AsyncClient) -> None:
    assert (await api.put("/dnc/0112345678")).json()["number"] == NUMBER


@pytest.mark.parametrize("number", ["12", "abc", "+99912345678", "+3811123456789012"])
async def test_what_is_no_number_is_refused(api: httpx.AsyncClient, number: str) -> None:
    assert (await api.put(f"/dnc/{number}")).status_code == 422


async def test_a_client_and_a_campaign_have_lists_of_their_own(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await api.put(f"/dnc/{NUMBER}?client=acme")
    await api.put(f"/dnc/{NUMBER}?campaign=spring")
    assert forbids(centre, Scope.CLIENT, "acme")
    assert forbids(centre, Scope.CAMPAIGN, "spring")
    assert not forbids(centre)
    assert (await api.put(f"/dnc/{NUMBER}?client=acme&campaign=spring")).status_code == 422
    assert [one["scope"] for one in (await api.get("/dnc")).json()["items"]] == ["campaign", "client"]


async def test_a_number_is_taken_off_and_its_history_stays(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await api.put(f"/dnc/{NUMBER}", json={"source": "a letter"})
    assert (await api.delete(f"/dnc/{NUMBER}?client=acme")).status_code == 404
    assert (await api.delete(f"/dnc/{NUMBER}")).status_code == 204
    assert not forbids(centre)
    told = (await api.get(f"/dnc/{NUMBER}")).json()
    assert told["entries"] == []
    assert [(one["added"], one["source"], one["revision"]) for one in told["history"]] == [
        (True, "a letter", 1),
        (False, "api", 2),
    ]
    assert centre.do_not_call.book.version == "own@2"


async def test_an_entry_may_end_by_itself(api: httpx.AsyncClient, centre: FakeCentre, store: Store) -> None:
    put = await api.put(f"/dnc/{NUMBER}", json={"expires_at": LATER})
    assert put.json()["expires_at"] == LATER
    for lists in (centre.do_not_call, await again(store)):
        assert lists.book.forbids(NUMBER, Scope.OWN, "", NOW)
        assert not lists.book.forbids(NUMBER, Scope.OWN, "", 4_100_000_000.0)


async def test_a_dry_run_changes_nothing(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    assert (await api.put(f"/dnc/{NUMBER}?dry_run=true")).status_code == 201
    done = await api.post("/dnc/import?list=us&date=2026-11-01&country=US&dry_run=true", content=b"2125550100\n")
    assert done.json()["imported"]["numbers"] == 1
    assert (await api.get("/dnc")).json()["items"] == (await api.get("/dnc/lists")).json()["items"] == []
    assert not forbids(centre)


async def test_an_opt_out_holds_at_once_and_over_a_restart(centre: FakeCentre, store: Store) -> None:
    written = asyncio.Event()
    centre.do_not_call.opted_out(NUMBER, "acme", "call c1")
    centre.do_not_call.opted_out("+381112345679", "", "call c2", written.set)
    assert forbids(centre, Scope.CLIENT, "acme")
    async with asyncio.timeout(10):
        await written.wait()
    lists = await again(store)  # as after a kill: nothing was stopped
    assert lists.book.forbids(NUMBER, Scope.CLIENT, "acme", NOW)
    assert lists.book.forbids("+381112345679", Scope.OWN, "", NOW)
    assert lists.book.version == "own@2"
    assert [entry.source for entry in (await lists.standing(NUMBER)).entries] == ["call c1"]


async def test_a_registry_is_imported_from_its_own_form(
    api: httpx.AsyncClient, centre: FakeCentre, store: Store
) -> None:
    file = b"212,5550100\r\n212,5550101\r\n212,5550100\r\n"
    done = (await api.post("/dnc/import?list=us&date=2026-11-01&country=US", content=file)).json()
    assert (done["lines"], done["refused"], done["imported"]["numbers"]) == (3, 0, 2)
    assert (done["imported"]["scope"], done["imported"]["taken_at"]) == ("national", "2026-11-01T00:00:00.000Z")
    for lists in (centre.do_not_call, await again(store)):
        found = lists.book.imported("us")
        assert found is not None
        assert "+12125550101" in found
        assert "+12125550102" not in found
        assert lists.book.version == f"own@0 us@2026-11-01.{done['imported']['digest']}"
    assert [one["name"] for one in (await api.get("/dnc/+12125550100")).json()["lists"]] == ["us"]


async def test_a_list_is_replaced_as_a_whole_by_a_newer_one(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await api.post("/dnc/import?list=us&date=2026-10-01", content=b"+12125550100\n")
    await api.post("/dnc/import?list=us&date=2026-11-01", content=b"+12125550101\n")
    found = centre.do_not_call.book.imported("us")
    assert found is not None
    assert ("+12125550100" in found, "+12125550101" in found) == (False, True)
    older = await api.post("/dnc/import?list=us&date=2026-10-15", content=b"+12125550102\n")
    assert older.status_code == 409
    assert "2026-11-01" in older.json()["detail"]


async def test_a_clients_own_list_forbids_for_the_client(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    done = await api.post("/dnc/import?list=acme&date=2026-11-01&client=acme", content=f"{NUMBER}\n".encode())
    assert done.json()["imported"]["owner"] == "acme"
    assert forbids(centre, Scope.CLIENT, "acme")
    taken = await api.post("/dnc/import?list=acme&date=2026-11-02&scope=own", content=f"{NUMBER}\n".encode())
    assert taken.status_code == 409
    assert (await api.delete("/dnc/lists/acme")).status_code == 204
    assert not forbids(centre, Scope.CLIENT, "acme")
    assert (await api.delete("/dnc/lists/acme")).status_code == 404


@pytest.mark.parametrize(
    ("query", "file", "field"),
    [
        ("list=us&date=2026-11-01", b"", "body"),
        ("list=us&date=2026-11-01", b"name,email\nana,ana@example.org\n", "body"),
        ("list=us&date=2026-11-01", b"1" * 2000, "body"),
        ("list=us&date=2099-01-01", b"+12125550100\n", "date"),
        ("list=us&date=2026-11-01&country=XX", b"2125550100\n", "country"),
    ],
)
async def test_a_file_that_is_no_list_changes_nothing(
    api: httpx.AsyncClient, centre: FakeCentre, query: str, file: bytes, field: str
) -> None:
    answer = await api.post(f"/dnc/import?{query}", content=file)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert centre.do_not_call.lists() == centre.do_not_call.progress() == []


async def test_lines_without_a_number_are_told(api: httpx.AsyncClient) -> None:
    file = b"Telefon\n011/234-5678\nnone\n+44 20 7946 0958\n12\n"
    done = (await api.post("/dnc/import?list=rs&date=2026-11-25&country=RS", content=file)).json()
    assert (done["imported"]["numbers"], done["refused"]) == (2, 3)
    assert [(one["line"], one["text"]) for one in done["refusals"]] == [(1, "Telefon"), (3, "none"), (5, "12")]
