"""The load generator: one process, one loop, callers on one socket and the phones they reach on another.

    python benchmarks/_generator.py HOST PORT     the switch's SIP address

It tells its addresses, then reads orders from standard input, one JSON line each, and answers each with a line as the
counted window begins, one as it ends, and the result once all calls are over (see ``_load.py``). The switch is served
between orders too.
"""

from __future__ import annotations

import os
import select
import socket
import sys
from collections.abc import Callable
from time import monotonic, process_time

import msgspec

from _callers import Callers
from _line import GIVE_UP_S, Line, Timers
from _load import Addresses, Order, Result
from _messages import Address
from _phones import Phones

POLL_S = 0.05
"""How often it looks whether all calls are over."""
SIZES = 2000
"""So many datagrams' sizes are told."""


class Run:
    """One order being carried out."""

    def __init__(self, order: Order, callers: Callers, phones: Phones, timers: Timers) -> None:
        self._order, self._callers, self._phones, self._timers = order, callers, phones, timers
        callers.reset()
        callers.hold_s = order.hold_s
        phones.repeated = 0
        for line in self._lines:
            line.reset()
        self._calls = round(order.rate * (order.warm_s + order.window_s))
        self._placed = 0
        self._late_s = 0.0
        self._cpu_s: list[float] = []
        self._start = monotonic()
        for mark_s in (order.warm_s, order.warm_s + order.window_s):
            timers.at(self._start + mark_s, self._mark)
        self._place()

    @property
    def _lines(self) -> tuple[Line, Line]:
        return self._callers.line, self._phones.line

    def _mark(self) -> None:
        self._cpu_s.append(process_time())
        tell(monotonic() - self._start)

    def _place(self) -> None:
        """Place the call that is due; the next one follows at its own time, however late this one was."""
        order = self._order
        if len(self._cpu_s) == 1:
            self._late_s = max(self._late_s, monotonic() - self._start - self._placed / order.rate)
        self._callers.dial(order.number + self._placed % order.numbers)
        self._placed += 1
        if self._placed < self._calls:
            self._timers.at(self._start + self._placed / order.rate, self._place)
        else:
            self._wait(monotonic() + order.hold_s + GIVE_UP_S)

    def _wait(self, until: float) -> None:
        """Tell the result when all calls are over and the window is too, or when time is up."""
        if len(self._cpu_s) == 2 and (not self._callers.in_progress or monotonic() >= until):
            self._callers.fail_rest()
            tell(self._result())
        else:
            self._timers.at(monotonic() + POLL_S, lambda: self._wait(until))

    def _result(self) -> Result:
        setup_s = sorted(self._callers.setup_s) or [0.0]
        sizes = [size for line in self._lines for size in line.sizes[: SIZES // 2]]
        return Result(
            placed=self._placed,
            completed=self._callers.completed,
            failures=dict(self._callers.failures),
            resent=sum(line.resent for line in self._lines),
            repeated=self._callers.repeated + self._phones.repeated,
            setup_p50_ms=setup_s[len(setup_s) // 2] * 1e3,
            setup_p95_ms=setup_s[len(setup_s) * 95 // 100] * 1e3,
            setup_p99_ms=setup_s[len(setup_s) * 99 // 100] * 1e3,
            datagrams=sum(len(line.sizes) for line in self._lines),
            sizes=sizes,
            busy=(self._cpu_s[1] - self._cpu_s[0]) / self._order.window_s,
            late_ms=self._late_s * 1e3,
        )


def tell(value: object) -> None:
    """Say one line, which is JSON."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def deaf_audio(host: str) -> list[socket.socket]:
    """An RTP and an RTCP socket that nobody reads: the kernel drops in silence what the switch plays."""
    while True:
        pair = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        pair[0].bind((host, 0))
        port = pair[0].getsockname()[1]
        try:
            pair[1].bind((host, port + 1))
        except OSError:
            continue
        if port % 2 == 0:
            return pair


def serve(switch: Address) -> None:
    """Carry out orders until standard input ends."""
    timers = Timers()
    audio = deaf_audio(switch[0])
    callers = Callers(switch, audio[0].getsockname(), timers)
    phones = Phones(switch, audio[0].getsockname(), timers, callers)
    handlers: dict[int, Callable[[], None]] = {
        callers.line.socket.fileno(): lambda: callers.line.drain(callers.received),
        phones.line.socket.fileno(): lambda: phones.line.drain(phones.received),
    }
    orders = sys.stdin.fileno()
    epoll = select.epoll()
    for descriptor in (*handlers, orders):
        epoll.register(descriptor, select.EPOLLIN)
    tell(Addresses(phones.line.address))
    while True:
        for descriptor, _ in epoll.poll(timers.run()):
            if descriptor in handlers:
                handlers[descriptor]()
            elif line := os.read(orders, 65_536):
                Run(msgspec.json.decode(line, type=Order), callers, phones, timers)
            else:
                return


if __name__ == "__main__":
    serve((sys.argv[1], int(sys.argv[2])))
