"""Live figures, calls and health over HTTP."""

from __future__ import annotations

import httpx
import pytest
from tests.unit.control.fake_centre import NOW, FakeCentre, agent_live, live_call, queue_live


async def test_a_queues_figures_are_shown(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.queues["support"] = queue_live(waiting=2, longest_wait_s=12.5)
    shown = (await api.get("/queues/support/live")).json()
    assert shown["waiting"] == 2
    assert shown["longest_wait_s"] == 12.5
    assert shown["ewt_s"] == {"p50": None, "p80": None}
    assert (await api.get("/queues/nobody/live")).status_code == 404


async def test_an_agents_status_can_be_set_and_seen(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.agents["ana"] = agent_live("ana")
    answer = await api.put("/agents/ana/status", json={"status": "break", "reason": "lunch"})
    assert answer.status_code == 200
    live = (await api.get("/agents/ana/live")).json()
    assert live == answer.json()
    assert (live["status"], live["reason"], live["state"]) == ("break", "lunch", "idle")
    assert live["since"] == "2023-11-14T22:13:20.000Z"


async def test_an_unknown_status_is_refused(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.agents["ana"] = agent_live("ana")
    answer = await api.put("/agents/ana/status", json={"status": "asleep"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "status"
    assert (await api.put("/agents/bob/status", json={"status": "break"})).status_code == 404


async def test_calls_are_listed_oldest_first_in_pages(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    for number in (3, 1, 2):
        centre.live_calls[f"c{number}"] = live_call(f"c{number}", started_at=NOW + number)
    first = (await api.get("/calls?limit=2")).json()
    assert [call["id"] for call in first["items"]] == ["c1", "c2"]
    second = (await api.get("/calls", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [call["id"] for call in second["items"]] == ["c3"]
    assert second["next_cursor"] is None


async def test_a_call_can_be_seen_and_ended(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.live_calls["c1"] = live_call("c1")
    assert (await api.get("/calls/c1")).json()["caller"] == "+381641234567"
    assert (await api.post("/calls/c1/hangup")).status_code == 204
    assert (await api.get("/calls/c1")).status_code == 404
    assert (await api.post("/calls/c1/hangup")).status_code == 404


async def test_a_call_is_made_on_an_agents_behalf(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.agents["ana"] = agent_live("ana", reachable=True)
    answer = await api.post("/calls", json={"from": "ana", "to": "+381641234567"})
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/v1/calls/{answer.json()['id']}"
    assert centre.originated == [("ana", "+381641234567")]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"from": "nobody", "to": "700"}, 422, "from"),
        ({"from": "ana", "to": "seven"}, 422, "to"),
        ({"from": "ana"}, 422, "to"),
    ],
)
async def test_a_call_that_cannot_be_made_names_the_field(
    api: httpx.AsyncClient, centre: FakeCentre, body: dict[str, str], status: int, field: str
) -> None:
    centre.agents["ana"] = agent_live("ana", reachable=True)
    answer = await api.post("/calls", json=body)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field
    assert centre.originated == []


async def test_a_phone_that_is_not_there_cannot_call(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.agents["ana"] = agent_live("ana", reachable=False)
    answer = await api.post("/calls", json={"from": "ana", "to": "700"})
    assert (answer.status_code, answer.json()["type"]) == (409, "refused")


async def test_a_decision_is_explained(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.explanations["c1"] = {"chosen": "ana", "candidates": []}
    assert (await api.get("/calls/c1/why")).json() == {"chosen": "ana", "candidates": []}
    assert (await api.get("/calls/c2/why")).status_code == 404


async def test_health_asks_for_no_key(stranger: httpx.AsyncClient, centre: FakeCentre) -> None:
    assert (await stranger.get("/healthz")).status_code == 200
    assert (await stranger.get("/readyz")).status_code == 200
    centre.is_ready = False
    assert (await stranger.get("/readyz")).status_code == 503
    assert (await stranger.get("/healthz")).status_code == 200


async def test_status_shows_the_figures(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.live_calls["c1"] = live_call("c1")
    shown = (await api.get("/status")).json()
    assert shown["calls"] == 1
    assert shown["draining"] is False


async def test_metrics_are_readable_by_prometheus(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.queues["support"] = queue_live(waiting=2, offered=7)
    text = (await api.get("http://centre/metrics")).text
    assert 'centrala_queue_waiting{queue="support"} 2.0' in text
    assert 'centrala_queue_offered_total{queue="support"} 7.0' in text
    assert "centrala_calls 0.0" in text


async def test_the_page_may_run_nothing_but_its_own_files(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for path in ("/docs", "/static/status.js", "/static/pages.css", "/api/v1/openapi.json"):
        assert (await stranger.get(path)).status_code == 200


async def test_a_status_may_wait_for_the_end_of_the_work(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.agents["ana"] = agent_live("ana")
    answer = await api.put("/agents/ana/status", json={"status": "break", "after_work": True})
    assert (answer.json()["status"], answer.json()["pending"]) == (agent_live("ana").status, "break")


async def test_a_wrap_up_is_ended_or_extended(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.agents["ana"] = agent_live("ana")
    for body in ({}, {"forced": True}, {"extend_s": 30.0}):
        assert (await api.post("/agents/ana/wrap-up", json=body)).status_code == 200
    assert centre.attendance.wrap_ups == [("ana", None, False), ("ana", None, True), ("ana", 30.0, False)]
    assert (await api.post("/agents/nobody/wrap-up", json={})).status_code == 404


async def test_an_idle_agent_is_explained(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.agents["ana"] = agent_live("ana")
    shown = (await api.get("/agents/ana/why-idle")).json()
    assert (shown["rule"], shown["queues"]) == ("free", ["support"])
    assert (await api.get("/agents/nobody/why-idle")).status_code == 404


async def test_a_call_that_waits_is_given_another_priority(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    assert (await api.put("/calls/c1/priority", json={"priority": 5})).status_code == 404
    centre.live_calls["c1"] = live_call("c1")
    assert (await api.put("/calls/c1/priority", json={"priority": 5})).status_code == 200
    assert centre.priorities == [("c1", 5)]


async def test_an_agent_logs_in_at_another_phone(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.agents["ana"] = agent_live("ana")
    answer = await api.put("/agents/ana/status", json={"status": "available", "phone": "1002"})
    assert answer.json()["phone"] == "1002"
    refused = await api.put("/agents/ana/status", json={"status": "available", "phone": "9999"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "phone")
