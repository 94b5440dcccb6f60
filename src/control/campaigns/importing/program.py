"""A program of its own, at low priority: ``python -m control.campaigns.importing.program``.

It reads one ``Task`` from its standard input and writes its ``Progress`` to its standard output, a JSON object a line,
after each batch. It ends once the list is read; with a status of ``BAD_LIST`` and a line on standard error where the
list cannot be; and after the batch at hand when its standard input is closed, which happens when whoever started it
wants it to end, or dies.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import aclosing

import msgspec

from control.campaigns.importing.apart import ReaderDied, apart
from control.campaigns.importing.batches import Order, here
from control.campaigns.importing.importer import Importer
from control.campaigns.importing.reading import Unreadable
from control.errors import Invalid, NotFound
from control.lead_import import Progress, Task
from control.store.database import create_engine
from control.store.store import Store

NICENESS = 10
BAD_LIST = 2
ENDED_EARLY = 3


def main() -> int:
    """Import one list."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(NICENESS)
    return asyncio.run(_import(msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)))


async def _import(task: Task) -> int:
    wanted = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), wanted.set)
    store = Store(create_engine(task.database_url, bulk=True))
    try:
        async with store.read() as records:
            known = await records.imports.get(task.id)
        if known is None:
            raise NotFound(f"there is no import {task.id}")

        def told(progress: Progress) -> bool:
            try:
                sys.stdout.buffer.write(msgspec.json.encode(progress) + b"\n")
                sys.stdout.buffer.flush()
            except BrokenPipeError:
                os._exit(ENDED_EARLY)  # whoever asked has died; what was read is committed
            return not wanted.is_set()

        order = Order(task, known.progress.read, time.time())
        async with aclosing(apart(order) if task.apart else here(order)) as batches:
            return 0 if await Importer(store, task, known.progress).run(batches, told) else ENDED_EARLY
    except (Invalid, NotFound, ReaderDied, Unreadable, OSError) as error:
        print(str(error).splitlines()[0], file=sys.stderr)
        return BAD_LIST
    finally:
        await store.close()


if __name__ == "__main__":
    sys.exit(main())
