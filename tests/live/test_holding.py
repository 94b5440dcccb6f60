"""Hold and resume, by the phone's key and over HTTP, and what is heard meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from tests.live.harness.audio import assert_tone
from tests.live.harness.baresip import Baresip
from tests.live.harness.centre import MUSIC_HZ
from tests.live.harness.floor import Floor
from tests.live.harness.handset import Handset
from tests.live.harness.needs import needs_baresip

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_baresip]

AGENT_HZ, CALLER_HZ = 1000, 440


async def talking(floor: Floor) -> tuple[Baresip, Handset]:
    """Ana and a caller of the queue, who talk."""
    ana, caller = await floor.seat("ana", "1001"), await floor.handset()
    assert (await caller.invite("700")).status == 200
    await ana.wait_for("CALL_INCOMING")
    await ana.accept()
    assert_tone(await caller.voice.hear(1.0), AGENT_HZ)
    return ana, caller


async def test_a_caller_holds_and_the_agent_hears_music_until_she_is_taken_back(floor: Floor) -> None:
    ana, caller = await talking(floor)
    await caller.hold()
    assert_tone(await ana.hear(1.0), MUSIC_HZ)
    await floor.centre.agent_state("ana", "held")
    await caller.resume()
    assert_tone(await ana.hear(1.0), CALLER_HZ)
    assert_tone(await caller.voice.hear(1.0), AGENT_HZ)
    await floor.centre.agent_state("ana", "talking")
    await caller.bye()
    await ana.wait_for("CALL_CLOSED")


async def test_an_agent_holds_and_the_caller_hears_music_until_taken_back(floor: Floor) -> None:
    ana, caller = await talking(floor)
    await ana.hold()
    await floor.centre.agent_state("ana", "held")
    assert_tone(await caller.voice.hear(1.0), MUSIC_HZ)
    await ana.resume()
    await floor.centre.agent_state("ana", "talking")
    assert_tone(await caller.voice.hear(1.0), AGENT_HZ)
    await ana.hangup()
    await asyncio.wait_for(caller.ended.wait(), 5)


async def test_a_call_is_held_and_taken_back_over_http(floor: Floor) -> None:
    ana, caller = await talking(floor)
    [call] = (await floor.centre.get("/calls"))["items"]
    assert (await floor.centre.api.post(f"/calls/{call['id']}/hold")).status_code == 204
    assert_tone(await caller.voice.hear(1.0), MUSIC_HZ)
    assert (await floor.centre.get(f"/calls/{call['id']}"))["state"] == "held"
    assert (await floor.centre.api.post(f"/calls/{call['id']}/resume")).status_code == 204
    assert_tone(await caller.voice.hear(1.0), AGENT_HZ)
    await caller.bye()
    await ana.wait_for("CALL_CLOSED")
