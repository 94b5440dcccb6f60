"""A caller who asks to be called back keeps its place: three real phones, and the router's journal between them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip]


async def test_a_callback_survives_a_kill_is_served_before_who_came_later_and_both_are_heard(floor: Floor) -> None:
    centre = floor.centre
    await centre.put("/routes/680", {"target": "callback:support"})
    ana, customer, later = await floor.seat("ana", "1001"), await floor.caller(), await floor.handset()
    await centre.set_status("ana", "break")
    await customer.dial("680")
    await customer.wait_for("CALL_CLOSED")
    [asked] = (await centre.get("/callbacks"))["items"]
    assert (asked["number"], asked["state"], asked["attempts"]) == ("1090", "waiting", 0)

    await centre.kill()
    await centre.start()

    assert (await centre.get("/agents/ana/live"))["status"] == "break"
    assert (await later.invite("700")).status == 200
    await centre.queue_waiting("support", 2)
    await centre.set_status("ana", "available")
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    await customer.wait_for("CALL_INCOMING")
    await customer.accept()
    assert_tone(await customer.hear(0.5), 1000)
    assert_tone(await ana.hear(0.5), 440)
    assert (await centre.get("/queues/support/live"))["waiting"] == 1

    await customer.hangup()
    await ana.wait_for("CALL_INCOMING")
    await later.bye()

    async def called() -> dict[str, Any]:
        return await centre.get(f"/callbacks/{asked['id']}")

    done = await eventually(called, lambda one: bool(one["done"]), within_s=5, what="the callback done")
    assert (done["result"], done["attempts"]) == ("answered", 1)
    assert (await centre.get(f"/calls/{asked['id']}/why"))["offers"][0]["agent"] == "ana"

    await floor.set_queue(callback={"first": "customer"})
    await customer.dial("680")
    await customer.wait_for("CALL_CLOSED")
    await customer.wait_for("CALL_INCOMING")
    assert (await centre.get("/agents/ana/live"))["state"] == "ringing"
    await customer.accept()
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    assert_tone(await customer.hear(0.5), 1000)
    assert_tone(await ana.hear(0.5), 440)
