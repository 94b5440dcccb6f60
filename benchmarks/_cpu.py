"""CPU time of other processes, and who runs on which core (Linux)."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

_PROCESS_CLOCK = 2
"""CPUCLOCK_SCHED, as in the C library's clock_getcpuclockid()."""
_STORES = ("valkey", "redis")


def cpu_s(pid: int) -> float:
    """User and system seconds of a process, all its threads, to the nanosecond. Raises OSError when it is gone."""
    return time.clock_gettime(~pid << 3 | _PROCESS_CLOCK)


class Spent(Struct, frozen=True):
    """CPU time of a running centre, by its parts; the unit is the user's."""

    main: float
    workers: float
    redis: float

    @property
    def own(self) -> float:
        """What the program's own processes took."""
        return self.main + self.workers

    @property
    def total(self) -> float:
        """The same, and Redis."""
        return self.own + self.redis

    def since(self, earlier: Spent, divisor: float) -> Spent:
        """The difference, divided: for instance by the number of calls in between."""
        return Spent(
            (self.main - earlier.main) / divisor,
            (self.workers - earlier.workers) / divisor,
            (self.redis - earlier.redis) / divisor,
        )


class Household:
    """A centre's processes: the main one, its media workers, its private Redis."""

    def __init__(self, main: int) -> None:
        family = list(_descendants(main))
        self._main = main
        self._redis = [pid for pid in family if _name(pid).startswith(_STORES)]
        self._workers = [pid for pid in family if pid not in self._redis]

    def spent(self) -> Spent:
        """CPU seconds since they started."""
        return Spent(cpu_s(self._main), sum(map(cpu_s, self._workers)), sum(map(cpu_s, self._redis)))


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """What is started in this context runs on one core, for good; None leaves it to the system."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def two_cores() -> tuple[int, int] | None:
    """A core for what is measured and one for what measures it; None where there is one only."""
    first, *others = sorted(os.sched_getaffinity(0))
    return (first, others[0]) if others else None


def _descendants(pid: int) -> Iterator[int]:
    children = defaultdict(list)
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            children[parent].append(int(status.parent.name))
    found = [pid]
    for one in found:
        yield from children[one]
        found += children[one]


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()
