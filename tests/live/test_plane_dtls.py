"""Audio secured by a handshake, its way checked by ICE: against aiortc, as who offers and as who answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pbx.call.audio import LegAudio, Terms
from pbx.media import tone
from pbx.sdp.security import Security
from tests.live.plane.browser import Browser
from tests.live.plane.chromium import EXECUTABLE, ChromiumPeer, chromium_page
from tests.live.plane.house import House
from tests.live.plane.phone import HOST

CALLER_HZ, AGENT_HZ = 440.0, 1000.0


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda use_ipv4, use_ipv6: [HOST])
    async with House(tmp_path) as house:
        yield house


def audio(house: House, leg: str) -> LegAudio:
    """The switch's side of a leg."""
    made = LegAudio(house.plane, leg, 1)
    made.meet(Terms(HOST))
    return made


async def test_browsers_hear_each_other_and_a_digit_is_told(house: House) -> None:
    async with Browser(CALLER_HZ) as caller, Browser(AGENT_HZ) as agent:
        called, calling = audio(house, "agent"), audio(house, "caller")
        calling.take_offer(await caller.offer())
        called.take_answer(await agent.answer(called.offer(security=Security.DTLS)))
        await caller.take_answer(calling.answer())
        house.plane.bridge("caller", "agent")
        by_agent, by_caller = await asyncio.gather(agent.hear(1.0), caller.hear(1.0))

        assert tone.holds_tone(by_agent[4000:], CALLER_HZ)
        assert tone.holds_tone(by_caller[4000:], AGENT_HZ)
        await caller.press("5")
        await house.listener.until(lambda: bool(house.listener.digits))
    figures = [await house.listener.figures(house.plane, leg) for leg in ("caller", "agent")]

    assert [digit for _, digit, _ in house.listener.digits] == ["5"]
    assert house.listener.failures == []
    assert [(one.garbage, one.handshakes_failed) for one in figures] == [(0, 0)] * 2
    assert figures[0].foreign == 0, "the other's first checks may have come before its answer"


@pytest.mark.skipif(not EXECUTABLE.exists(), reason="needs Debian's chromium package")
async def test_a_real_browser_hears_itself_call_itself_and_a_digit_is_told(house: House) -> None:
    async with chromium_page() as page:
        caller, agent = ChromiumPeer(page, CALLER_HZ), ChromiumPeer(page, AGENT_HZ)
        called, calling = audio(house, "agent"), audio(house, "caller")
        calling.take_offer(await caller.offer())
        called.take_answer(await agent.answer(called.offer(security=Security.DTLS)))
        await caller.take_answer(calling.answer())
        house.plane.bridge("caller", "agent")
        await asyncio.gather(caller.hears(AGENT_HZ), agent.hears(CALLER_HZ))
        await caller.press("5")
        await house.listener.until(lambda: bool(house.listener.digits))
        figures = [await house.listener.figures(house.plane, leg) for leg in ("caller", "agent")]

    assert [digit for _, digit, _ in house.listener.digits] == ["5"]
    assert house.listener.failures == []
    assert [(one.garbage, one.handshakes_failed) for one in figures] == [(0, 0)] * 2
    assert figures[0].foreign == 0, "the other's first checks may have come before its answer"
