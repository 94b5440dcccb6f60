"""Phones that speak and hear: the load for what moves audio, and the floor that it is measured against.

A generator in a process of its own plays all the phones, with a connected socket for each: 50 packets of 20 ms a second
and phone. Each packet says when it was sent, so that the delay of what comes back is known. It tells how late it was,
for a figure from a generator that did not keep up is worth nothing.

The floor is a bare epoll loop in Python that echoes the same packets, on connected sockets, and does nothing else.
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import subprocess
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from struct import pack_into, unpack_from
from time import monotonic

from msgspec import Struct

from _cpu import cpu_s, pinned, two_cores
from pbx.media.ears import SoundChange
from pbx.plane.protocol import MediaQuality, MediaStats

HOST = "127.0.0.1"
PORTS = (20000, 29999)
PERIOD_S = 0.02
SLOTS = 20
"""The phones do not speak all at once: each millisecond has its share of them."""
WARM_S = 1
OCTETS = 172


class Heard(Struct, frozen=True):
    """What a generator tells in the end."""

    sent: int
    received: int
    late_ms: int
    """How late it was at most."""
    p50_ms: float
    """Of the time from a packet's sending until it was heard."""
    p99_ms: float


def phone_socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((HOST, 0))
    sock.setblocking(False)
    return sock


class Generator:
    """The far end of the pipe to the generating process, on the measuring core."""

    def __init__(self, phones: int, seconds: int) -> None:
        command = [sys.executable, __file__, "--generate", str(phones), "--seconds", str(seconds)]
        with pinned((two_cores() or (None, None))[1]):
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ports: list[int] = self.told()

    def told(self) -> list[int]:
        """The next line it says, which is JSON."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())  # type: ignore[no-any-return]

    def run(self, ports: list[int], pid: int) -> tuple[list[float], Heard]:
        """Speak to these ports: the CPU seconds of a process in each second, and what was heard."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(ports) + "\n")
        self._process.stdin.flush()
        marks = []
        while not (told := self.told()):
            marks.append(cpu_s(pid))
        self._process.wait()
        return [after - before for before, after in pairwise(marks)], Heard(*told)


@contextmanager
def measured_core() -> Iterator[None]:
    """What is started in this context runs on the core that is measured."""
    with pinned((two_cores() or (None, None))[0]):
        yield


@contextmanager
def floor(ports: list[int]) -> Iterator[tuple[list[int], int]]:
    """The ports to which phones at ``ports`` may speak to be echoed, and the process that does so."""
    command = [sys.executable, __file__, "--echo", json.dumps(ports)]
    with measured_core():
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline()), process.pid
        process.kill()


class Listener:
    """Hears nothing of what a plane tells."""

    def clips_ended(self, leg: str) -> None: ...

    def digit_received(self, leg: str, digit: str, duration_ms: int) -> None: ...

    def recorded(self, leg: str, path: str, seconds: float) -> None: ...

    def sounds_heard(self, leg: str, sounds: tuple[SoundChange, ...]) -> None: ...

    def listening_ended(self, leg: str, listened_ms: int, cadence: tuple[int, ...], noise_dbm0: float) -> None: ...

    def measured(self, quality: MediaQuality) -> None: ...

    def audio_failed(self, leg: str, reason: str) -> None: ...

    def closed(self, stats: MediaStats) -> None: ...


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
    packet, heard = bytearray(b"\x2a" * OCTETS), bytearray(2048)
    delays = array("d")
    sent, late, settled = 0, 0.0, 0
    start = monotonic()
    second = round(SLOTS / PERIOD_S)
    end_at = (WARM_S + seconds) * second

    def hear(patience_s: float) -> None:
        for fd, _ in epoll.poll(patience_s):
            try:
                receive[fd](heard)
            except OSError:
                continue  # the far side is not there yet
            delays.append(monotonic() - unpack_from("!d", heard, 12)[0])

    for slot in range(end_at + SLOTS):
        due = start + slot * PERIOD_S / SLOTS
        while (now := monotonic()) < due:
            hear(due - now)
        if slot % second == 0 and WARM_S * second <= slot <= end_at:
            print("[]", flush=True)
            settled = settled or len(delays)
        if slot < end_at:
            late = max(late, now - due)
            frame = slot // SLOTS
            pack_into("!BBHII", packet, 0, 0x80, 0, frame & 0xFFFF, frame * 160, 0x5EED)
            for send in slots[slot % SLOTS]:
                pack_into("!d", packet, 12, monotonic())
                sent += 1
                try:
                    send(packet)
                except OSError:
                    continue
            hear(0)
    ordered = sorted(delays[settled:]) or [0.0]  # not of the first second, in which all calls begin at once
    p50, p99 = (round(ordered[int(len(ordered) * part)] * 1000, 2) for part in (0.5, 0.99))
    print(json.dumps([sent, len(delays), round(late * 1000), p50, p99]), flush=True)


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
            try:
                send(view[: receive(buffer)])
            except OSError:
                continue  # the phones have gone before us


def main() -> None:
    parser = argparse.ArgumentParser(description="Not to be run by itself.")
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--generate", type=int, metavar="PHONES")
    parser.add_argument("--echo", type=json.loads, metavar="PORTS")
    options = parser.parse_args()
    if options.generate is not None:
        generate(options.generate, options.seconds)
    else:
        echo(options.echo)


if __name__ == "__main__":
    main()
