"""Debian's rtpengine, in userspace, as another relay of the same load; where it is not installed there is none."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic, sleep

from _audio import HOST, measured_core

NG_PORT, PORTS = 32223, (33000, 39999)
TRIES = 50

Value = dict[str, "Value"] | list["Value"] | str


def installed() -> bool:
    """Whether the program is there."""
    return shutil.which("rtpengine") is not None


@contextmanager
def rtpengine(phones: list[int]) -> Iterator[tuple[list[int], int]]:
    """The ports to which phones at these ports speak, each two of them in a call, and its process."""
    with measured_core():
        process = subprocess.Popen(
            ["rtpengine", "--table=-1", "--foreground", "--log-stderr", "--log-level=1", f"--interface={HOST}",
             f"--listen-ng={HOST}:{NG_PORT}", f"--port-min={PORTS[0]}", f"--port-max={PORTS[1]}", "--num-threads=1",
             "--config-file=none"], stderr=subprocess.DEVNULL,
        )  # fmt: skip
    with process, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ng:
        try:
            ng.connect((HOST, NG_PORT))
            ng.settimeout(1.0)
            _ask(ng, {"command": "ping"})
            ports = []
            for i in range(0, len(phones), 2):
                names: dict[str, Value] = {"call-id": f"call{i}", "from-tag": "a", "ICE": "remove"}
                to_callee = _ask(ng, names | {"command": "offer", "sdp": _sdp(phones[i])})
                to_caller = _ask(ng, names | {"command": "answer", "to-tag": "b", "sdp": _sdp(phones[i + 1])})
                ports += [_port(to_caller), _port(to_callee)]
            yield ports, process.pid
        finally:
            process.terminate()


def _ask(ng: socket.socket, request: dict[str, Value]) -> bytes:
    asked = f"{monotonic()} ".encode() + _bencoded(request)
    for _ in range(TRIES):
        with suppress(OSError):  # it is not there yet, or slow: asked twice by one cookie it does the thing once
            ng.send(asked)
            return ng.recv(65536)
        sleep(0.1)
    return b""


def _bencoded(value: Value) -> bytes:
    match value:
        case str():
            return f"{len(value)}:{value}".encode()
        case list():
            return b"l" + b"".join(map(_bencoded, value)) + b"e"
        case dict():
            return b"d" + b"".join(_bencoded(key) + _bencoded(one) for key, one in sorted(value.items())) + b"e"


def _sdp(port: int) -> str:
    lines = ("v=0", f"o=- 1 1 IN IP4 {HOST}", "s=-", f"c=IN IP4 {HOST}", "t=0 0", f"m=audio {port} RTP/AVP 0", "")
    return "\r\n".join(lines)


def _port(answer: bytes) -> int:
    found = re.search(rb"m=audio (\d+)", answer)
    if found is None:
        raise RuntimeError(f"rtpengine answered {answer!r}")
    return int(found[1])
