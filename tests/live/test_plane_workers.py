"""The worker processes of the local plane: their ports, their lives, and their deaths."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvloop

from pbx.media import tone
from pbx.media.g711 import Samples
from pbx.media.tune import RINGBACK_HZ
from pbx.plane import control
from pbx.plane.local import LocalPlane
from pbx.plane.protocol import PlaneFull
from tests.live.plane.house import LEGS, PORTS, House
from tests.live.plane.phone import HOST, PATIENCE_S


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture
async def house(clips: Path) -> AsyncIterator[House]:
    async with House(clips) as house:
        yield house


async def test_ports_are_given_back_and_serve_again(clips: Path) -> None:
    async with House(clips, pairs=2) as house:
        for i in range(3):
            phone = await house.phone()
            legs = f"caller{i}", f"agent{i}"
            port = house.plane.open(legs[0])
            house.plane.connect(legs[0], phone.media())
            house.plane.echo(legs[0])
            await house.in_force()
            assert {port.port, house.plane.open(legs[1]).port} == {PORTS, PORTS + 2}
            with pytest.raises(PlaneFull, match="all 2 port pairs are taken"):
                house.plane.open("third")
            phone.speak(port, 440.0, 3)
            assert len(await phone.hear(3)) == 3
            for leg in legs:
                await house.listener.figures(house.plane, leg)
        assert house.plane.ports_in_use() == 0


async def test_a_taken_port_costs_its_leg_the_audio_and_nothing_else(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other_program:
        other_program.bind((HOST, PORTS + 1))
        port = house.plane.open("caller")
        stats = await house.listener.figures(house.plane, "caller")

    assert port.port == PORTS
    assert (stats.leg, stats.packets_received) == ("caller", 0)
    assert f"media ports {PORTS}-{PORTS + 1} cannot be used" in caplog.text


async def test_a_leg_is_told_closed_once_however_often_it_is_closed(house: House) -> None:
    house.plane.open("caller")
    house.plane.close("caller")
    house.plane.close("caller")
    await house.listener.figures(house.plane, "caller")
    house.plane.open("agent")
    await house.listener.figures(house.plane, "agent")

    assert [stats.leg for stats in house.listener.stats] == ["caller", "agent"]


async def test_when_a_worker_dies_its_legs_end_and_another_serves(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    await house.pair()
    (pid,) = house.plane.worker_pids
    os.kill(pid, signal.SIGKILL)
    await house.listener.until(lambda: len(house.listener.stats) == 2)
    assert house.plane.ports_in_use() == 0
    await house.plane_serves()
    phone = await house.phone()
    port = house.plane.open("next")
    house.plane.connect("next", phone.media())
    house.plane.play("next", ("ringback",), loop=True)

    assert port.port not in (PORTS, PORTS + 2)
    assert tone.holds_tone(phone.samples(await phone.hear(10)), RINGBACK_HZ)
    assert sorted(stats.leg for stats in house.listener.stats) == ["agent", "caller"]
    assert house.plane.worker_pids != (pid,)


async def test_a_stopped_plane_leaves_no_process_and_no_socket(clips: Path) -> None:
    before = set(os.listdir("/proc/self/fd"))
    async with House(clips, workers=2) as house:
        pids = house.plane.worker_pids
        house.plane.open("caller")

    assert len(pids) == 2
    assert not {str(pid) for pid in pids} & set(os.listdir("/proc"))
    assert len(set(os.listdir("/proc/self/fd"))) == len(before)
    assert [stats.leg for stats in house.listener.stats] == ["caller"]


async def test_the_plane_runs_on_uvloop(clips: Path) -> None:
    async def scenario() -> Samples:
        async with House(clips) as house:
            caller, agent, port, _ = await house.pair()
            house.plane.bridge(*LEGS)
            await house.in_force()
            caller.speak(port, 440.0)
            return agent.samples(await agent.hear(10))

    assert tone.holds_tone(await asyncio.to_thread(uvloop.run, scenario()), 440.0)


def test_a_worker_outlives_signals_and_ends_with_its_switch(clips: Path) -> None:
    ours, theirs = socket.socketpair()
    fd = theirs.fileno()
    command = [sys.executable, "-m", "pbx.plane.worker", str(fd), str(clips), "5.0"]
    with ours, subprocess.Popen(command, pass_fds=(fd,), stderr=subprocess.PIPE) as worker:
        theirs.close()
        reader = control.report_reader()
        ours.settimeout(PATIENCE_S)
        assert reader.feed(ours.recv(4096))[0] == control.Ready()
        worker.send_signal(signal.SIGINT)
        worker.send_signal(signal.SIGTERM)
        farewell: list[control.Command] = [control.Close("nobody")]
        ours.sendall(control.frame(farewell))
        assert reader.feed(ours.recv(4096)) == [control.Closed(control.no_audio("nobody"))]
        ours.close()
        assert worker.wait(PATIENCE_S) == 0
        assert worker.stderr is not None
        assert worker.stderr.read() == b""


@pytest.mark.parametrize(("ports", "workers"), [((10000, 10001), 1), ((10000, 10005), 4), ((0, 100), 1), ((9, 8), 1)])
def test_a_range_that_is_too_small_is_refused(ports: tuple[int, int], workers: int) -> None:
    with pytest.raises(ValueError, match="media ports"):
        LocalPlane(ports, workers, Path("clips"))
