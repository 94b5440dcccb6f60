"""What recording costs: ``python benchmarks/recording.py [--calls 250] [--seconds 5] [--rounds 2]``.

One media worker relays the given number of calls, as in ``relay.py``; then the same calls, each of them recorded,
stereo, to a file of its own; and again. The figure is the ratio of the two, from one run: CPU time of the worker a
packet, recorded over plain. With ``--sealed`` the recordings are encrypted as they are written.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from pathlib import Path
from statistics import median

from _audio import HOST, PERIOD_S, PORTS, Generator, Listener, measured_core
from pbx.plane.local import LocalPlane
from pbx.plane.protocol import RemoteMedia


def emptied(folder: Path) -> int:
    """How many octets the recordings of a folder had, which are gone now."""
    files = list(folder.glob("leg*.wav"))
    written = sum(file.stat().st_size for file in files)
    for file in files:
        file.unlink()
    return written


async def measure(calls: int, seconds: int, folder: Path, *, recorded: bool, sealed: bool) -> float:
    """CPU seconds of the worker a packet."""
    generator = Generator(2 * calls, seconds)
    with measured_core():
        plane = LocalPlane(PORTS, 1, folder)
        await plane.start(Listener())
    ports = []
    for i, port in enumerate(generator.ports):
        leg, near = f"leg{i}", f"leg{i - i % 2}"
        ports.append(plane.open(leg, near=near).port)
        plane.connect(leg, RemoteMedia(HOST, port, port + 1, 0))
        if i % 2:
            plane.bridge(near, leg)
            if recorded:
                plane.record_call(near, str(folder / f"{near}.wav"), key=os.urandom(32) if sealed else None)
    await asyncio.sleep(0.5)
    spent, heard = await asyncio.to_thread(generator.run, ports, plane.worker_pids[0])
    await plane.stop()
    written = await asyncio.to_thread(emptied, folder)
    cost = median(spent) / (2 * calls / PERIOD_S)
    what, lost = "recorded" if recorded else "plain", heard.sent - heard.received
    print(
        f"{what:>8}: {cost * 1e6:.2f} us CPU a packet, lost {lost} of {heard.sent:,}, {written / 1e6:.1f} MB written; "
        f"the generator was {heard.late_ms} ms late at most"
    )
    return cost


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=250)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--sealed", action="store_true")
    options = parser.parse_args()
    costs: dict[bool, list[float]] = {False: [], True: []}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(2 * options.rounds):
            recorded = bool(turn % 2)
            run = measure(
                options.calls, options.seconds, Path(folder), recorded=recorded, sealed=recorded and options.sealed
            )
            costs[recorded].append(asyncio.run(run))
    ratios = [after / before for before, after in zip(costs[False], costs[True], strict=True)]
    print(f"recorded relay costs {median(ratios):.2f} times plain relay (rounds: {[round(one, 2) for one in ratios]})")


if __name__ == "__main__":
    main()
