"""Requests to be called back over HTTP."""

from __future__ import annotations

import httpx
from tests.unit.control.fake_centre import NOW, FakeCentre

from control.leftovers import CallbackRequest

REQUEST = CallbackRequest("c1", "support", "+381641234567", "Mila", NOW)


async def test_a_request_is_listed_marked_and_forgotten(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    async with centre.store.write() as records:
        await records.callbacks.put(REQUEST)
    [shown] = (await api.get("/callbacks")).json()["items"]
    assert (shown["id"], shown["number"], shown["done"]) == ("c1", "+381641234567", False)
    assert (await api.put("/callbacks/c1", json={"done": True})).json()["done"] is True
    assert (await api.get("/callbacks/c1")).json()["done"] is True
    assert (await api.delete("/callbacks/c1")).status_code == 204
    for answer in (
        await api.get("/callbacks/c1"),
        await api.delete("/callbacks/c1"),
        await api.put("/callbacks/c1", json={"done": True}),
    ):
        assert answer.status_code == 404
