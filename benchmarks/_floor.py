"""The datagram floor: what it costs to receive and send so many datagrams in Python at all.

A process of its own echoes them on uvloop's datagram transport and does nothing else. The datagrams have the sizes of
those of real calls, and come at the pace at which the calls' came.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from itertools import cycle
from time import monotonic, sleep
from typing import cast

import uvloop

from _cpu import cpu_s, pinned

HOST = "127.0.0.1"
WARM_S = 0.5
LARGEST = 65_535


class Echo(asyncio.DatagramProtocol):
    """Sends every datagram back."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports derive from nothing that asyncio has.
        self._send = cast(asyncio.DatagramTransport, transport).sendto
        print(transport.get_extra_info("sockname")[1], flush=True)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._send(data, addr)


async def serve() -> None:
    """Echo until killed; the port is the first line said."""
    await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=(HOST, 0))
    await asyncio.Event().wait()


def measure_floor(sizes: list[int], a_second: float, window_s: float, core: int | None) -> float:
    """CPU seconds a datagram, received or sent, at this many datagrams ``a_second``."""
    with pinned(core):
        process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
    with process, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            assert process.stdout is not None
            line.connect((HOST, int(process.stdout.readline())))
            line.setblocking(False)
            payloads = cycle(bytes(size) for size in sizes)
            _converse(line, payloads, a_second / 2, WARM_S)
            before = cpu_s(process.pid)
            echoed = _converse(line, payloads, a_second / 2, window_s)
            return (cpu_s(process.pid) - before) / (2 * echoed)
        finally:
            process.kill()


def _converse(line: socket.socket, payloads: cycle[bytes], a_second: float, seconds: float) -> int:
    """Send at an even pace, take what comes back; how many did."""
    start, echoed = monotonic(), 0
    wanted = round(a_second * seconds)
    for number in range(wanted):
        sleep(max(0.0, start + number / a_second - monotonic()))
        line.send(next(payloads))
        echoed += _taken(line)
    while echoed < wanted and monotonic() < start + seconds + 1:
        echoed += _taken(line)
        sleep(0.001)
    return echoed


def _taken(line: socket.socket) -> int:
    count = 0
    try:
        while True:
            line.recv(LARGEST)
            count += 1
    except BlockingIOError:
        return count


if __name__ == "__main__":
    uvloop.run(serve())
