"""A caller's line goes dead: it is noticed, told, ended, and written down."""

from __future__ import annotations

import asyncio

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.centre import Centre, Json
from tests.live.harness.floor import Floor
from tests.live.harness.needs import needs_baresip
from tests.live.harness.waiting import eventually

pytestmark = [pytest.mark.live, needs_baresip]


@pytest.fixture
def settings() -> dict[str, str]:
    """All of it sooner than people would want it."""
    return {"audio_measure_s": "0.4", "one_way_s": "0.8", "rtp_timeout_s": "2.4"}


async def troubles(centre: Centre) -> list[str]:
    """What is wrong with the audio of the one call."""
    calls: list[Json] = (await centre.get("/calls"))["items"]
    return [one["trouble"] for call in calls for one in call["troubles"]]


async def test_a_caller_whose_line_goes_dead_is_noticed_and_ended(floor: Floor) -> None:
    centre = floor.centre
    ana, caller = await floor.seat("ana", "1001"), await floor.handset()
    assert (await caller.invite("700")).status == 200
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    assert_tone(await caller.voice.hear(1.0), 1000)
    assert_tone(await ana.hear(0.5), 440)
    await caller.voice.quiet()
    await eventually(lambda: troubles(centre), lambda now: now == ["one_way"], within_s=5, what="one-way audio")
    async with asyncio.timeout(10):
        await caller.ended.wait()
    await ana.wait_for("CALL_CLOSED")

    (cdr,) = await centre.cdrs(trouble="no_audio")
    legs = {leg["party"]: leg for leg in cdr["legs"]}
    assert (cdr["cause"], cdr["ended_by"], cdr["troubles"]) == ("no_audio", "switch", "one_way no_audio")
    assert legs["1090"]["troubles"] == ["one_way", "no_audio"]
    assert (legs["1001"]["troubles"], legs["1001"]["cause"]) == ([], "normal")
    assert all(leg["mos_mean"] > 4 for leg in cdr["legs"])
    assert cdr["mos_worst"] <= cdr["mos_mean"]
    figures = (await centre.api.get(f"http://{centre.http}/metrics")).text
    assert 'centrala_audio_troubles_total{trouble="no_audio"} 1.0' in figures
    assert "centrala_audio_mos_count" in figures
