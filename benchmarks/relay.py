"""What relaying audio costs: ``python benchmarks/relay.py [--calls 500] [--seconds 4] [--rounds 3]``.

One media worker relays the given number of calls, two legs each; a bare epoll loop in Python echoes the same packets
(the floor); and rtpengine relays the same calls in userspace, where it is installed. Each takes its turn for some
seconds, and again, so that better and worse moments of a shared machine fall upon all. The figures are medians over
the seconds, and their ratios are what counts.

Then what a leg costs that is opened, connected and closed without any audio: on ports bound for it, and on warm ones.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import process_time

import _rtpengine
from _audio import HOST, PERIOD_S, PORTS, Generator, Heard, floor, measured_core
from _audio import Listener as Silent
from _cpu import alone, cpu_s
from pbx.plane.book import REST_S
from pbx.plane.local import LocalPlane
from pbx.plane.protocol import MediaStats, RemoteMedia

LEGS = 2000


class Listener(Silent):
    """Knows when the last leg was closed."""

    def __init__(self) -> None:
        self.all_closed = asyncio.Event()
        self._closed = 0

    def closed(self, stats: MediaStats) -> None:
        self._closed += 1
        if self._closed % LEGS == 0:
            self.all_closed.set()


class Measured:
    """What one relay took, over all its turns."""

    def __init__(self, name: str, phones: int) -> None:
        self.name = name
        self._rate = phones / PERIOD_S
        self._spent: list[float] = []
        self._heard: list[Heard] = []

    def add(self, spent: list[float], heard: Heard) -> None:
        """One turn."""
        self._spent += spent
        self._heard.append(heard)

    @property
    def cost_s(self) -> float:
        """CPU seconds a packet."""
        return median(self._spent) / self._rate

    def show(self, floor: Measured) -> None:
        """A line, beside the floor."""
        sent, received = sum(one.sent for one in self._heard), sum(one.received for one in self._heard)
        p50, p99 = (median(getattr(one, name) for one in self._heard) for name in ("p50_ms", "p99_ms"))
        times = self.cost_s / floor.cost_s
        print(
            f"{self.name:>9}: {self.cost_s * 1e6:.2f} us CPU a packet, {times:.2f} times the floor; "
            f"{self.cost_s * self._rate:.0%} of a core at {self._rate:,.0f} packets/s; "
            f"lost {(sent - received) / sent:.4%} of {sent:,}; there in {p50:.2f} ms (p99 {p99:.2f}); "
            f"the generator was {max(one.late_ms for one in self._heard)} ms late at most"
        )


@asynccontextmanager
async def relaying(phones: list[int], clips: Path) -> AsyncIterator[tuple[list[int], int]]:
    """The ports to which phones at these ports speak, each two of them in a call, and the media worker."""
    with measured_core():
        plane = LocalPlane(PORTS, 1, clips)
        await plane.start(Listener())
    ports = []
    for i, port in enumerate(phones):
        leg, near = f"leg{i}", f"leg{i - i % 2}"
        ports.append(plane.open(leg, near=near).port)
        plane.connect(leg, RemoteMedia(HOST, port, port + 1, 0))
        if i % 2:
            plane.bridge(near, leg)
    await asyncio.sleep(0.5)
    yield ports, plane.worker_pids[0]
    await plane.stop()


async def measure_relays(calls: int, seconds: int, rounds: int, clips: Path) -> None:
    floor_, ours, theirs = (Measured(name, 2 * calls) for name in ("floor", "relay", "rtpengine"))
    for _ in range(rounds):
        generator = Generator(2 * calls, seconds)
        with floor(generator.ports) as (ports, pid):
            floor_.add(*await asyncio.to_thread(generator.run, ports, pid))
        generator = Generator(2 * calls, seconds)
        async with relaying(generator.ports, clips) as (ports, pid):
            ours.add(*await asyncio.to_thread(generator.run, ports, pid))
        if _rtpengine.installed():
            generator = Generator(2 * calls, seconds)
            with _rtpengine.rtpengine(generator.ports) as (ports, pid):
                theirs.add(*await asyncio.to_thread(generator.run, ports, pid))
    for one in (floor_, ours, *([theirs] if _rtpengine.installed() else [])):
        one.show(floor_)


async def measure_legs(clips: Path) -> None:
    """Legs that are opened, connected, bridged and closed, 20 in a turn of the loop."""
    plane = LocalPlane(PORTS, 1, clips)
    listener = Listener()
    await plane.start(listener)
    for what in ("bound", "warm"):
        worker, switch = cpu_s(plane.worker_pids[0]), process_time()
        for first in range(0, LEGS, 20):
            legs = [f"{what}{first + i}" for i in range(20)]
            for leg in legs:
                plane.open(leg)
                plane.connect(leg, RemoteMedia(HOST, 9, 9, 0))
            for leg, other in zip(legs[::2], legs[1::2], strict=True):
                plane.bridge(leg, other)
            await asyncio.sleep(0)
            for leg in legs:
                plane.close(leg)
            await asyncio.sleep(0.005)
        await listener.all_closed.wait()
        listener.all_closed.clear()
        worker, switch = cpu_s(plane.worker_pids[0]) - worker, process_time() - switch
        print(f"a leg without audio, ports {what}: {worker / LEGS * 1e6:.0f} us in the worker, ", end="")
        print(f"{switch / LEGS * 1e6:.0f} us in the switch")
        await asyncio.sleep(REST_S)
    await plane.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=4, help="of each turn")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with alone(), tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure_relays(options.calls, options.seconds, options.rounds, Path(folder)))
        asyncio.run(measure_legs(Path(folder)))


if __name__ == "__main__":
    main()
