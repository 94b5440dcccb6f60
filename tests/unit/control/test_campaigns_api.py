"""Campaigns over HTTP: how they are declared, and whether they run."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.unit.control.fake_centre import NOW, FakeCentre

from control.campaigns.runs import Runs
from control.store.leads import LeadFilter
from control.store.store import Store
from dialer.campaign import CallingWindow, Mode, Run
from dialer.lead import Lead, LeadNumber
from dialer.outcome import Outcome

SPRING = {
    "queue": "sales",
    "mode": "predictive",
    "caller_id": "+381114000700",
    "abandon_limit": 0.02,
    "max_ring_s": 20,
    "windows": [{"days": "mon-fri", "from": "09:00", "to": "20:30"}, {"days": "sat"}],
    "attempts": {"per_day": 2, "retry": [{"outcome": "busy", "after_s": 600, "times": 3}]},
    "amd": {"long_greeting_ms": 3500},
    "dispositions": [{"code": "sale", "label": "Sold", "conversion": True}],
    "starts_at": "2027-01-02T09:00:00+01:00",
    "record": {"mode": "share", "share": 0.1},
}


@pytest.fixture(autouse=True)
async def sales(api: httpx.AsyncClient) -> None:
    assert (await api.put("/queues/sales", json={"extension": "701"})).status_code == 201


async def test_a_campaign_is_declared_shown_and_means_what_it_says(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    made = await api.put("/campaigns/spring", json=SPRING)
    assert made.status_code == 201
    shown = made.json()
    assert shown == (await api.get("/campaigns/spring")).json() == (await api.get("/campaigns")).json()["items"][0]
    assert shown["windows"] == [SPRING["windows"][0], {"days": "sat", "from": "08:00", "to": "21:00"}]
    assert (shown["caller_id"], shown["amd"], shown["run"]) == ("+381114000700", {"long_greeting_ms": 3500}, "stopped")
    assert shown["starts_at"] == "2027-01-02T08:00:00.000Z"
    assert shown["dispositions"][0] == {
        "code": "sale", "label": "Sold", "right_party": True, "conversion": True, "retry_after_s": None,
        "do_not_call": False,
    }  # fmt: skip
    async with centre.store.read() as records:
        campaign = await records.campaigns.get("spring")
    assert campaign is not None
    assert (campaign.mode, campaign.caller_ids, campaign.name) == (Mode.PREDICTIVE, ("+381114000700",), "spring")
    assert campaign.windows == (CallingWindow((0, 1, 2, 3, 4), 540, 1230), CallingWindow((5,)))
    busy = campaign.attempts.after(Outcome.BUSY)
    assert busy is not None
    assert (busy.after_s, busy.times) == (600, 3)
    assert campaign.record is not None


async def test_what_is_shown_may_be_declared_again_and_changes_nothing(
    api: httpx.AsyncClient, centre: FakeCentre
) -> None:
    shown = (await api.put("/campaigns/spring", json=SPRING)).json()
    changes = len(centre.changes)
    again = {name: value for name, value in shown.items() if name != "id" and not name.startswith("run")}
    answer = await api.put("/campaigns/spring", json=again)
    assert (answer.status_code, answer.json()) == (200, shown)
    assert len(centre.changes) == changes


async def test_a_dry_run_checks_and_keeps_nothing(api: httpx.AsyncClient) -> None:
    assert (await api.put("/campaigns/spring?dry_run=true", json=SPRING)).status_code == 201
    assert (await api.get("/campaigns/spring")).status_code == 404


async def test_what_cannot_be_is_refused_by_its_field(api: httpx.AsyncClient) -> None:
    refused: list[tuple[dict[str, Any], str]] = [
        ({"queue": "nobody"}, "queue"),
        ({"mode": "telepathic"}, "mode"),
        ({"caller_id": "0114000700"}, "caller_id"),
        ({"windows": []}, "windows"),
        ({"windows": [{"days": "mon-fry"}]}, "windows.0.days"),
        ({"windows": [{"from": "21:00", "to": "08:00"}]}, "windows.0"),
        ({"attempts": {"retry": [{"outcome": "bored", "after_s": 1}]}}, "attempts.retry.0.outcome"),
        ({"attempts": {"per_year": 3}}, "attempts.per_year"),
        ({"amd": {"longest_ms": 1}}, "amd.longest_ms"),
        ({"amd": {"long_greeting_ms": 1}}, "amd.short_greeting_ms"),
        ({"amd": {"total_ms": 1.5}}, "amd.total_ms"),
        ({"on_machine": "message", "amd": True}, "message"),
        ({"on_machine": "message", "message": "call-back", "amd": False}, "on_machine"),
        ({"mode": "agentless"}, "announcement"),
        ({"local_presence": True, "caller_id": []}, "caller_id"),
        ({"dispositions": [{"code": "a"}, {"code": "a"}]}, "dispositions[1].code"),
        ({"dispositions": [{"code": "no", "do_not_call": True, "retry_after_s": 5}]}, "dispositions.0"),
        ({"ends_at": "2026-01-01T00:00:00Z"}, "ends_at"),
        ({"ends_at": "2026-01-01T00:00:00"}, "ends_at"),
        ({"holidays": ["2026-02-30"]}, "holidays.0"),
        ({"max_ring_s": 10}, "max_ring_s"),
        ({"region": "XX"}, "region"),
        ({"abandon_limit": 3}, "abandon_limit"),
    ]
    for change, field in refused:
        answer = await api.put("/campaigns/spring", json=SPRING | change)
        assert answer.status_code == 422, change
        assert answer.json()["errors"][0]["field"].startswith(field), (change, answer.json())


async def test_a_queue_and_a_recording_that_a_campaign_needs_stay(api: httpx.AsyncClient) -> None:
    await api.put("/campaigns/spring", json=SPRING)
    answer = await api.delete("/queues/sales")
    assert (answer.status_code, answer.json()["detail"]) == (409, "queue sales is used by campaign spring")


async def test_a_campaign_starts_pauses_and_stops_and_no_declaration_changes_that(api: httpx.AsyncClient) -> None:
    await api.put("/campaigns/spring", json=SPRING)
    assert (await api.post("/campaigns/spring/pause")).status_code == 409
    started = (await api.post("/campaigns/spring/start")).json()
    assert (started["run"], started["run_reason"]) == ("running", "")
    assert (await api.post("/campaigns/spring/start")).json()["run_since"] == started["run_since"]
    assert (await api.put("/campaigns/spring", json=SPRING | {"weight": 2})).json()["run"] == "running"
    assert (await api.delete("/campaigns/spring")).status_code == 409
    assert (await api.post("/campaigns/spring/pause")).json()["run"] == "paused"
    assert (await api.post("/campaigns/spring/stop")).json()["run"] == "stopped"
    for verb in ("start", "pause", "stop"):
        assert (await api.post(f"/campaigns/summer/{verb}")).status_code == 404


async def test_whether_it_runs_is_kept_over_a_restart(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await api.put("/campaigns/spring", json=SPRING)
    await centre.dialer.set_run("spring", Run.RUNNING)
    runs = Runs(centre.store)
    await runs.start()
    assert runs.of("spring") == centre.dialer.run("spring")


async def test_with_a_campaign_its_leads_go(api: httpx.AsyncClient, store: Store) -> None:
    await api.put("/campaigns/spring", json=SPRING)
    async with store.write() as records:
        await records.leads.add([Lead(0, name, (LeadNumber("+381641234567"),)) for name in ("spring", "other")], NOW)
    assert (await api.delete("/campaigns/spring?dry_run=true")).status_code == 204
    assert (await api.get("/campaigns/spring")).status_code == 200
    assert (await api.delete("/campaigns/spring")).status_code == 204
    assert (await api.delete("/campaigns/spring")).status_code == 404
    async with store.read() as records:
        assert [one.campaign for one in await records.leads.page(LeadFilter(), 10)] == ["other"]
        assert await records.leads.known("spring", ["+381641234567"]) == {}
