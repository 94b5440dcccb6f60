"""Calls with linphone: another make of phone, over UDP and TCP, that holds and resumes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.live.harness.audio import assert_tone
from tests.live.harness.floor import Floor
from tests.live.harness.linphone import Linphone
from tests.live.harness.needs import needs_baresip, needs_linphone

pytestmark = [pytest.mark.live, pytest.mark.shared, needs_linphone, needs_baresip]


@pytest_asyncio.fixture(loop_scope="session")
async def ana(request: pytest.FixtureRequest, floor: Floor, tmp_path: Path) -> AsyncIterator[Linphone]:
    """The registered linphone of an agent of the support queue."""
    password = await floor.centre.put_agent("ana", "1001", skills={"support": 5})
    phone = Linphone(
        tmp_path / "linphone",
        user="1001",
        password=password,
        switch=floor.centre.sip,
        transport=getattr(request, "param", "udp"),
    )
    async with phone:
        yield await phone.registered()


@pytest.mark.parametrize("ana", ["udp", "tcp"], indirect=True)
async def test_an_agent_with_a_linphone_takes_a_queue_call_holds_it_and_takes_it_back(
    floor: Floor, ana: Linphone, tones: dict[str, Path]
) -> None:
    await floor.centre.set_status("ana", "available")
    await floor.centre.agents_available("support", 1)
    caller = await floor.handset()
    await caller.invite("700")
    await ana.answer()
    await ana.speak(tones["agent"])
    assert_tone(await caller.voice.hear(1.0), 1000)
    await ana.hold()
    assert_tone(await caller.voice.hear(1.0), 620)
    await ana.resume()
    await ana.speak(tones["agent"])
    assert_tone(await caller.voice.hear(1.0), 1000)
    await ana.hangup()
    await ana.gone()
    (cdr,) = await floor.centre.cdrs()
    assert (cdr["agent"], cdr["disposition"]) == ("ana", "answered")


async def test_a_linphone_gives_a_call_away_without_asking(floor: Floor, ana: Linphone) -> None:
    boris, caller = await floor.seat("boris", "1002"), await floor.handset()
    await asyncio.gather(caller.invite("1001"), ana.answer())
    await ana.transfer("1002")
    await boris.wait_for("CALL_INCOMING")
    await boris.accept()
    await ana.gone()
    assert_tone(await caller.voice.hear(1.0), 1000)
    assert_tone(await boris.hear(1.0), 440)
    await caller.bye()
    (cdr,) = await floor.centre.cdrs()
    assert [leg["party"] for leg in cdr["legs"]] == ["1090", "1001", "1002"]


async def test_a_linphone_asks_before_it_gives_a_call_away(floor: Floor, ana: Linphone) -> None:
    boris, caller = await floor.seat("boris", "1002"), await floor.handset()
    await asyncio.gather(caller.invite("1001"), ana.answer())
    await ana.hold()
    asking = asyncio.create_task(ana.dial("1002"))
    await boris.wait_for("CALL_INCOMING")
    await boris.accept()
    second = await asking
    await ana.transfer(f"#{second}")
    await ana.gone()
    await ana.gone(second)
    assert_tone(await caller.voice.hear(1.0), 1000)
    assert_tone(await boris.hear(1.0), 440)
    await caller.bye()
    await boris.wait_for("CALL_CLOSED")
    await floor.centre.quiet()
