"""What a list of a million leads costs: rows a second from the upload until all are committed, CPU and peak memory of
each process that works on it, and how long the next hundred leads then take to find.

    python benchmarks/leads.py [--rows 1000000] [--busy]

With ``--busy`` a centre writes something else ten times a second, and it is said how long it waits to do so.
The list is CSV with two columns of numbers as people write them, states and fields; one row in fifty is refused, one in
a hundred known already.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from control.campaigns.importing.desk import ImportDesk
from control.lead_import import ENDED, ImportOptions, LeadImport
from control.nouns import Campaign
from control.store.store import Store

AREAS = {"CA": "415", "NY": "212", "FL": "305", "IL": "312", "TX": "214", "WA": "206", "GA": "404", "AZ": "602"}
MEGABYTE = 1 << 20
CHUNK = 1 << 18
EVERY_S = 0.1


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


class Processes:
    """What the processes under this one have used, by the module that each runs, as far as it was looked at."""

    def __init__(self) -> None:
        self.cpu_s: dict[str, float] = {}
        self.peak_mb: dict[str, int] = {}

    def look(self) -> None:
        """Read what Linux says of them."""
        parents = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                parents[path.parent] = path.read_text().rpartition(")")[2].split()
        family = {os.getpid()}
        for folder, fields in sorted(parents.items(), key=lambda item: int(item[0].name)):
            if int(fields[1]) in family:
                family.add(int(folder.name))
                with suppress(OSError, IndexError, StopIteration):
                    module = (folder / "cmdline").read_text().split("\0")[2].rpartition(".")[2]
                    peak = next(x for x in (folder / "status").read_text().splitlines() if x.startswith("VmHWM"))
                    self.cpu_s[module] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                    self.peak_mb[module] = int(peak.split()[1]) >> 10


async def write_meanwhile(store: Store, campaign: Campaign, waited: list[float]) -> None:
    """Write a line ten times a second, and keep how long that took in ms."""
    while True:
        at = time.perf_counter()
        async with store.write() as records:
            await records.campaigns.put(campaign)
        waited.append((time.perf_counter() - at) * 1e3)
        await asyncio.sleep(EVERY_S)


async def measure(rows: int, busy: bool) -> None:
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
        processes = Processes()
        waited: list[float] = []

        def changed(job: LeadImport) -> None:
            last[:] = [job]
            processes.look()
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
        writing = asyncio.create_task(write_meanwhile(store, spring, waited)) if busy else None
        await ended.wait()
        took_s = time.monotonic() - began
        await desk.stop()
        if writing is not None:
            writing.cancel()
            await asyncio.wait([writing])
        progress = last[0].progress
        size = path.stat().st_size
        print(f"list of {rows} rows, {size / MEGABYTE:.0f} MB: {last[0].state}")
        print(f"  taken {progress.taken}, refused {progress.refused}, duplicates {progress.duplicates}")
        print(f"  received                 {received_s:8.1f} s")
        print(f"  imported                 {took_s:8.1f} s   {rows / took_s:8.0f} rows/s")
        for module, cpu_s in processes.cpu_s.items():
            name = f"{module}.py"
            print(f"  {name:24} {cpu_s / rows * 1e6:8.1f} us of CPU a row, at most {processes.peak_mb[module]} MB")
        if busy:
            median, late = statistics.median(waited), statistics.quantiles(waited, n=100)[98]
            print(
                f"  a write meanwhile        {median:8.1f} ms, of 1 in 100 {late:.0f} ms, at most {max(waited):.0f} ms"
            )
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
    arguments.add_argument("--busy", action="store_true")
    wanted = arguments.parse_args()
    asyncio.run(measure(wanted.rows, wanted.busy))


if __name__ == "__main__":
    main()
