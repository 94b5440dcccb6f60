"""What is asked of calls that stand, over HTTP."""

from __future__ import annotations

import httpx
import pytest
from tests.unit.control.fake_centre import FakeCentre, live_call


@pytest.mark.parametrize("verb", ["hold", "resume"])
async def test_a_call_is_held_and_taken_back(api: httpx.AsyncClient, centre: FakeCentre, verb: str) -> None:
    centre.live_calls["c1"] = live_call("c1", state="talking")
    assert (await api.post(f"/calls/c1/{verb}")).status_code == 204
    assert (await api.post(f"/calls/c1/{verb}", json={"agent": "ana"})).status_code == 204
    assert centre.handling.asked == [(verb, "c1", ""), (verb, "c1", "ana")]


@pytest.mark.parametrize("verb", ["hold", "resume"])
async def test_what_is_asked_of_a_call_must_fit_it(api: httpx.AsyncClient, centre: FakeCentre, verb: str) -> None:
    centre.live_calls["c1"] = live_call("c1")
    assert (await api.post(f"/calls/c2/{verb}")).status_code == 404
    waiting = await api.post(f"/calls/c1/{verb}")
    assert (waiting.status_code, waiting.json()["type"]) == (409, "refused")
    unknown = await api.post(f"/calls/c1/{verb}", json={"agnet": "ana"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "agnet")


async def test_a_call_is_given_away(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.live_calls["c1"] = live_call("c1", state="talking")
    assert (await api.post("/calls/c1/transfer", json={"to": "1002"})).status_code == 202
    attended = {"to": "+381601234567", "mode": "attended", "agent": "ana"}
    assert (await api.post("/calls/c1/transfer", json=attended)).status_code == 202
    assert (await api.post("/calls/c1/transfer/join")).status_code == 204
    assert (await api.post("/calls/c1/transfer/complete")).status_code == 204
    assert (await api.post("/calls/c1/transfer/cancel")).status_code == 204
    assert [verb for verb, *_ in centre.handling.asked] == [
        "transfer to 1002",
        "consult +381601234567",
        "join",
        "complete",
        "cancel",
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "to"),
        ({"to": "the boss"}, "to"),
        ({"to": "1002", "mode": "warm"}, "mode"),
        ({"to": "1002", "agent": "A B"}, "agent"),
    ],
)
async def test_a_transfer_that_cannot_be_read_names_the_field(
    api: httpx.AsyncClient, centre: FakeCentre, body: dict[str, str], field: str
) -> None:
    centre.live_calls["c1"] = live_call("c1", state="talking")
    answer = await api.post("/calls/c1/transfer", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert centre.handling.asked == []


async def test_a_call_is_parked(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.live_calls["c1"] = live_call("c1", state="talking")
    assert (await api.post("/calls/c1/park")).json() == {"slot": "7001"}
    assert (await api.post("/calls/c1/park", json={"slot": "7020"})).json() == {"slot": "7020"}
    for slot in ("7000", "7021", "1"):
        answer = await api.post("/calls/c1/park", json={"slot": slot})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "slot")


async def test_keys_are_pressed_for_the_customer(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.live_calls["c1"] = live_call("c1", state="talking")
    assert (await api.post("/calls/c1/digits", json={"digits": "12w#"})).status_code == 202
    longer = {"digits": "A", "duration_ms": 500, "agent": "ana"}
    assert (await api.post("/calls/c1/digits", json=longer)).status_code == 202
    assert centre.handling.asked == [("press 12w# 160", "c1", ""), ("press A 500", "c1", "ana")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "digits"),
        ({"digits": "12x"}, "digits"),
        ({"digits": ""}, "digits"),
        ({"digits": "1", "duration_ms": 5}, "duration_ms"),
    ],
)
async def test_keys_that_cannot_be_pressed_are_named(
    api: httpx.AsyncClient, centre: FakeCentre, body: dict[str, object], field: str
) -> None:
    centre.live_calls["c1"] = live_call("c1", state="talking")
    answer = await api.post("/calls/c1/digits", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_third_party_is_added(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    centre.live_calls["c1"] = live_call("c1", state="talking")
    assert (await api.post("/calls/c1/parties", json={"to": "1003", "agent": "ana"})).status_code == 202
    assert centre.handling.asked == [("add 1003", "c1", "ana")]


@pytest.mark.parametrize("mode", ["listen", "whisper", "barge", "take-over"])
async def test_a_call_is_supervised(api: httpx.AsyncClient, centre: FakeCentre, mode: str) -> None:
    centre.live_calls |= {"c1": live_call("c1", state="talking"), "c2": live_call("c2")}
    assert (await api.post(f"/calls/c1/{mode}", json={"supervisor": "zora"})).status_code == 202
    assert (await api.post(f"/calls/c1/{mode}", json={"supervisor": "1009", "agent": "ana"})).status_code == 202
    assert (await api.delete("/calls/c1/supervisors/zora")).status_code == 204
    word = mode.replace("-", "_")
    assert centre.handling.asked == [(f"zora {word}", "c1", ""), (f"1009 {word}", "c1", "ana"), ("zora out", "c1", "")]
    waiting, gone, nobody = [
        await api.post(f"/calls/{call}/{mode}", json=body)
        for call, body in (("c2", {"supervisor": "zora"}), ("c3", {"supervisor": "zora"}), ("c1", {}))
    ]
    assert (waiting.status_code, gone.status_code) == (409, 404)
    assert (nobody.status_code, nobody.json()["errors"][0]["field"]) == (422, "supervisor")
