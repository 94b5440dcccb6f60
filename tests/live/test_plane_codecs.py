"""Every codec through the plane: between each two of them, at all packet times, on one worker and between two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import combinations_with_replacement, product
from pathlib import Path
from typing import NamedTuple

import pytest

from pbx.media.codecs import CODECS
from pbx.plane.protocol import MediaPort
from tests.live.plane.house import House
from tests.live.plane.phone import PATIENCE_S
from tests.live.plane.speaker import Speaker, sounds_like

PAIRS = list(combinations_with_replacement(CODECS, 2))
PACKET_TIMES = ((20, 20), (10, 60), (60, 30), (30, 10))


class Call(NamedTuple):
    """Two phones whose legs are bridged."""

    names: str
    caller: Speaker
    agent: Speaker
    caller_port: MediaPort
    agent_port: MediaPort


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(params=[1, 2], ids=["one worker", "two workers"])
async def house(clips: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    async with House(clips, 100, workers=request.param) as house:
        yield house


async def speaker(house: House, name: str, packet_ms: int = 20) -> Speaker:
    phone = Speaker(name, packet_ms)
    await phone.plug_in()
    house.phones.append(phone)
    return phone


async def call(house: House, number: int, caller: Speaker, agent: Speaker) -> Call:
    """A call whose legs are on a worker each, where there are two."""
    legs = f"caller{number}", f"agent{number}"
    ports = [house.plane.open(leg) for leg in legs]
    for leg, phone in zip(legs, (caller, agent), strict=True):
        house.plane.connect(leg, phone.media())
    house.plane.bridge(*legs)
    names = f"{caller.codec.name} {caller.packet_ms} - {agent.codec.name} {agent.packet_ms}"
    return Call(names, caller, agent, *ports)


async def in_force(house: House) -> None:
    """Wait until the workers of the first call have carried out all; twice, for what one of them sends the other."""
    for leg in ("caller0", "agent0") * 2:
        await house.in_force(leg)


async def heard_all(phone: Speaker, seconds: float, digits: int = 0) -> None:
    """Wait until a phone has heard so much audio, and the ends of so many digits."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            audio = [packet for packet in phone.heard if packet.payload_type == phone.law]
            ms = sum(phone.codec.ticks(packet.payload) for packet in audio) * 1000 / phone.codec.clock_rate
            if ms >= 1000 * seconds and len(phone.digits(phone.heard)) >= digits:
                return
            await asyncio.sleep(0.01)


async def test_tones_and_digits_pass_between_each_two_codecs_at_all_packet_times(house: House) -> None:
    calls = [
        await call(house, number, await speaker(house, one, ms), await speaker(house, other, their_ms))
        for number, ((one, other), (ms, their_ms)) in enumerate(product(PAIRS, PACKET_TIMES))
    ]
    await in_force(house)
    for each in calls:
        each.caller.hum(each.caller_port, 440.0)
        each.agent.hum(each.agent_port, 1000.0)
        each.caller.press(each.caller_port, "7")
        each.agent.press(each.agent_port, "#")
    for each in calls:
        await heard_all(each.caller, 0.5, digits=1)
        await heard_all(each.agent, 0.5, digits=1)

    failed = [
        each.names
        for each in calls
        if not sounds_like(each.agent.samples(each.agent.heard), 440.0)
        or not sounds_like(each.caller.samples(each.caller.heard), 1000.0)
        or (each.agent.digits(each.agent.heard), each.caller.digits(each.caller.heard)) != ("7", "#")
    ]
    assert failed == []
