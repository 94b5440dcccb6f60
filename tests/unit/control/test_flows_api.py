"""Flows over HTTP: declared as a whole or not at all, with the place of each mistake."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.unit.control.fake_centre import FakeCentre

SAY = {"text": "Hello"}
END = {"id": "end", "type": "hangup"}
HELLO = {"id": "hello", "type": "play", "prompt": SAY, "next": "end"}


async def put(api: httpx.AsyncClient, *steps: Any, **more: Any) -> httpx.Response:
    return await api.put("/flows/main", json={"steps": list(steps)} | more)


def blamed(answer: httpx.Response) -> tuple[str, str]:
    assert answer.status_code == 422, answer.text
    [error] = answer.json()["errors"]
    return error["field"], error["detail"]


async def test_a_flow_is_declared_and_read_again(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    answer = await put(api, HELLO, END, name="Main menu", language="sr")
    assert answer.status_code == 201
    shown = (await api.get("/flows/main")).json()
    assert shown == answer.json()
    assert (shown["name"], shown["language"]) == ("Main menu", "sr")
    assert shown["steps"][0] == HELLO | {"interruptible": True}
    assert [change.noun for change in centre.changes] == ["flow"]
    assert (await put(api, HELLO, END, name="Main menu", language="sr")).status_code == 200
    assert len(centre.changes) == 1
    assert [flow["id"] for flow in (await api.get("/flows")).json()["items"]] == ["main"]


async def test_what_is_shown_can_be_put_again_unchanged(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    hours = {
        "id": "clock",
        "type": "hours",
        "zone": "Europe/Belgrade",
        "windows": [{"days": ["mon"], "from": "09:00", "to": "17:00"}],
        "open": "hello",
        "closed": "end",
    }
    shown = (await put(api, hours, HELLO, END)).json()
    assert (await api.put("/flows/main", json={"name": shown["name"], "steps": shown["steps"]})).status_code == 200
    assert len(centre.changes) == 1


@pytest.mark.parametrize(
    ("step", "field", "detail"),
    [
        ({"id": "a", "type": "play", "prompt": SAY}, "steps[0].next", "this field is required"),
        ({"id": "a", "type": "play", "prompt": SAY, "next": "x"}, "steps[0].next", "there is no step x"),
        (HELLO | {"volume": 11}, "steps[0].volume", "there is no such field"),
        (HELLO | {"prompt": {"text": 7}}, "steps[0].prompt.text", "Expected str | object, got int"),
        ({"id": "a", "type": "dance"}, "steps[0].type", "Invalid value 'dance'"),
        ({"id": "a"}, "steps[0].type", "this field is required"),
        ("play", "steps[0]", "Expected object, got str"),
        (
            {"id": "a", "type": "dial", "to": "agent:nobody", "otherwise": "end"},
            "steps[0].to",
            "there is no agent nobody",
        ),
        (
            {"id": "a", "type": "callback", "queue": "nobody", "prompt": SAY, "next": "end", "declined": "end"},
            "steps[0].queue",
            "there is no queue nobody",
        ),
    ],
)
async def test_a_mistake_is_told_with_its_place(api: httpx.AsyncClient, step: Any, field: str, detail: str) -> None:
    assert blamed(await put(api, step, END)) == (field, detail)
    assert (await api.get("/flows/main")).status_code == 404


@pytest.mark.parametrize("kind", ["queue", "flow"])
async def test_what_a_flow_ends_in_must_exist(api: httpx.AsyncClient, kind: str) -> None:
    answer = await put(api, {"id": "a", "type": kind, kind: "nobody"})
    assert blamed(answer) == (f"steps[0].{kind}", f"there is no {kind} nobody")


async def test_a_wrong_key_of_a_menu_is_told(api: httpx.AsyncClient) -> None:
    menu = {"id": "m", "type": "menu", "prompt": SAY, "choices": {"12": "end"}, "failed": "end"}
    field, _ = blamed(await put(api, menu, END))
    assert field == "steps[0].choices"


async def test_further_mistakes_are_counted(api: httpx.AsyncClient) -> None:
    answer = await put(api, HELLO | {"next": "x"}, HELLO | {"id": "b", "next": "y"})
    assert blamed(answer) == ("steps[0].next", "there is no step x (and 1 more)")


async def test_a_language_that_is_none_is_refused(api: httpx.AsyncClient) -> None:
    field, _ = blamed(await put(api, HELLO, END, language="../etc"))
    assert field == "language"


async def test_a_flow_without_steps_is_refused(api: httpx.AsyncClient) -> None:
    assert blamed(await put(api)) == ("steps", "Expected array of length >= 1")


async def test_a_flow_may_lead_back_to_itself_by_its_own_name(api: httpx.AsyncClient) -> None:
    menu = {"id": "m", "type": "menu", "prompt": SAY, "choices": {"1": "again"}, "failed": "end"}
    assert (await put(api, menu, {"id": "again", "type": "flow", "flow": "main"}, END)).status_code == 201


async def test_what_a_flow_leads_to_cannot_be_deleted(api: httpx.AsyncClient) -> None:
    await api.put("/queues/support", json={})
    await put(api, {"id": "a", "type": "queue", "queue": "support"})
    answer = await api.delete("/queues/support")
    assert (answer.status_code, answer.json()["detail"]) == (409, "queue support is used by flow main")
    await api.put("/routes/800", json={"target": "flow:main"})
    answer = await api.delete("/flows/main")
    assert (answer.status_code, answer.json()["detail"]) == (409, "flow main is used by route 800")
    await api.delete("/routes/800")
    assert (await api.delete("/flows/main")).status_code == 204
    assert (await api.delete("/queues/support")).status_code == 204


async def test_a_route_leads_only_to_a_flow_that_exists(api: httpx.AsyncClient) -> None:
    assert blamed(await api.put("/routes/800", json={"target": "flow:main"})) == ("target", "there is no flow main")


async def test_a_dry_run_declares_nothing(api: httpx.AsyncClient) -> None:
    answer = await api.put("/flows/main?dry_run=true", json={"steps": [HELLO, END]})
    assert answer.status_code == 201
    assert (await api.get("/flows/main")).status_code == 404
