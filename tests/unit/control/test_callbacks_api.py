"""Callbacks over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.unit.control.fake_centre import NOW, FakeCentre, agent_live, queue_live

from acd import events as acd
from acd.agent import AgentStatus
from acd.model import AgentProfile, Queue
from control.leftovers import CallbackRequest
from control.nouns import Agent
from pbx.commands import PlaceCall

REQUEST = CallbackRequest("c1", "support", "+381641234567", "Mila", NOW)
ASKED = {"queue": "support", "number": "+381641234567"}


@pytest.fixture(autouse=True)
def support(centre: FakeCentre) -> None:
    centre.queues["support"] = queue_live()
    centre.agents["ana"] = agent_live()
    centre.directory.load([Agent("ana", "Ana", "1001", "", "")])
    centre.router.decide(acd.QueueDeclared(Queue("support")), NOW)


def ana_is_there(centre: FakeCentre) -> None:
    for event in (
        acd.AgentDeclared(AgentProfile("ana")),
        acd.AgentReachable("ana", True),
        acd.AgentStatusSet("ana", AgentStatus.AVAILABLE),
    ):
        centre.callbacks_decided(centre.router.decide(event, NOW))


async def test_a_request_is_listed_marked_opened_again_and_forgotten(
    api: httpx.AsyncClient, centre: FakeCentre
) -> None:
    async with centre.store.write() as records:
        await records.callbacks.put(REQUEST)
    centre.callbacks.asked(REQUEST, came_at=NOW)
    [shown] = (await api.get("/callbacks")).json()["items"]
    assert (shown["id"], shown["number"], shown["done"], shown["state"]) == ("c1", "+381641234567", False, "waiting")
    marked = (await api.put("/callbacks/c1", json={"done": True})).json()
    assert (marked["done"], marked["state"], marked["result"]) == (True, "done", "marked")
    assert centre.router.waiting("support") == []
    assert (await api.put("/callbacks/c1", json={"done": False})).json()["state"] == "waiting"
    assert centre.router.waiting("support") == ["c1"]
    assert (await api.delete("/callbacks/c1")).status_code == 204
    assert centre.router.waiting("support") == []
    assert centre.kept == {"c1": None}
    for answer in (
        await api.get("/callbacks/c1"),
        await api.delete("/callbacks/c1"),
        await api.put("/callbacks/c1", json={"done": True}),
    ):
        assert answer.status_code == 404


async def test_one_who_is_asked_for_waits_like_a_caller(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    made = await api.post("/callbacks", json=ASKED | {"name": "Mila"})
    assert (made.status_code, made.json()["state"]) == (201, "waiting")
    assert made.headers["location"] == f"/api/v1/callbacks/{made.json()['id']}"
    ana_is_there(centre)
    assert (await api.get(f"/callbacks/{made.json()['id']}")).json()["state"] == "offered"
    [placed] = centre.commands
    assert isinstance(placed, PlaceCall)
    assert (placed.to, placed.number, placed.caller_name, placed.waits) == ("1001", "+381641234567", "Mila", True)


async def test_one_who_has_an_appointment_waits_for_it(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    ana_is_there(centre)
    at = datetime.now(UTC) + timedelta(hours=2)
    made = (await api.post("/callbacks", json=ASKED | {"at": at.isoformat()})).json()
    assert (made["state"], made["at"][:16]) == ("scheduled", at.isoformat()[:16])
    assert centre.commands == []


async def test_a_customer_who_is_being_called_is_not_called_off(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    id = (await api.post("/callbacks", json=ASKED)).json()["id"]
    ana_is_there(centre)
    centre.router.decide(acd.OfferAccepted(id, "ana"), NOW)
    assert (await api.put(f"/callbacks/{id}", json={"done": True})).status_code == 409
    assert (await api.delete(f"/callbacks/{id}")).status_code == 409
    assert (await api.get(f"/callbacks/{id}")).json()["state"] == "dialling"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"queue": "sales"}, "queue"),
        ({"number": "999"}, "number"),
        ({"number": "anonymous"}, "number"),
        ({"agent": "boris"}, "agent"),
        ({"at": "2025-01-01T10:00:00"}, "at"),
        ({"whom": "x"}, "whom"),
    ],
)
async def test_what_is_wrong_is_named(api: httpx.AsyncClient, wrong: dict[str, str], field: str) -> None:
    answer = await api.post("/callbacks", json=ASKED | wrong)
    assert answer.status_code == 422
    assert field in answer.text
