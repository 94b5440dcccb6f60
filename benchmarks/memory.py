"""What memory a call takes: ``python benchmarks/memory.py [--calls 500]``.

The worker: its resident memory before and after so many calls, two legs each, were opened, connected and bridged, and
a second of audio was relayed for each. The switch: the resident memory of a whole centre's main process, after as many
short calls have warmed it, and while so many more are in progress, their SIP messages and explanations kept.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import NamedTuple

from _audio import HOST, PORTS, Generator, Listener
from _centre import FIRST, Centre
from _cpu import alone, pinned, two_cores
from _load import Load, Order
from pbx.plane.local import LocalPlane
from pbx.plane.protocol import RemoteMedia

RATE = 50.0
WINDOW_S = 1.0


class Resident(NamedTuple):
    """Memory in use, in kB."""

    main: float
    workers: float

    def grown(self, before: Resident, calls: int) -> Resident:
        """By a call."""
        return Resident((self.main - before.main) / calls, (self.workers - before.workers) / calls)


def resident_kb(pid: int) -> int:
    """What a process has in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


async def measure_worker(calls: int, clips: Path) -> float:
    """kB a call, with audio."""
    generator = Generator(2 * calls, 1)
    plane = LocalPlane(PORTS, 1, clips)
    await plane.start(Listener())
    before = resident_kb(plane.worker_pids[0])
    ports = []
    for i, port in enumerate(generator.ports):
        leg, near = f"leg{i}", f"leg{i - i % 2}"
        ports.append(plane.open(leg, near=near).port)
        plane.connect(leg, RemoteMedia(HOST, port, port + 1, 0))
        if i % 2:
            plane.bridge(near, leg)
    await asyncio.sleep(0.5)
    await asyncio.to_thread(generator.run, ports, plane.worker_pids[0])
    after = resident_kb(plane.worker_pids[0])
    await plane.stop()
    return (after - before) / calls


def measure_centre(calls: int) -> Resident:
    """kB a call without audio, of the main process and its worker."""
    cores = two_cores() or (None, None)
    with Centre(cores[0]) as centre, pinned(cores[1]), Load(centre.sip) as load:
        phones, ramp_s = 50, calls / RATE
        centre.seat(phones, load.phones)
        marks: list[Resident] = []

        def mark() -> None:
            main, *workers = centre.household.pids
            marks.append(Resident(resident_kb(main), sum(map(resident_kb, workers))))

        load.run(Order(RATE, 0.5, FIRST, ramp_s, WINDOW_S, phones), mark)
        centre.wait_quiet()
        mark()
        idle = marks[-1]
        marks.clear()
        result = load.run(Order(RATE, ramp_s + WINDOW_S, FIRST, ramp_s, WINDOW_S, phones), mark)
        if result.failures:
            raise RuntimeError(f"calls failed: {result.failures}")
        centre.wait_quiet()
    return marks[0].grown(idle, calls)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=500)
    calls = parser.parse_args().calls
    with alone(), tempfile.TemporaryDirectory() as folder:
        worker = asyncio.run(measure_worker(calls, Path(folder)))
        centre = measure_centre(calls)
    print(f"worker, relaying {calls} calls: {worker:.1f} kB a call")
    print(f"switch, {calls} calls in progress: {centre.main:.1f} kB a call, and {centre.workers:.1f} kB in its worker")
    print(f"together: {worker + centre.main:.1f} kB a call")


if __name__ == "__main__":
    main()
