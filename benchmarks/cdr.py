"""What a call's record costs: CPU time a record, at a rate of calls, from ``add`` until it is in SQLite.

    python benchmarks/cdr.py [--rate 350] [--seconds 5]

CPU time is that of the whole process, the database's thread included.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from control.cdr import Cdr
from control.store.cdr_writer import CdrWriter
from control.store.cdrs import CdrFilter
from control.store.store import Store
from pbx.events import LegRecord

TICK_S = 0.01


def make_record(number: int, at: float) -> Cdr:
    """A call through a queue, with two legs."""
    leg = LegRecord(
        leg=f"{number}a",
        direction="in",
        party=f"1{number % 5000:04}",
        started_at=at,
        ringing_at=None,
        answered_at=at,
        ended_at=at + 120,
        cause="normal",
        status=200,
        codec="PCMA",
        packets_received=6000,
        packets_sent=6000,
        jitter_ms=0.4,
    )
    return Cdr(
        id=f"{number:08x}-bench",
        direction="inbound",
        caller=f"+3816412{number % 100000:05}",
        caller_name="",
        number="700",
        target="queue:support",
        queue="support",
        agent=f"agent-{number % 50}",
        client=None,
        started_at=at,
        answered_at=at,
        connected_at=at + 4,
        ended_at=at + 120,
        wait_s=4.0,
        talk_s=116.0,
        duration_s=120.0,
        disposition="answered",
        cause="normal",
        ended_by="caller",
        legs=(leg, leg),
    )


async def measure(rate: int, seconds: float) -> tuple[int, float, float]:
    """Records written, CPU microseconds a record, and the same of an idle loop over that time."""
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(f"sqlite+aiosqlite:///{Path(folder) / 'centrala.sqlite'}")
        idle = await _drive(None, rate, seconds / 2)
        writer = CdrWriter(store)
        busy = await _drive(writer, rate, seconds)
        async with store.read() as records:
            assert await records.cdrs.page(CdrFilter(), 1)
        await store.close()
    count = int(rate * seconds)
    assert writer.lost == 0
    return count, busy / count * 1e6, 2 * idle / count * 1e6


async def _drive(writer: CdrWriter | None, rate: int, seconds: float) -> float:
    """CPU seconds of adding records at a steady rate."""
    began_cpu, began = time.process_time(), time.monotonic()
    made = 0
    while made < int(rate * seconds):
        due = min(int((time.monotonic() - began) * rate), int(rate * seconds))
        for number in range(made, due):
            record = make_record(number, began + number / rate)
            if writer is not None:
                writer.add(record)
        made = due
        await asyncio.sleep(TICK_S)
    if writer is not None:
        await writer.stop()
    return time.process_time() - began_cpu


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rate", type=int, default=350, help="calls a second")
    arguments.add_argument("--seconds", type=float, default=5.0)
    given = arguments.parse_args()
    count, total, harness = asyncio.run(measure(given.rate, given.seconds))
    print(f"call records: {count} at {given.rate} a second")
    print(f"  CPU a record        {total - harness:6.1f} us   ({total:.1f} with the generator's own {harness:.1f})")
    print(f"  share of one core   {(total - harness) * given.rate / 1e4:6.2f} %")


if __name__ == "__main__":
    main()
