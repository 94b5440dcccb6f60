"""Calls parked and fetched, and picked up where they ring, with real phones."""

from __future__ import annotations

import asyncio

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.centre import MUSIC_HZ
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip
from tests.live.test_transferring import AGENT_HZ, CALLER_HZ, talking

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip]


async def test_a_call_is_parked_over_http_and_fetched_by_dialling_the_slot(floor: Floor) -> None:
    ana, boris, caller, call = await talking(floor)
    parked = (await floor.centre.api.post(f"/calls/{call}/park")).json()
    await ana.wait_for("CALL_CLOSED")
    assert_tone(await caller.voice.hear(1.0), MUSIC_HZ)
    shown = await floor.centre.get(f"/calls/{call}")
    assert (shown["state"], shown["slot"]) == ("parked", parked["slot"])
    await boris.dial(parked["slot"])
    assert_tone(await boris.hear(1.0), CALLER_HZ)
    assert_tone(await caller.voice.hear(1.0), AGENT_HZ)
    await caller.bye()
    await boris.wait_for("CALL_CLOSED")
    await floor.centre.quiet()
    [cdr] = await floor.centre.cdrs()
    assert (cdr["id"], cdr["queue"], cdr["agent"]) == (call, "support", "boris")


async def test_a_phone_parks_by_transfer_and_the_call_is_fetched_over_http(floor: Floor) -> None:
    await floor.centre.put("/routes/*68", {"target": "park"})
    ana, boris, caller, call = await talking(floor)
    await ana.command("transfer", f"sip:*68@{floor.centre.sip}")
    await ana.wait_for("CALL_CLOSED")
    slot = (await floor.centre.get(f"/calls/{call}"))["slot"]
    answer = await floor.centre.api.post("/calls", json={"from": "boris", "to": slot})
    assert answer.status_code == 201
    await boris.wait_for("CALL_INCOMING")
    await boris.accept()
    assert_tone(await caller.voice.hear(1.0), AGENT_HZ)
    await boris.hangup()
    await asyncio.wait_for(caller.ended.wait(), 5)


async def test_a_colleague_picks_up_a_call_that_rings(floor: Floor) -> None:
    await floor.centre.put("/routes/*8.", {"target": "pickup"})
    ana, boris = await floor.seat("ana", "1001"), await floor.seat("boris", "1002")
    caller = await floor.handset()
    calling = asyncio.create_task(caller.invite("1001"))
    await ana.wait_for("CALL_INCOMING")
    await boris.dial("*81001")
    assert (await calling).status == 200
    await ana.wait_for("CALL_CLOSED")
    assert_tone(await boris.hear(1.0), CALLER_HZ)
    await caller.bye()
    await boris.wait_for("CALL_CLOSED")
