"""Audio over IPv4 and IPv6 in one plane: real worker processes, real sockets."""

from __future__ import annotations

from pathlib import Path

import pytest

from pbx.media import tone
from tests.live.plane.house import LEGS, House

V6 = "::1"


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.mark.parametrize(("workers", "near"), [(1, "caller"), (2, None)], ids=["one worker", "tied workers"])
async def test_phones_of_two_families_hear_each_other(clips: Path, workers: int, near: str | None) -> None:
    async with House(clips, workers=workers) as house:
        phones = await house.phone(host=V6), await house.phone()
        caller, agent, caller_port, agent_port = await house.pair(*phones, near=near)
        house.plane.bridge(*LEGS)
        await house.all_in_force()
        caller.speak(caller_port, 440.0)
        agent.speak(agent_port, 1000.0)

        assert (caller_port.host, agent_port.host) == (V6, "127.0.0.1")
        assert tone.holds_tone(agent.samples(await agent.hear(10)), 440.0)
        assert tone.holds_tone(caller.samples(await caller.hear(10)), 1000.0)
        assert (await house.listener.figures(house.plane, "caller")).source == caller.address


async def test_of_several_ports_the_one_that_the_far_side_was_told_is_heard(clips: Path) -> None:
    async with House(clips) as house:
        four, six = await house.phone(), await house.phone(host=V6)
        ports = {host: house.plane.open("caller", host=host) for host in ("127.0.0.1", V6)}
        assert house.plane.open("caller", host=V6) == ports[V6]
        assert house.plane.ports_in_use() == 2
        house.plane.echo("caller")
        for phone, other in ((four, six), (six, four), (four, six)):
            house.plane.connect("caller", phone.media(), host=phone.host)
            await house.in_force()
            other.speak(ports[other.host], 1000.0, 2)
            await house.taken_in(2)
            phone.speak(ports[phone.host], 440.0)
            assert tone.holds_tone(phone.samples(await phone.hear(10)), 440.0)
            assert other.heard == []
        stats = await house.listener.figures(house.plane, "caller")

        assert (stats.packets_received, stats.foreign, stats.garbage) == (30, 0, 0)
        assert house.plane.ports_in_use() == 0


async def test_a_far_side_of_another_family_than_its_port_is_heard_once_it_speaks(clips: Path) -> None:
    async with House(clips) as house:
        phone = await house.phone()
        port = house.plane.open("caller")
        six = (await house.phone(host=V6)).media()
        house.plane.connect("caller", six)
        house.plane.play("caller", ("music",), loop=True)
        await house.in_force()
        phone.speak(port, 440.0, 1)

        assert len(await phone.hear(5)) >= 5


async def test_a_port_serves_one_family_after_the_other(clips: Path) -> None:
    async with House(clips, pairs=3) as house:
        for host in (V6, "127.0.0.1") * 3:
            phone = await house.phone(host=host)
            port = house.plane.open("caller", host=host)
            house.plane.connect("caller", phone.media())
            house.plane.echo("caller")
            await house.in_force()
            phone.speak(port, 440.0, 2)
            assert len(await phone.hear(2)) == 2
            await house.listener.figures(house.plane, "caller")
            house.listener.stats.clear()
