"""Leads over HTTP: found, changed, disposed of, called back and forgotten."""

from __future__ import annotations

import csv
import io

import httpx
import pytest
from msgspec.structs import replace
from tests.unit.control.fake_centre import NOW, FakeCentre

from control.nouns import Campaign
from control.store.leads import LeadFilter
from dialer.campaign import Disposition
from dialer.compliance.book import Scope
from dialer.lead import Consent, Lead, LeadNumber, LeadState, Tried
from dialer.outcome import Outcome

SPRING = Campaign(
    id="spring",
    queue="sales",
    client="acme",
    dispositions=(
        Disposition("sale", "Sold", right_party=True, conversion=True),
        Disposition("later", retry_after_s=600),
        Disposition("never", do_not_call=True),
    ),
)
CALLED = (Tried("+381641200001", NOW, Outcome.CONNECTED),)


@pytest.fixture
async def ids(api: httpx.AsyncClient, centre: FakeCentre) -> list[int]:
    """Four leads: ready in two lists, done, and one that talks."""
    await api.put("/agents/ana", json={"name": "Ana", "extension": "1001", "password": "secret-1"})

    def lead(number: int, **more: object) -> Lead:
        plain = Lead(0, "spring", (LeadNumber(f"+3816412{number:05}"),), list="june", fields={"name": f"=N{number}"})
        return replace(plain, **more)

    async with centre.store.write() as records:
        await records.campaigns.put(SPRING)
        added = await records.leads.add(
            [
                lead(1, consent=Consent("form")),
                lead(2, list="july"),
                lead(3, state=LeadState.DONE, tried=CALLED),
                lead(4),
            ],
            NOW,
        )
        await records.lead_line.begin([(added[3], "+381641200004")], NOW)
    return list(added)


async def test_leads_are_listed_found_and_exported(api: httpx.AsyncClient, ids: list[int]) -> None:
    first = (await api.get("/campaigns/spring/leads", params={"limit": 3})).json()
    rest = (await api.get("/campaigns/spring/leads", params={"cursor": first["next_cursor"]})).json()
    assert [one["id"] for one in (*first["items"], *rest["items"])] == ids
    for wanted, expected in (
        ({"state": "done"}, [ids[2]]),
        ({"list": "july"}, [ids[1]]),
        ({"number": "064 1200004"}, [ids[3]]),
        ({"owner": "ana"}, []),
    ):
        assert [
            one["id"] for one in (await api.get("/campaigns/spring/leads", params=wanted)).json()["items"]
        ] == expected
    text = (await api.get("/campaigns/spring/leads", headers={"Accept": "text/csv"})).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["phone_1"] for row in rows] == [f"+38164120000{n}" for n in range(1, 5)]
    assert (rows[0]["consent"], rows[0]["name"], rows[2]["outcome"], rows[3]["state"]) == (
        "form", "'=N1", "connected", "dialling",
    )  # fmt: skip
    lists = (await api.get("/campaigns/spring/lists")).json()
    assert [(one["list"], one["total"], one["penetration"]) for one in lists] == [("july", 1, 0.0), ("june", 3, 0.3333)]
    assert lists[1]["states"] == {"ready": 1, "done": 1, "dialling": 1}
    for path in ("/campaigns/none/leads", "/campaigns/none/lists", "/campaigns/spring/leads/999999"):
        assert (await api.get(path)).status_code == 404


async def test_a_lead_is_changed_and_forgotten_unless_it_is_being_called(
    api: httpx.AsyncClient, centre: FakeCentre, ids: list[int]
) -> None:
    changed = await api.patch(
        f"/campaigns/spring/leads/{ids[2]}",
        json={"state": "ready", "priority": 5, "region": "US-FL", "fields": {"a": "b"}},
    )
    shown = changed.json()
    assert (shown["state"], shown["priority"], shown["region"], shown["fields"]) == ("ready", 5, "US-FL", {"a": "b"})
    async with centre.store.write() as records:
        assert (await records.lead_line.due(SPRING, NOW, 1))[0].id == ids[2]
    for body, field in (({"zone": "Mars"}, "zone"), ({"state": "dialling"}, "state"), ({"number": "1"}, "number")):
        answer = await api.patch(f"/campaigns/spring/leads/{ids[0]}", json=body)
        assert answer.json()["errors"][0]["field"] == field
    for verb in (api.delete, api.patch):
        answer = await verb(f"/campaigns/spring/leads/{ids[3]}", **({"json": {}} if verb == api.patch else {}))
        assert answer.status_code == 409
    assert (await api.delete(f"/campaigns/spring/leads/{ids[0]}")).status_code == 204
    assert (await api.delete(f"/campaigns/spring/leads/{ids[0]}")).status_code == 404
    assert (await api.delete("/campaigns/spring/lists/june")).status_code == 204
    assert (await api.delete("/campaigns/spring/lists/none")).status_code == 404
    async with centre.store.read() as records:
        assert [one.id for one in await records.leads.page(LeadFilter(campaign="spring"), 9)] == [ids[1], ids[3]]


async def test_what_an_agent_says_decides_what_follows(
    api: httpx.AsyncClient, centre: FakeCentre, ids: list[int]
) -> None:
    told: list[tuple[str, ...]] = []
    centre.leads.opted_out = centre.do_not_call.opted_out_within
    centre.leads.converted = lambda campaign: told.append((campaign,))
    path = f"/campaigns/spring/leads/{ids[2]}/disposition"
    for code, state in (("sale", "done"), ("sale", "done"), ("later", "ready"), ("never", "refused")):
        shown = (await api.put(path, json={"disposition": code, "agent": "ana", "note": "hm"})).json()
        assert (shown["disposition"], shown["state"]) == (code, state)
    assert told == [("spring",)]
    assert centre.do_not_call.book.forbids("+381641200003", Scope.CLIENT, "acme", 0.0)
    async with centre.store.read() as records:
        [entry] = await records.dnc.of_number(381641200003)  # written before the answer
        assert (entry.scope, entry.owner, entry.source) == ("client", "acme", f"lead {ids[2]} to agent ana")
        [said] = await records.dispositions.of_lead(ids[2])
        assert (said.code, said.attempt, said.note) == ("never", 1, "hm")
    answer = await api.put(path, json={"disposition": "maybe"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "disposition")
    answer = await api.put(f"/campaigns/spring/leads/{ids[0]}/disposition", json={"disposition": "sale"})
    assert answer.status_code == 409
    at = {"at": "2027-03-01T09:00:00Z"}
    assert (await api.post(f"/campaigns/spring/leads/{ids[2]}/callback", json=at)).status_code == 409


async def test_a_callback_is_kept_for_who_promised_it_once_the_call_is_over(
    api: httpx.AsyncClient, centre: FakeCentre, ids: list[int]
) -> None:
    wanted = {"at": "2023-11-14T23:13:20Z", "owner": "ana"}
    shown = (await api.post(f"/campaigns/spring/leads/{ids[0]}/callback", json=wanted)).json()
    assert (shown["state"], shown["owner"], shown["due_at"]) == ("callback", "ana", "2023-11-14T23:13:20.000Z")
    talking = (await api.post(f"/campaigns/spring/leads/{ids[3]}/callback", json=wanted)).json()
    assert talking["state"] == "dialling"
    async with centre.store.write() as records:
        [lead] = await records.lead_line.interrupted("spring")
        await records.lead_line.finish([replace(lead, state=LeadState.DONE)], NOW)
        kept = await records.leads.get(ids[3])
        due = await records.lead_line.due(SPRING, NOW + 4000, 9, owners=["ana"])
    assert kept is not None
    assert (kept.state, kept.owner, kept.due_at) == (LeadState.CALLBACK, "ana", NOW + 3600)
    assert [one.id for one in due] == [ids[0], ids[3], ids[1]]
    answer = await api.post(f"/campaigns/spring/leads/{ids[0]}/callback", json=wanted | {"owner": "nobody"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "owner")
