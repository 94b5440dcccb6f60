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
