"""Work over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.unit.control.fake_centre import NOW, FakeCentre, agent_live, live_call, queue_live

from acd import events as acd
from acd.agent import AgentStatus
from acd.model import AgentProfile, Queue, WorkItem
from control.nouns import Agent

CHAT = {"queue": "support", "channel": "chat", "customer": "mila", "subject": "A parcel", "fields": {"order": 17}}


@pytest.fixture(autouse=True)
def support(centre: FakeCentre) -> None:
    """Ana is there, and takes work of the queue."""
    centre.queues["support"] = queue_live()
    centre.agents["ana"] = agent_live()
    centre.directory.load([Agent("ana", "Ana", "1001", "", "")])
    for event in (
        acd.QueueDeclared(Queue("support")),
        acd.AgentDeclared(AgentProfile("ana")),
        acd.AgentReachable("ana", True),
        acd.AgentStatusSet("ana", AgentStatus.AVAILABLE),
    ):
        centre.router.decide(event, NOW)


async def bring_in(api: httpx.AsyncClient, **more: object) -> dict[str, Any]:
    made = await api.post("/work", json=CHAT | more)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/api/v1/work/{made.json()['id']}"
    shown: dict[str, Any] = made.json()
    return shown


async def test_a_chat_is_brought_in_taken_put_aside_and_done(api: httpx.AsyncClient) -> None:
    made = await bring_in(api, id="chat-1")
    assert (made["id"], made["state"], made["agents"]) == ("chat-1", "offered", ["ana"])
    assert (made["subject"], made["fields"]) == ("A parcel", {"order": 17})
    answers = [
        await api.post("/work/chat-1/accept", json={"agent": "ana"}),
        await api.post("/work/chat-1/hold"),
        await api.post("/work/chat-1/resume"),
        await api.post("/work/chat-1/done", json={"result": "sold"}),
    ]
    assert [answer.json()["state"] for answer in answers] == ["connected", "held", "connected", "done"]
    shown = (await api.get("/work/chat-1")).json()
    assert (shown["state"], shown["agents"], shown["result"]) == ("done", ["ana"], "sold")
    assert (await api.post("/work", json=CHAT | {"id": "chat-1"})).status_code == 409


async def test_what_is_declined_waits_for_others(api: httpx.AsyncClient) -> None:
    id = (await bring_in(api))["id"]
    assert (await api.post(f"/work/{id}/decline", json={"agent": "ana"})).json()["state"] == "waiting"
    assert (await api.post(f"/work/{id}/accept", json={"agent": "ana"})).status_code == 409
    assert (await api.post(f"/work/{id}/done", json={})).status_code == 409


async def test_all_work_is_listed_in_pages_and_by_what_it_is(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.router.decide(acd.WorkArrived(WorkItem("call-7", "support", NOW, caller="+381641")), NOW)
    await bring_in(api, id="m1")
    await bring_in(api, id="t1", channel="task")
    first = (await api.get("/work?limit=2")).json()
    rest = (await api.get("/work", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == ["call-7", "m1", "t1"]
    assert (first["items"][0]["channel"], first["items"][0]["customer"]) == ("voice", "+381641")
    for query, ids in (("channel=task", ["t1"]), ("agent=ana", ["call-7"]), ("queue=sales", [])):
        assert [one["id"] for one in (await api.get(f"/work?{query}")).json()["items"]] == ids


async def test_what_is_done_is_listed_the_last_first(api: httpx.AsyncClient) -> None:
    for id in ("m1", "m2", "m3"):
        await bring_in(api, id=id)
        assert (await api.delete(f"/work/{id}")).status_code == 204
    first = (await api.get("/work?done=true&limit=2")).json()
    rest = (await api.get("/work", params={"done": True, "limit": 2, "cursor": first["next_cursor"]})).json()
    assert [(one["id"], one["result"]) for one in first["items"]] == [("m3", "withdrawn"), ("m2", "withdrawn")]
    assert [one["id"] for one in rest["items"]] == ["m1"]
    assert (await api.get("/work?done=true&queue=support")).status_code == 422


async def test_a_caller_who_waits_is_taken_out_of_the_line(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.live_calls["c1"], centre.live_calls["c2"] = live_call("c1"), live_call("c2", state="talking")
    assert [(await api.delete(f"/work/{id}")).status_code for id in ("c1", "c2", "c3")] == [204, 409, 404]


async def test_a_customer_who_left_counts_as_abandoned(api: httpx.AsyncClient) -> None:
    id = (await bring_in(api))["id"]
    assert (await api.delete(f"/work/{id}?abandoned=true")).status_code == 204
    assert (await api.get(f"/work/{id}")).json()["result"] == "abandoned"


async def test_the_order_is_changed_by_priority(api: httpx.AsyncClient) -> None:
    await bring_in(api, id="m1")
    assert (await api.put("/work/m1/priority", json={"priority": 5})).json()["priority"] == 5
    assert (await api.put("/work/m9/priority", json={"priority": 5})).status_code == 404


async def test_a_callback_is_work_too_and_is_called_off(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    asked = {"queue": "support", "channel": "callback", "customer": "+381641234567", "not_before": at.isoformat()}
    made = (await api.post("/work", json=asked)).json()
    assert (made["state"], made["channel"], made["customer"]) == ("scheduled", "callback", "+381641234567")
    assert (await api.get(f"/callbacks/{made['id']}")).json()["number"] == "+381641234567"
    assert (await api.delete(f"/work/{made['id']}")).status_code == 204
    assert centre.callbacks.open == {}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"queue": "sales"}, "queue"),
        ({"channel": "voice"}, "channel"),
        ({"preferred": ["ana", "boris"]}, "preferred.1"),
        ({"due_at": "2025-01-01T10:00:00"}, "due_at"),
        ({"fields": {"a": [1]}}, "fields"),
        ({"id": "no spaces"}, "id"),
        ({"channel": "callback", "customer": "999"}, "customer"),
        ({"channel": "callback", "customer": "700", "preferred_s": 3.0}, "preferred_s"),
        ({"whom": "x"}, "whom"),
    ],
)
async def test_what_is_wrong_is_named(api: httpx.AsyncClient, wrong: dict[str, object], field: str) -> None:
    answer = await api.post("/work", json=CHAT | wrong)
    assert answer.status_code == 422
    assert field in answer.text
