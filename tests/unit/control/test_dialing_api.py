"""Campaigns as they run, over HTTP."""

from __future__ import annotations

import httpx
from tests.unit.control.fake_centre import FakeCentre


async def declared(api: httpx.AsyncClient, mode: str = "manual") -> None:
    assert (await api.put("/queues/support", json={"name": "Support"})).is_success
    assert (await api.put("/campaigns/spring", json={"queue": "support", "mode": mode})).is_success


async def test_a_campaign_shows_what_it_does(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await declared(api)
    live = (await api.get("/campaigns/spring/live")).json()
    assert (live["run"], live["dialling"], live["abandon_rate"], live["out_of_leads"]) == ("stopped", 0, 0.0, True)
    assert (await api.get("/campaigns/autumn/live")).status_code == 404


async def test_no_lead_is_before_an_agent_who_is_shown_none(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    assert (await api.get("/agents/ana/lead")).status_code == 404
    assert (await api.post("/agents/ana/lead", json={"dial": True})).status_code == 404


async def test_a_call_for_a_campaign_names_what_stands_in_its_way(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await declared(api)
    both = await api.post("/campaigns/spring/calls", json={"agent": "ana", "number": "+381641234567", "lead": 1})
    assert both.status_code == 422
    stopped = await api.post("/campaigns/spring/calls", json={"agent": "ana", "number": "+381641234567"})
    assert (stopped.status_code, stopped.json()["detail"]) == (409, "campaign spring does not run")
    assert (await api.post("/campaigns/spring/start")).is_success
    nobody = await api.post("/campaigns/spring/calls", json={"agent": "ana", "number": "+381641234567"})
    assert (nobody.status_code, nobody.json()["detail"]) == (404, "there is no agent ana")
