"""`WS /events` as a client on the network sees it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.control.fake_centre import KEY, live_call
from tests.unit.control.site import Site, serve_fake_centre
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from acd import events as acd
from acd.agent import AgentStatus
from acd.model import AgentProfile, Channel, Queue
from control.nouns import Agent
from control.routers import events
from control.work_order import WorkOrder

AUTHORIZED = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with serve_fake_centre(tmp_path) as site:
        yield site


def address(site: Site, query: str = "") -> str:
    return f"ws://{site.address}/api/v1/events{query}"


async def receive(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        message: dict[str, Any] = json.loads(await socket.recv())
    return message


async def close_code(socket: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed) as closed:
        async with asyncio.timeout(5):
            await socket.recv()
    return closed.value.rcvd.code if closed.value.rcvd else None


async def test_a_program_shows_its_key_in_a_header(site: Site) -> None:
    site.centre.live_calls["c1"] = live_call("c1")
    async with connect(address(site), additional_headers=AUTHORIZED) as socket:
        snapshot = await receive(socket)
        assert snapshot["type"] == "snapshot"
        assert [call["id"] for call in snapshot["calls"]] == ["c1"]
        site.centre.hub.publish("call", "c1", None)
        delta = await receive(socket)
        assert (delta["kind"], delta["id"], delta["value"]) == ("call", "c1", None)
        assert delta["seq"] == snapshot["seq"] + 1


async def test_a_browser_shows_its_key_in_the_first_message(site: Site) -> None:
    async with connect(address(site)) as socket:
        await socket.send(json.dumps({"token": KEY}))
        assert (await receive(socket))["type"] == "snapshot"


@pytest.mark.parametrize("first", ['{"token": "wrong"}', "{}", "hello", '{"token": 7}', b'{"token": "binary"}'])
async def test_without_a_good_key_the_door_is_closed(site: Site, first: str | bytes) -> None:
    async with connect(address(site)) as socket:
        await socket.send(first)
        assert await close_code(socket) == events.UNAUTHENTICATED


async def test_a_key_in_the_address_is_no_key(site: Site) -> None:
    async with connect(address(site, f"?token={KEY}"), additional_headers={"Authorization": "Bearer no"}) as socket:
        assert await close_code(socket) == events.UNAUTHENTICATED


async def test_one_who_comes_back_gets_what_was_missed(site: Site) -> None:
    async with (
        connect(address(site), additional_headers=AUTHORIZED) as witness,
        connect(address(site), additional_headers=AUTHORIZED) as socket,
    ):
        await receive(witness)
        seq = (await receive(socket))["seq"]
        await socket.close()
        site.centre.hub.publish("call", "c1", live_call("c1"))
        await receive(witness)
    async with connect(address(site, f"?since={seq}"), additional_headers=AUTHORIZED) as socket:
        assert (await receive(socket))["type"] == "resumed"
        missed = await receive(socket)
        assert (missed["id"], missed["seq"]) == ("c1", seq + 1)


async def test_a_client_that_leaves_is_forgotten(site: Site) -> None:
    async with connect(address(site), additional_headers=AUTHORIZED) as socket:
        await receive(socket)
        assert site.centre.hub.listeners == 1
    await site.has_listeners(0)


async def test_a_client_that_reads_nothing_is_dropped(site: Site) -> None:
    async def read_on(socket: ClientConnection) -> None:
        while True:
            await receive(socket)

    witness = site.centre.hub.listen()
    await anext(witness)
    async with connect(address(site), additional_headers=AUTHORIZED, max_queue=1, compression=None) as socket:
        await receive(socket)
        for _ in range(10):
            for number in range(200):
                site.centre.hub.publish("call", f"c{number}", live_call(f"c{number}", caller="9" * 8000))
            for _ in range(200):
                await anext(witness)
        await site.has_listeners(1)
        with pytest.raises(ConnectionClosed):
            await read_on(socket)
    await witness.aclose()


async def test_a_workstation_sees_what_it_is_offered(site: Site) -> None:
    centre = site.centre
    centre.directory.load([Agent("ana", "Ana", "1001", "", "")])
    for event in (
        acd.QueueDeclared(Queue("support")),
        acd.AgentDeclared(AgentProfile("ana")),
        acd.AgentReachable("ana", True),
        acd.AgentStatusSet("ana", AgentStatus.AVAILABLE),
    ):
        centre.router.decide(event, 1.0)
    async with connect(address(site), additional_headers=AUTHORIZED) as socket:
        assert (await receive(socket))["work"] == []
        await centre.work.add(WorkOrder("m1", "support", Channel.CHAT, "mila", 1.0, subject="A parcel"))
        delta = await receive(socket)
        assert (delta["kind"], delta["id"]) == ("work", "m1")
        offered = delta["value"]
        assert (offered["state"], offered["agents"], offered["subject"]) == ("offered", ["ana"], "A parcel")
    async with connect(address(site), additional_headers=AUTHORIZED) as socket:
        assert (await receive(socket))["work"] == [offered]
