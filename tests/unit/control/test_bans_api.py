"""Bans over HTTP: seen, imposed, lifted."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import quote

import httpx
import pytest
from tests.unit.control.fake_centre import FakeCentre

from pbx.guard.offence import PATIENCE, Offence
from pbx.sip.flow import Flow

SOURCE, NETWORK = "203.0.113.9", "2001:db8:5:6::/64"
LATER = "2099-01-31T12:00:00.000Z"


def path(source: str) -> str:
    return f"/bans/{quote(source, safe='')}"


def offend(centre: FakeCentre, host: str) -> None:
    """Guess passwords until it is too much."""
    for _ in range(int(PATIENCE[Offence.PASSWORD].times) + 1):
        centre.guard.offended(Flow("udp", host, 5060), Offence.PASSWORD, 0.0)


async def test_automatic_bans_are_listed_in_pages(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    for number in (3, 1, 2):
        offend(centre, f"203.0.113.{number}")
    first = (await api.get("/bans?limit=2")).json()
    assert [ban["source"] for ban in first["items"]] == ["203.0.113.1", "203.0.113.2"]
    second = (await api.get("/bans", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    [last] = second["items"]
    assert (last["source"], last["reason"], last["times"], last["by_operator"]) == ("203.0.113.3", "password", 1, False)
    assert second["next_cursor"] is None


@pytest.mark.parametrize("source", [SOURCE, NETWORK])
async def test_a_ban_is_imposed_seen_and_lifted(api: httpx.AsyncClient, centre: FakeCentre, source: str) -> None:
    made = await api.put(path(source), json={"until": LATER, "reason": "known offender"})
    assert made.status_code == 201
    assert (await api.put(path(source), json={"until": LATER, "reason": "known offender"})).status_code == 200
    seen = (await api.get(path(source))).json()
    assert seen == made.json()
    assert (seen["source"], seen["until"], seen["reason"], seen["by_operator"]) == (
        source,
        LATER,
        "known offender",
        True,
    )
    assert centre.guard.banned(source.removesuffix("/64"))
    assert (await api.delete(path(source))).status_code == 204
    assert not centre.guard.banned(source.removesuffix("/64"))
    assert (await api.delete(path(source))).status_code == 404
    assert (await api.get(path(source))).status_code == 404


async def test_a_host_of_a_network_stands_for_all_of_it(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    made = await api.put(path("2001:db8:5:6::77"), json={"until": LATER})
    assert made.json()["source"] == NETWORK
    assert centre.guard.banned("2001:db8:5:6::78")


async def test_a_dry_run_bans_and_lifts_nobody(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    tried = await api.put(path(SOURCE), params={"dry_run": True}, json={"until": LATER})
    assert (tried.status_code, tried.json()["source"]) == (201, SOURCE)
    assert len(centre.guard.bans) == 0
    assert (await api.delete(path(SOURCE), params={"dry_run": True})).status_code == 404
    offend(centre, SOURCE)
    assert (await api.delete(path(SOURCE), params={"dry_run": True})).status_code == 204
    assert centre.guard.banned(SOURCE)


@pytest.mark.parametrize(
    ("source", "body", "field"),
    [
        (SOURCE, {}, "until"),
        (SOURCE, {"until": "2001-01-01T00:00:00Z"}, "until"),
        (SOURCE, {"until": "2099-01-01T00:00:00"}, "until"),
        (SOURCE, {"until": 4_000_000_000}, "until"),
        (SOURCE, {"until": LATER, "why": "because"}, "why"),
        ("nobody", {"until": LATER}, "source"),
        ("192.0.2.0/24", {"until": LATER}, "source"),
    ],
    ids=["no time", "a time that is over", "no zone", "no text", "unknown field", "no address", "too wide"],
)
async def test_what_cannot_be_a_ban_is_422_and_names_the_field(
    api: httpx.AsyncClient, source: str, body: dict[str, object], field: str
) -> None:
    answer = await api.put(path(source), json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_trusted_source_cannot_be_banned(api: httpx.AsyncClient) -> None:
    answer = await api.put(path("127.0.0.1"), json={"until": LATER})
    assert (answer.status_code, answer.json()["type"]) == (409, "refused")


async def test_bans_are_told_as_they_come_and_go(api: httpx.AsyncClient, centre: FakeCentre) -> None:
    listening = centre.hub.listen()
    async with asyncio.timeout(5):
        await anext(listening)
        offend(centre, SOURCE)
        told = json.loads(await anext(listening))
        assert (told["kind"], told["id"], told["value"]["reason"]) == ("ban", SOURCE, "password")
        await api.delete(path(SOURCE))
        told = json.loads(await anext(listening))
        assert (told["kind"], told["id"], told["value"]) == ("ban", SOURCE, None)
    await listening.aclose()
