"""Forwarding and do-not-disturb of agents over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.unit.control.fake_centre import FakeCentre

from control.nouns import Agent, Forward

ANA = {"name": "Ana", "extension": "1001", "password": "demo-1001"}
BOJAN = {"name": "Bojan", "extension": "1002", "password": "demo-1002"}


async def put(api: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    return await api.put(path, json=fields)


@pytest.fixture(autouse=True)
async def agents(api: httpx.AsyncClient) -> None:
    """Ana and Bojan, and a queue to forward to."""
    for path, fields in (("/queues/support", {"extension": "700"}), ("/agents/ana", ANA), ("/agents/bojan", BOJAN)):
        assert (await api.put(path, json=fields)).status_code == 201
    assert (await put(api, "/routes/00.", target="queue:support")).status_code == 201


@pytest.mark.parametrize("way", ["1002", "700", "00381641234567", "agent:bojan", "queue:support"])
async def test_calls_go_to_a_number_or_a_target(api: httpx.AsyncClient, way: str) -> None:
    answer = await put(api, "/agents/ana", **ANA, forward={"no_answer": way, "after_s": 12}, do_not_disturb=True)
    assert answer.status_code == 200, answer.text
    shown = (await api.get("/agents/ana")).json()
    assert shown["forward"]["no_answer"] == way
    assert shown["forward"]["after_s"] == 12
    assert shown["do_not_disturb"] is True


@pytest.mark.parametrize(
    ("forward", "field"),
    [
        ({"busy": "999"}, "forward.busy"),
        ({"always": "agent:nobody"}, "forward.always"),
        ({"unreachable": "queue:nobody"}, "forward.unreachable"),
        ({"always": "feature:dnd-on"}, "forward.always"),
        ({"always": "1001"}, "forward.always"),
        ({"always": "agent:ana"}, "forward.always"),
        ({"after_s": 0}, "forward.after_s"),
        ({"never": "1002"}, "forward.never"),
    ],
)
async def test_a_way_that_leads_nowhere_is_named(api: httpx.AsyncClient, forward: dict[str, Any], field: str) -> None:
    answer = await put(api, "/agents/ana", **ANA, forward=forward)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_what_a_document_does_not_mention_is_kept(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await put(api, "/agents/ana", **ANA, forward={"busy": "1002"}, do_not_disturb=True)
    centre.changes.clear()
    assert (await put(api, "/agents/ana", **ANA)).status_code == 200
    assert centre.changes == []


async def test_an_empty_forward_takes_it_back(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    await put(api, "/agents/ana", **ANA, forward={"busy": "1002"}, do_not_disturb=True)
    await put(api, "/agents/ana", **ANA, forward={}, do_not_disturb=False)
    changed = centre.changes[-1].value
    assert isinstance(changed, Agent)
    assert (changed.forward, changed.do_not_disturb) == (Forward(), False)


@pytest.mark.parametrize(("target", "path"), [("agent:bojan", "/agents/bojan"), ("queue:support", "/queues/support")])
async def test_what_calls_are_forwarded_to_is_in_use(api: httpx.AsyncClient, target: str, path: str) -> None:
    await api.delete("/routes/00.")
    await put(api, "/agents/ana", **ANA, forward={"always": target})
    answer = await api.delete(path)
    assert answer.status_code == 409
    assert "agent ana" in answer.json()["detail"]
