"""Agents at phones that are not their own, and at work that needs no phone, with real phones about them."""

from __future__ import annotations

import asyncio

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.floor import CALLER, Floor
from tests.live.harness.needs import needs_baresip

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip]


async def test_an_agent_works_at_a_phone_that_is_not_hers_and_callers_who_prefer_her_reach_her_there(
    floor: Floor,
) -> None:
    centre = floor.centre
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    await centre.set_status("ana", "break")
    desk = await floor.colleague("desk", "1005")
    await centre.put("/routes/*74.", {"target": "feature:login-here"})
    mira = {"name": "Mira", "extension": "1006", "password": "secret-1006", "pin": "4711", "skills": {"support": 5}}
    await centre.put("/agents/mira", mira)
    assert (await centre.get("/agents/mira/live"))["unavailable"]["rule"] == "status"

    await desk.dial("*741006")
    await desk.wait_for("CALL_ESTABLISHED")
    for key in "4711#":
        await desk.command("sndcode", key)
    await desk.wait_for("CALL_CLOSED")
    live = await centre.get("/agents/mira/live")
    assert (live["status"], live["phone"], live["reachable"], live["unavailable"]) == ("available", "1005", True, None)

    mail = await centre.post("/work", {"queue": "support", "channel": "email", "subject": "A parcel"})
    mine = "/".join(("/work", mail["id"]))
    assert mail["agents"] == ["mira"]
    await centre.post(f"{mine}/accept", {"agent": "mira"})
    await centre.kill()
    await centre.start()
    assert (await centre.get("/agents/mira/live"))["phone"] == "1005"
    shown = await centre.get(mine)
    assert (shown["state"], shown["agents"], shown["subject"]) == ("connected", ["mira"], "A parcel")

    await caller.dial("700")
    await desk.wait_for("CALL_INCOMING")
    await desk.accept()
    assert_tone(await caller.hear(0.5), 700)
    assert_tone(await desk.hear(0.5), 440)
    assert (await centre.get(mine))["state"] == "suspended"
    await caller.hangup()
    await desk.wait_for("CALL_CLOSED")
    assert (await centre.get(mine))["state"] == "connected"
    assert (await centre.post(f"{mine}/done", {"result": "sent"}))["state"] == "done"

    await desk.dial(CALLER)
    assert "sip:1006@" in str(await caller.wait_for("CALL_INCOMING"))
    await caller.hangup()
    await desk.wait_for("CALL_CLOSED")

    await centre.put("/routes/800", {"target": "agent:mira", "backup": "queue:support", "preferred_s": 1.0})
    await centre.set_status("ana", "available")
    await caller.dial("800")
    await desk.wait_for("CALL_INCOMING")
    [call] = (await centre.get("/calls"))["items"]
    assert (await centre.get(f"/calls/{call['id']}/why"))["preferred"] == ["mira"]
    await desk.hangup()
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    assert_tone(await caller.hear(0.5), 1000)

    await centre.set_status("mira", "break")
    unwanted = await floor.handset()
    assert (await unwanted.invite("700")).status == 200
    await centre.queue_waiting("support", 1)
    [waiting] = [one for one in (await centre.get("/work"))["items"] if one["state"] == "waiting"]
    assert (await centre.api.delete(f"/work/{waiting['id']}")).status_code == 204
    await asyncio.wait_for(unwanted.ended.wait(), 5)
