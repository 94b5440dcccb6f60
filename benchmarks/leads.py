"""What a list of a million leads costs: rows a second from the upload until all are committed, peak memory of the
program that imports, and how long the next hundred leads then take to find.

    python benchmarks/leads.py [--rows 1000000]

The list is CSV with two columns of numbers as people write them, states and fields; one row in fifty is refused, one in
a hundred known already.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import random
import resource
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from control.campaigns.importing.desk import ImportDesk
from control.lead_import import ENDED, ImportOptions, LeadImport
from control.nouns import Campaign
from control.store.store import Store

AREAS = {"CA": "415", "NY": "212", "FL": "305", "IL": "312", "TX": "214", "WA": "206", "GA": "404", "AZ": "602"}
MEGABYTE = 1 << 20
CHUNK = 1 << 18


def write_list(path: Path, rows: int) -> None:
    """A list of so many rows."""
    chance = random.Random(7)
    states = list(AREAS)
    numbers = chance.sample(range(2_000_000, 10_000_000), min(rows, 1_000_000))
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("First name", "Last name", "Home phone", "Mobile", "State", "City", "E-mail", "Account"))
        for row in range(rows):
            state = states[row % len(states)]
            number = numbers[row % len(numbers) if row % 100 else 0]
            home = f"({AREAS[state]}) {number // 10_000}-{number % 10_000:04}" if row % 50 else "unknown"
            mobile = f"+1{AREAS[state]}{(number * 7 + 13) % 8_000_000 + 2_000_000}" if row % 5 == 1 else ""
            writer.writerow(("Ann", f"Lee {row}", home, mobile, state, "Springfield", f"ann{row}@example.com", row))


async def measure(rows: int) -> None:
    """Import, and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "upload.csv"
        write_list(path, rows)
        url = f"sqlite+aiosqlite:///{folder / 'centrala.sqlite'}"
        store = await Store.open(url)
        spring = Campaign(id="spring", queue="sales")
        async with store.write() as records:
            await records.campaigns.put(spring)
        desk = ImportDesk(store, folder / "imports", url)
        ended = asyncio.Event()
        last: list[LeadImport] = []

        def changed(job: LeadImport) -> None:
            last[:] = [job]
            if job.state in ENDED:
                ended.set()

        desk.changed = changed
        began = time.monotonic()

        async def pieces() -> AsyncIterator[bytes]:
            with path.open("rb") as file:
                while piece := file.read(CHUNK):
                    yield piece

        await desk.add("spring", ImportOptions(), pieces())
        received_s = time.monotonic() - began
        await ended.wait()
        took_s = time.monotonic() - began
        await desk.stop()
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        progress = last[0].progress
        size = path.stat().st_size
        print(f"list of {rows} rows, {size / MEGABYTE:.0f} MB: {last[0].state}")
        print(f"  taken {progress.taken}, refused {progress.refused}, duplicates {progress.duplicates}")
        print(f"  received                 {received_s:8.1f} s")
        print(f"  imported                 {took_s:8.1f} s   {rows / took_s:8.0f} rows/s")
        print(f"  CPU of the program       {(children.ru_utime + children.ru_stime) / rows * 1e6:8.1f} us a row")
        print(f"  its peak memory          {children.ru_maxrss / 1024:8.0f} MB")
        times = []
        for _ in range(20):
            at = time.perf_counter()
            async with store.write() as records:
                assert len(await records.lead_line.due(spring, 0.0, 100)) == min(100, progress.taken)
            times.append((time.perf_counter() - at) * 1e3)
        print(f"  the next hundred leads   {statistics.median(times):8.1f} ms")
        await store.close()


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    asyncio.run(measure(arguments.parse_args().rows))


if __name__ == "__main__":
    main()
