"""What survives the end of the program, and how it ends."""

from __future__ import annotations

import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.centre import Centre
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, needs_baresip]

NOUNS = ("/skills", "/agents", "/queues", "/routes", "/sites", "/calendars")


@pytest.mark.shared
@pytest.mark.parametrize("end", [Centre.stop, Centre.kill], ids=["SIGTERM", "kill -9"])
async def test_configuration_registrations_and_records_survive(
    floor: Floor, end: Callable[[Centre], Awaitable[None]]
) -> None:
    centre = floor.centre
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    await caller.hangup()
    await ana.wait_for("CALL_CLOSED")
    records = await centre.cdrs()
    yesterday, today, tomorrow = (datetime.now(UTC) + timedelta(days=ahead) for ahead in (-1, 0, 1))
    await centre.put("/calendars/off", {"holidays": [f"{day:%m-%d}" for day in (yesterday, today, tomorrow)]})
    await centre.put("/queues/night", {"hours": {"calendar": "off"}})
    await centre.put("/sites/nis", {"hours": {"calendar": "off"}, "time_zone": "Europe/Belgrade"})
    night = await centre.get("/queues/night/live")
    configuration = [await centre.get(noun) for noun in NOUNS]

    await end(centre)
    await centre.start()

    assert [await centre.get(noun) for noun in NOUNS] == configuration
    assert await centre.cdrs() == records
    assert (await centre.get("/queues/night/live"), night["open"]) == (night, False)
    # Neither phone registers again within this minute: the switch must remember where they live.
    await centre.agents_available("support", 1)
    await caller.dial("700")
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    assert_tone(await caller.hear(1.0), 1000)
    await caller.hangup()


async def test_sigterm_lets_a_running_call_finish_and_takes_no_new_one(floor: Floor) -> None:
    centre = floor.centre
    ana, caller, late = await floor.seat("ana", "1001"), await floor.handset(), await floor.handset()
    assert (await caller.invite("700")).status == 200
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()

    centre.program.send_signal(signal.SIGTERM)
    await eventually(lambda: _ready(centre), lambda ready: not ready, within_s=5, what="the centre draining")

    assert (await late.invite("700")).status == 503
    assert_tone(await caller.voice.hear(1.0), 1000)
    await caller.bye()
    await ana.wait_for("CALL_CLOSED")
    assert await centre.program.wait(within_s=10) == 0


async def test_sigterm_ends_an_idle_centre_at_once(centre: Centre) -> None:
    assert await centre.program.end(signal.SIGTERM, within_s=5) == 0


async def _ready(centre: Centre) -> bool:
    try:
        return (await centre.api.get(f"http://{centre.http}/readyz")).status_code == 200
    except httpx.TransportError:
        return False
