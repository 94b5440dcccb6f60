"""Busy lamps: watched by sipp while baresip phones ring, talk and hang up; and used to pick a call up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.floor import Floor
from tests.live.harness.handset import Handset
from tests.live.harness.needs import needs_baresip, needs_sipp
from tests.live.harness.sipp import Sipp
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip, needs_sipp]

VERA_HZ = 700.0


async def test_a_lamp_follows_a_call_through_the_queue(floor: Floor, tmp_path: Path) -> None:
    password = await floor.centre.put_agent("vera", "1009")
    rows = tmp_path / "watcher.csv"
    rows.write_text(f"SEQUENTIAL\n1009;[authentication username=1009 password={password}];\n")
    agent, caller = await floor.seat("ana", "1001"), await floor.caller()
    lamp = Sipp("watch", tmp_path)
    await lamp.start(floor.centre.sip, calls=1, number="1001", rows=rows)
    try:
        await eventually(floor.centre.status, lambda now: now["dialogs"] == 1, within_s=5, what="a subscription")
        await caller.dial("700")
        await agent.wait_for("CALL_INCOMING")
        await agent.accept()
        await caller.wait_for("CALL_ESTABLISHED")
        await agent.hangup()
        figures = await lamp.figures(within_s=10)
        assert (figures.successful, figures.failed) == (1, 0), lamp.trouble()
    finally:
        await lamp.stop()


async def test_a_call_is_picked_up_from_the_lamp_that_shows_it(floor: Floor) -> None:
    ana, caller = await floor.seat("ana", "1001"), await floor.caller()
    password = await floor.centre.put_agent("vera", "1009")
    async with Handset(floor.centre.sip, user="1009", password=password, hz=VERA_HZ) as vera:
        assert await vera.watch("1001") == 200
        await caller.dial("1001")
        await ana.wait_for("CALL_INCOMING")
        await eventually(last_told(vera), lambda told: "early" in told, within_s=5, what="a flashing lamp")
        assert (await vera.pick_up("1001")).status == 200
        await caller.wait_for("CALL_ESTABLISHED")
        await ana.wait_for("CALL_CLOSED")
        assert_tone(await caller.hear(1.0), VERA_HZ)
        await vera.bye()
        await caller.wait_for("CALL_CLOSED")


def last_told(watcher: Handset) -> Callable[[], Awaitable[str]]:
    """Asks what a lamp was told last."""

    async def told() -> str:
        return watcher.notified[-1] if watcher.notified else ""

    return told
