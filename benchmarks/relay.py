"""What relaying audio costs: ``python benchmarks/relay.py [--calls 400] [--seconds 10]``.

One media worker relays the given number of calls: two legs each, 50 packets of 20 ms a second and leg. A generator in a
second process plays all the phones, with a connected socket for each; it tells how late it was, for a figure from a
generator that did not keep up is worth nothing. Beside the worker's CPU time stands the floor: a bare epoll loop in
Python that echoes the same packets, on connected sockets, and does nothing else. Both are medians over the seconds,
since a machine that is shared has better and worse ones.

Then what a leg costs that is opened, connected and closed without any audio: on ports bound for it, and on warm ones.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from statistics import median
from struct import pack_into
from time import monotonic, process_time

from pbx.media.ears import SoundChange
from pbx.plane.book import REST_S
from pbx.plane.local import LocalPlane
from pbx.plane.protocol import MediaQuality, MediaStats, RemoteMedia

HOST = "127.0.0.1"
PORTS = (20000, 29999)
PERIOD_S = 0.02
SLOTS = 20
"""The phones do not speak all at once: each millisecond has its share of them."""
WARM_S = 1
LEGS = 2000


def cpu_s(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def phone_socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((HOST, 0))
    sock.setblocking(False)
    return sock


class Generator:
    """The far end of the pipe to the generating process."""

    def __init__(self, phones: int, seconds: int) -> None:
        command = [sys.executable, __file__, "--generate", str(phones), "--seconds", str(seconds)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ports: list[int] = self.told()

    def told(self) -> list[int]:
        """The next line it says, which is JSON."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())  # type: ignore[no-any-return]

    def run(self, ports: list[int], pid: int) -> tuple[list[float], list[int]]:
        """Speak to these ports: CPU seconds of a process in each second, and packets sent, received, ms late."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(ports) + "\n")
        self._process.stdin.flush()
        marks = []
        while not (told := self.told()):
            marks.append(cpu_s(pid))
        self._process.wait()
        return [after - before for before, after in pairwise(marks)], told


def generate(phones: int, seconds: int) -> None:
    """Play the phones: bind, tell the ports, read where to speak to, speak and count."""
    socks = [phone_socket() for _ in range(phones)]
    epoll = select.epoll()
    receive = {}
    for sock in socks:
        epoll.register(sock.fileno(), select.EPOLLIN)
        receive[sock.fileno()] = sock.recv_into
    print(json.dumps([sock.getsockname()[1] for sock in socks]), flush=True)
    for sock, port in zip(socks, json.loads(sys.stdin.readline()), strict=True):
        sock.connect((HOST, port))
    share = -(-phones // SLOTS)
    slots = [[sock.send for sock in socks[i * share : (i + 1) * share]] for i in range(SLOTS)]
    packet, scratch = bytearray(b"\xff" * 172), bytearray(2048)
    sent = received = 0
    late = 0.0
    start = monotonic()
    second = round(SLOTS / PERIOD_S)
    end_at = (WARM_S + seconds) * second
    for slot in range(end_at + SLOTS):
        due = start + slot * PERIOD_S / SLOTS
        while (now := monotonic()) < due:
            for fd, _ in epoll.poll(due - now):
                receive[fd](scratch)
                received += 1
        if slot % second == 0 and WARM_S * second <= slot <= end_at:
            print("[]", flush=True)
        if slot < end_at:
            late = max(late, now - due)
            frame = slot // SLOTS
            pack_into("!BBHII", packet, 0, 0x80, 0, frame & 0xFFFF, frame * 160, 0x5EED)
            for send in slots[slot % SLOTS]:
                send(packet)
                sent += 1
            for fd, _ in epoll.poll(0):
                receive[fd](scratch)
                received += 1
    print(json.dumps([sent, received, round(late * 1000)]), flush=True)


def echo(ports: list[int]) -> None:
    """The floor: tell the ports, then send each packet back until killed."""
    epoll = select.epoll()
    lines = {}
    socks = [phone_socket() for _ in ports]
    for sock, port in zip(socks, ports, strict=True):
        sock.connect((HOST, port))
        epoll.register(sock.fileno(), select.EPOLLIN)
        lines[sock.fileno()] = sock.recv_into, sock.send
    print(json.dumps([sock.getsockname()[1] for sock in socks]), flush=True)
    buffer = bytearray(2048)
    view = memoryview(buffer)
    while True:
        for fd, _ in epoll.poll():
            receive, send = lines[fd]
            send(view[: receive(buffer)])


class Listener:
    """Knows when the last leg was closed."""

    def __init__(self) -> None:
        self.all_closed = asyncio.Event()
        self._closed = 0

    def clips_ended(self, leg: str) -> None: ...

    def digit_received(self, leg: str, digit: str, duration_ms: int) -> None: ...

    def recorded(self, leg: str, path: str, seconds: float) -> None: ...

    def sounds_heard(self, leg: str, sounds: tuple[SoundChange, ...]) -> None: ...

    def listening_ended(self, leg: str, listened_ms: int, cadence: tuple[int, ...], noise_dbm0: float) -> None: ...

    def measured(self, quality: MediaQuality) -> None: ...

    def audio_failed(self, leg: str, reason: str) -> None: ...

    def closed(self, stats: MediaStats) -> None:
        self._closed += 1
        if self._closed % LEGS == 0:
            self.all_closed.set()


async def measure_relay(calls: int, seconds: int, clips: Path) -> None:
    generator = Generator(2 * calls, seconds)
    plane = LocalPlane(PORTS, 1, clips)
    await plane.start(Listener())
    ports = []
    for i, port in enumerate(generator.ports):
        leg, near = f"leg{i}", f"leg{i - i % 2}"
        ports.append(plane.open(leg, near=near).port)
        plane.connect(leg, RemoteMedia(HOST, port, port + 1, 0))
        if i % 2:
            plane.bridge(near, leg)
    await asyncio.sleep(0.5)
    show("relay", 2 * calls, *await asyncio.to_thread(generator.run, ports, plane.worker_pids[0]))
    await plane.stop()


def measure_floor(calls: int, seconds: int) -> None:
    generator = Generator(2 * calls, seconds)
    command = [sys.executable, __file__, "--echo", json.dumps(generator.ports)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ports = json.loads(process.stdout.readline())
        show("floor", 2 * calls, *generator.run(ports, process.pid))
        process.kill()


def show(what: str, phones: int, spent: list[float], told: list[int]) -> None:
    rate = phones / PERIOD_S
    usual, best = median(spent), min(spent)
    sent, received, late_ms = told
    print(
        f"{what}: {usual / rate * 1e6:.1f} us CPU a packet (best second {best / rate * 1e6:.1f}), "
        f"{usual:.0%} of a core at {rate:,.0f} packets/s; "
        f"lost {sent - received} of {sent:,}; the generator was {late_ms} ms late at most"
    )


async def measure_legs(clips: Path) -> None:
    """Legs that are opened, connected, bridged and closed, 20 in a turn of the loop."""
    plane = LocalPlane(PORTS, 1, clips)
    listener = Listener()
    await plane.start(listener)
    for what in ("bound", "warm"):
        worker, switch = cpu_s(plane.worker_pids[0]), process_time()
        for first in range(0, LEGS, 20):
            legs = [f"{what}{first + i}" for i in range(20)]
            for leg in legs:
                plane.open(leg)
                plane.connect(leg, RemoteMedia(HOST, 9, 9, 0))
            for leg, other in zip(legs[::2], legs[1::2], strict=True):
                plane.bridge(leg, other)
            await asyncio.sleep(0)
            for leg in legs:
                plane.close(leg)
            await asyncio.sleep(0.005)
        await listener.all_closed.wait()
        listener.all_closed.clear()
        worker, switch = cpu_s(plane.worker_pids[0]) - worker, process_time() - switch
        print(f"a leg without audio, ports {what}: {worker / LEGS * 1e6:.0f} us in the worker, ", end="")
        print(f"{switch / LEGS * 1e6:.0f} us in the switch")
        await asyncio.sleep(REST_S)
    await plane.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--generate", type=int, metavar="PHONES", help=argparse.SUPPRESS)
    parser.add_argument("--echo", type=json.loads, metavar="PORTS", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.generate is not None:
        generate(options.generate, options.seconds)
    elif options.echo is not None:
        echo(options.echo)
    else:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure_relay(options.calls, options.seconds, Path(folder)))
            measure_floor(options.calls, options.seconds)
            asyncio.run(measure_legs(Path(folder)))


if __name__ == "__main__":
    main()
