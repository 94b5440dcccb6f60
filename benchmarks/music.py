"""What music costs: ``python benchmarks/music.py [--callers 300] [--seconds 4] [--rounds 3]``.

So many callers of one media worker hear music: 50 packets of 20 ms a second and caller. Each of them has been heard
once, as every phone is that has dialled, so the worker knows where to send.
The floor is a process that only sends: the same packets, prepared beforehand, over connected sockets, in one burst each
20 ms; what it takes is the kernel's price for handing a datagram to somebody on this machine. Both take their turns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from socket import socket
from statistics import median
from time import monotonic, sleep

from _audio import HOST, OCTETS, PERIOD_S, PORTS, Listener, measured_core, phone_socket
from _cpu import alone, cpu_s
from pbx.media.g711 import FRAME
from pbx.media.rtp import Packet, build
from pbx.plane.local import LocalPlane
from pbx.plane.protocol import RemoteMedia

SETTLE_S = 1.0


def burst(ports: list[int]) -> None:
    """The floor: send each port a packet each 20 ms until killed."""
    sends = []
    for port in ports:
        sock = phone_socket()
        sock.connect((HOST, port))
        sends.append((sock, sock.send))
    packet = bytes(OCTETS)
    due = monotonic()
    while True:
        for _, send in sends:
            send(packet)
        due += PERIOD_S
        sleep(max(0.0, due - monotonic()))


async def watched(pid: int, seconds: int, rate: float) -> list[float]:
    """CPU seconds a packet of a process, for each second."""
    await asyncio.sleep(SETTLE_S)
    marks = [(monotonic(), cpu_s(pid))]
    for _ in range(seconds):
        await asyncio.sleep(1.0)
        marks.append((monotonic(), cpu_s(pid)))
    return [(b[1] - a[1]) / (b[0] - a[0]) / rate for a, b in pairwise(marks)]


@contextmanager
def floor_to(ports: list[int]) -> Iterator[int]:
    """The process that only sends."""
    with measured_core():
        process = subprocess.Popen([sys.executable, __file__, "--burst", json.dumps(ports)])
    with process:
        yield process.pid
        process.kill()


async def measure_music(phones: list[socket], seconds: int, clips: Path) -> list[float]:
    with measured_core():
        plane = LocalPlane(PORTS, 1, clips)
        await plane.start(Listener())
    hello = build(Packet(0, 0, 0, 1, bytes(FRAME)))
    here = []
    for i, phone in enumerate(phones):
        port = phone.getsockname()[1]
        here.append(plane.open(f"leg{i}").port)
        plane.connect(f"leg{i}", RemoteMedia(HOST, port, port + 1, 0))
        plane.play(f"leg{i}", ("music",), loop=True)
    await asyncio.sleep(SETTLE_S)
    for phone, port in zip(phones, here, strict=True):
        phone.sendto(hello, (HOST, port))
    spent = await watched(plane.worker_pids[0], seconds, len(phones) / PERIOD_S)
    await plane.stop()
    return spent


async def measure(callers: int, seconds: int, rounds: int, clips: Path) -> None:
    phones = [phone_socket() for _ in range(callers)]  # nobody listens: what comes is dropped when their room is full
    ports = [phone.getsockname()[1] for phone in phones]
    floor: list[float] = []
    music: list[float] = []
    for _ in range(rounds):
        with floor_to(ports) as pid:
            floor += await watched(pid, seconds, callers / PERIOD_S)
        music += await measure_music(phones, seconds, clips)
    for name, spent in (("floor", floor), ("music", music)):
        cost = median(spent)
        print(
            f"{name}: {cost * 1e6:.2f} us CPU a packet ({cost / median(floor):.2f} times the floor), "
            f"{cost * callers / PERIOD_S:.1%} of a core for {callers} callers"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--callers", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=4, help="of each turn")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--burst", type=json.loads, metavar="PORTS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.burst is not None:
        burst(options.burst)
    else:
        with alone(), tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(options.callers, options.seconds, options.rounds, Path(folder)))


if __name__ == "__main__":
    main()
