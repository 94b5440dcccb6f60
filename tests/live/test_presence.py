"""A busy lamp, watched by sipp while baresip phones ring, talk and hang up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip, needs_sipp
from tests.live.harness.sipp import Sipp
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, needs_baresip, needs_sipp]


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
