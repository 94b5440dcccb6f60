"""What mixing costs: ``python benchmarks/conference.py [--seconds 4] [--rounds 2]``.

One media worker has one room of 100 members, who all speak; then 50 rooms of 3; and, to compare, as many legs that are
relayed in pairs. Each takes its turn for some seconds, and again. The figures are the worker's CPU time of a tick of
20 ms, receiving, decoding, mixing, encoding and sending all together, medians over the seconds; and their ratios to
relaying the same packets.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from statistics import median

from _audio import HOST, PERIOD_S, PORTS, Generator, Listener, measured_core
from pbx.plane.local import LocalPlane
from pbx.plane.protocol import RemoteMedia

SHAPES = {"one room of 100": (100, 100), "50 rooms of 3": (150, 3)}
"""Legs, and how many of them are in a room."""


async def measure(legs: int, room: int, seconds: int, folder: Path, *, mixed: bool) -> float:
    """CPU seconds of the worker a tick."""
    generator = Generator(legs, seconds)
    with measured_core():
        plane = LocalPlane(PORTS, 1, folder)
        await plane.start(Listener())
    ports = []
    for i, port in enumerate(generator.ports):
        leg = f"leg{i}"
        ports.append(plane.open(leg).port)
        plane.connect(leg, RemoteMedia(HOST, port, port + 1, 0))
        if mixed:
            plane.join(leg, f"room {i // room}", tones=False)
        elif i % 2:
            plane.bridge(f"leg{i - 1}", leg)
    await asyncio.sleep(0.5)
    spent, heard = await asyncio.to_thread(generator.run, ports, plane.worker_pids[0])
    await plane.stop()
    cost, lost = median(spent) * PERIOD_S, heard.sent - heard.received
    print(
        f"  {'mixed' if mixed else 'relayed':>8}: {cost * 1e3:.2f} ms CPU a tick, {cost / PERIOD_S:.0%} of a core; "
        f"{lost} more sent than heard of {heard.sent:,}; the generator was {heard.late_ms} ms late at most"
    )
    return cost


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, (legs, room) in SHAPES.items():
            print(f"{name}:")
            costs: dict[bool, list[float]] = {False: [], True: []}
            for turn in range(2 * options.rounds):
                mixed = bool(turn % 2)
                costs[mixed].append(asyncio.run(measure(legs, room, options.seconds, Path(folder), mixed=mixed)))
            ratios = [after / before for before, after in zip(costs[False], costs[True], strict=True)]
            print(f"  mixing costs {median(ratios):.2f} times relaying (rounds: {[round(one, 2) for one in ratios]})")


if __name__ == "__main__":
    main()
