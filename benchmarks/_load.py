"""The load: what is ordered of the generator, what it tells of it, and the process that is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

import msgspec
from msgspec import Struct

from _messages import Address

_GENERATOR = Path(__file__).with_name("_generator.py")
_T = TypeVar("_T")


class Order(Struct, frozen=True):
    """Calls to be placed: ``rate`` a second, for ``warm_s`` that do not count and ``window_s`` that do."""

    rate: float
    hold_s: float
    """Seconds of talk."""
    number: int
    """What is dialled; with ``numbers`` above one, so many numbers in turn, from this one up."""
    warm_s: float
    window_s: float
    numbers: int = 1


class Result(Struct, frozen=True):
    """How the calls went, all of them; CPU and lateness in the window only."""

    placed: int
    completed: int
    failures: dict[str, int]
    """How many calls failed, by the reason."""
    resent: int
    """Datagrams the generator sent again, having had no answer within 500 ms."""
    repeated: int
    """Datagrams the switch sent again."""
    setup_p50_ms: float
    setup_p95_ms: float
    setup_p99_ms: float
    """From the first INVITE until caller and phone were both connected."""
    datagrams: int
    """Sent and received."""
    sizes: list[int]
    """Octets of some of the datagrams."""
    busy: float
    """The share of a core that the generator itself needed."""
    late_ms: float
    """How late it placed a call at most; far above a few ms it could not keep up."""


class Addresses(Struct, frozen=True):
    """Where the generator is."""

    phones: Address


class Load:
    """The generator's process."""

    def __init__(self, switch: Address) -> None:
        command = [sys.executable, str(_GENERATOR), switch[0], str(switch[1])]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        self.phones = self._told(Addresses).phones
        """Where its phones are to be registered."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _pipe(self._process.stdin).close()
        self._process.wait()

    def run(self, order: Order, mark: Callable[[], None]) -> Result:
        """Place the calls and wait until all are over; ``mark`` is called as the window begins and as it ends."""
        pipe = _pipe(self._process.stdin)
        pipe.write(msgspec.json.encode(order) + b"\n")
        pipe.flush()
        for _ in ("begin", "end"):
            self._told(float)
            mark()
        return self._told(Result)

    def _told(self, kind: type[_T]) -> _T:
        line = _pipe(self._process.stdout).readline()
        if not line:
            raise RuntimeError("the load generator ended")
        return msgspec.json.decode(line, type=kind)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
