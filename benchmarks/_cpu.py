"""CPU time of other processes, who runs on which core, and that nobody else measures at the same time (Linux)."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

_PROCESS_CLOCK = 2
"""CPUCLOCK_SCHED, as in the C library's clock_getcpuclockid()."""
_STORES = ("valkey", "redis")
_IDLE = (3, 4)
"""The columns of /proc/stat in which a core did nothing."""


def cpu_s(pid: int) -> float:
    """User and system seconds of a process, all its threads, to the nanosecond. Raises OSError when it is gone."""
    return time.clock_gettime(~pid << 3 | _PROCESS_CLOCK)


class Spent(Struct, frozen=True):
    """CPU time of a running centre, by its parts; the unit is the user's."""

    main: float
    workers: float
    redis: float
    others: float
    """What else the core of all these was used for; 0 where they have none of their own."""

    @property
    def own(self) -> float:
        """What the program's own processes took."""
        return self.main + self.workers

    @property
    def total(self) -> float:
        """The whole centre: the same, and Redis."""
        return self.own + self.redis

    def since(self, earlier: Spent, divisor: float) -> Spent:
        """The difference, divided: for instance by the number of calls in between."""
        return Spent(
            (self.main - earlier.main) / divisor,
            (self.workers - earlier.workers) / divisor,
            (self.redis - earlier.redis) / divisor,
            (self.others - earlier.others) / divisor,
        )


class Household:
    """A centre's processes: the main one, its media workers, its private Redis."""

    def __init__(self, main: int, core: int | None) -> None:
        family = list(_descendants(main))
        self._core = core
        self._main = main
        self._redis = [pid for pid in family if _name(pid).startswith(_STORES)]
        self._workers = [pid for pid in family if pid not in self._redis]

    @property
    def pids(self) -> list[int]:
        """The program's own processes, the main one first."""
        return [self._main, *self._workers]

    def spent(self) -> Spent:
        """CPU seconds since they started."""
        main, workers, redis = cpu_s(self._main), sum(map(cpu_s, self._workers)), sum(map(cpu_s, self._redis))
        others = _core_busy_s(self._core) - main - workers - redis if self._core is not None else 0.0
        return Spent(main, workers, redis, others)


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


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other benchmark of this kind runs on the machine, and let none begin meanwhile."""
    with (Path(tempfile.gettempdir()) / "centrala-benchmark.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another benchmark is running; this one begins when that has ended.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _core_busy_s(core: int) -> float:
    """Seconds in which a core was not idle, in steps of a clock tick; they count from any moment."""
    lines = Path("/proc/stat").read_text().splitlines()
    _, *ticks = next(line for line in lines if line.startswith(f"cpu{core} ")).split()
    # What the kernel says of a core's work is sampled and comes out too low; what it says of idleness is measured.
    return time.monotonic() - sum(int(ticks[column]) for column in _IDLE) / os.sysconf("SC_CLK_TCK")


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
