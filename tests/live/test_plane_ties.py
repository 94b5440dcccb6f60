"""Legs of two worker processes that hear each other."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from pbx.media import dtmf, tone
from pbx.media.g711 import PCMA, PCMU
from pbx.media.tune import RINGBACK_HZ
from tests.live.plane.house import LEGS, House


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
async def house(clips: Path) -> AsyncIterator[House]:
    async with House(clips, workers=2) as house:
        yield house


def unix_sockets(pid: int) -> int:
    """How many sockets of this machine's own kind a process holds."""
    known = {line.split()[6] for line in Path("/proc/net/unix").read_text().splitlines()[1:]}
    links = [os.readlink(entry.path) for entry in os.scandir(f"/proc/{pid}/fd") if os.path.lexists(entry.path)]
    return sum(link.removeprefix("socket:[").removesuffix("]") in known for link in links)


@pytest.mark.parametrize("laws", [(PCMU, PCMU), (PCMA, PCMA), (PCMU, PCMA)])
async def test_legs_of_two_workers_hear_each_other(house: House, laws: tuple[int, int]) -> None:
    caller, agent, caller_port, agent_port = await house.pair(*[await house.phone(law) for law in laws], near=None)
    house.plane.bridge(*LEGS)
    await house.all_in_force()
    caller.speak(caller_port, 440.0)
    agent.speak(agent_port, 1000.0)

    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)
    assert house.plane.ports_in_use() == 2


async def test_a_digit_crosses_and_is_told_once(house: House) -> None:
    phones = await house.phone(dtmf_type=97), await house.phone(dtmf_type=96)
    caller, agent, port, _ = await house.pair(*phones, near=None)
    house.plane.bridge(*LEGS)
    await house.all_in_force()
    caller.speak(port, 440.0, 2)
    press = list(dtmf.press("7", 100))
    began = caller.timestamp
    for event in press:
        caller.timestamp = began
        caller.send(port, dtmf.build(event), kind=97)
    heard = await agent.hear(2 + len(press))
    await house.all_in_force()

    assert house.listener.digits == [("caller", "7", 100)]
    assert [dtmf.parse(packet.payload) for packet in heard[2:]] == press
    assert {packet.payload_type for packet in heard[2:]} == {96}


async def test_a_held_caller_hears_music_and_then_the_far_agent_again(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair(near=None)
    house.plane.bridge(*LEGS)
    await house.all_in_force()
    agent.speak(agent_port, 1000.0, 2)
    before = await caller.hear(2)
    house.plane.play("caller", ("ringback",), loop=True)
    music = await caller.hear(10)
    caller.speak(caller_port, 440.0)
    assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
    house.plane.bridge(*LEGS)
    await house.all_in_force()
    agent.speak(agent_port, 1000.0)
    heard = before + music + await caller.hear(10)

    assert tone.holds_tone(caller.samples(music[:10]), RINGBACK_HZ)
    assert tone.holds_tone(caller.samples(heard[-10:]), 1000.0)
    assert {(b.sequence - a.sequence) & 0xFFFF for a, b in pairwise(heard)} == {1}


async def test_silence_parts_both_sides(house: House) -> None:
    caller, agent, caller_port, agent_port = await house.pair(near=None)
    house.plane.bridge(*LEGS)
    await house.all_in_force()
    caller.speak(caller_port, 440.0, 1)
    await agent.hear(1)
    house.plane.silence("agent")
    await house.all_in_force()
    caller.speak(caller_port, 440.0, 2)
    agent.speak(agent_port, 1000.0, 2)
    for _ in range(2):
        await house.all_in_force()
    received = [(await house.listener.figures(house.plane, leg)).packets_received for leg in LEGS]

    assert received == [3, 2]
    assert (caller.heard, agent.heard) == ([], [])


async def test_when_one_worker_dies_the_leg_of_the_other_lives_on(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    caller, _, caller_port, _ = await house.pair(near=None)
    house.plane.bridge(*LEGS)
    await house.all_in_force()
    caller_worker, agent_worker = house.plane.worker_pids
    os.kill(agent_worker, signal.SIGKILL)
    await house.listener.until(lambda: bool(house.listener.stats))
    caller.speak(caller_port, 440.0, 3)
    house.plane.echo("caller")
    await house.in_force()
    caller.speak(caller_port, 1000.0)

    assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)
    assert [stats.leg for stats in house.listener.stats] == ["agent"]
    assert caller_worker in house.plane.worker_pids


async def test_lines_between_workers_are_closed_with_their_calls(house: House) -> None:
    def sockets() -> list[int]:
        return [unix_sockets(pid) for pid in (os.getpid(), *house.plane.worker_pids)]

    await house.pair(near=None)
    await house.all_in_force()
    before = sockets()
    for _ in range(20):
        house.plane.bridge(*LEGS)
    await house.all_in_force()
    during = sockets()
    house.plane.silence("caller")
    await house.all_in_force()

    assert [count - less for count, less in zip(during, before, strict=True)] == [0, 1, 1]
    assert sockets() == before
