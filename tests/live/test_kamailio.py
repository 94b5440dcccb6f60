"""Kamailio on either side: as the edge that all phones come through, and as the carrier behind a trunk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.baresip import Baresip
from tests.live.harness.centre import MUSIC_HZ, Centre
from tests.live.harness.handset import Handset
from tests.live.harness.kamailio import Kamailio
from tests.live.harness.needs import needs_baresip, needs_kamailio, needs_sipp
from tests.live.harness.sipp import Sipp
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_kamailio]

DID = "+381114000700"
PASSWORD = "a-carriers-secret"


@needs_baresip
async def test_phones_behind_an_edge_register_and_call_through_it_both_ways(
    centre: Centre, tmp_path: Path, tones: dict[str, Path]
) -> None:
    ana, boris = await centre.put_agent("ana", "1001"), await centre.put_agent("boris", "1002")
    edge = Kamailio("edge", tmp_path / "edge", centrala=f"sip:{centre.sip}")
    async with edge, Handset(edge.address, user="1002", password=boris) as caller:
        phone = Baresip(
            tmp_path / "ana", user="1001", password=ana, tone=tones["agent"], switch=centre.sip, outbound=edge.address
        )
        async with phone:
            await phone.registered()
            calling = asyncio.create_task(caller.invite("1001"))
            await phone.wait_for("CALL_INCOMING")
            await phone.accept()
            assert (await calling).status == 200
            assert_tone(await caller.voice.hear(1.0), 1000)
            assert_tone(await phone.hear(1.0), 440)
            await caller.hold()
            await caller.resume()
            await caller.bye()
            await phone.wait_for("CALL_CLOSED")
    (cdr,) = await centre.cdrs()
    assert cdr["cause"] == "normal"
    steps = (await centre.get(f"/calls/{cdr['id']}/ladder"))["steps"]
    assert {step["source"] for step in steps} == {edge.address, "centrala"}
    assert {step["destination"] for step in steps} == {edge.address, "centrala"}


async def registered(centre: Centre, carrier: Kamailio) -> None:
    """Declare the carrier as a trunk that registers, and wait until it has."""
    await centre.put(
        "/trunks/carrier",
        {"address": carrier.address, "username": "centre", "password": PASSWORD, "register": True, "numbers": [DID]},
    )
    await eventually(
        lambda: centre.get("/trunks/carrier/live"),
        lambda live: (live["state"], live["registered"]) == ("up", True),
        within_s=10,
        what="the trunk registered",
    )


async def test_a_carrier_brings_calls_to_where_we_registered(centre: Centre, tmp_path: Path) -> None:
    await centre.put(f"/routes/{DID}", {"target": "music"})
    async with Handset("127.0.0.1:9", user="+381641234567") as network:
        at = "{}:{}".format(*network.address)
        async with Kamailio(
            "carrier", tmp_path / "carrier", account="centre", password=PASSWORD, network=f"sip:{at}"
        ) as carrier:
            await registered(centre, carrier)
            network.call_by(carrier.address)
            assert (await network.invite(DID)).status == 200
            assert_tone(await network.voice.hear(1.0), MUSIC_HZ)
            await network.bye()
    (cdr,) = await centre.cdrs(trunk="carrier")
    assert (cdr["number"], cdr["caller"]) == (DID, "+381641234567")


@needs_sipp
async def test_a_carrier_takes_our_calls_once_they_are_proven(centre: Centre, tmp_path: Path) -> None:
    password = await centre.put_agent("ana", "1001")
    network = Sipp("uas_agent", tmp_path)
    await network.start(centre.sip, calls=1)
    try:
        async with (
            Kamailio(
                "carrier", tmp_path / "carrier", account="centre", password=PASSWORD, network=f"sip:{network.address}"
            ) as carrier,
            Handset(centre.sip, user="1001", password=password) as phone,
        ):
            await registered(centre, carrier)
            await centre.put("/routes/0.", {"target": "trunk:carrier"})
            assert (await phone.invite("0112223333")).status == 200
            await phone.bye()
            assert (await network.figures(within_s=5)).successful == 1, network.trouble()
    finally:
        await network.stop()
    (cdr,) = await centre.cdrs(trunk="carrier")
    steps = (await centre.get(f"/calls/{cdr['id']}/ladder"))["steps"]
    assert [step["status"] for step in steps if step["status"] == 407] == [407]
