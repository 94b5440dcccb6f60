"""Free ports on loopback, in blocks, so that neighbours of a port are free too."""

from __future__ import annotations

import os
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"

# Below Linux's ephemeral range (32768 up), so that no outgoing connection takes a port that was found free.
# Each of pytest-xdist's processes has a share of its own: two that look at once would both find a port free.
_SHARES = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_SHARE = 20_000 // _SHARES
_LOWEST = 12_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) * _SHARE // 2 * 2
_HIGHEST = _LOWEST + _SHARE
_BLOCK = 20

_next = _LOWEST


def is_free(port: int) -> bool:
    """Whether nobody listens on the port, neither by UDP nor by TCP."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                return False
    return True


def is_bound(port: int) -> bool:
    """Whether somebody has the UDP port. Asked of Linux: to try it ourselves could keep a slow starter from it."""
    local = f":{port:04X} "
    return any(local in line for line in Path("/proc/net/udp").read_text().splitlines())


def free_block(size: int = _BLOCK) -> int:
    """The first (even) port of ``size`` free ones in a row, never handed out before in this process."""
    global _next
    for _ in range((_HIGHEST - _LOWEST) // _BLOCK):
        first = _next
        _next += -(-size // _BLOCK) * _BLOCK
        if first + size > _HIGHEST:
            _next = _LOWEST
            continue
        if all(is_free(port) for port in range(first, first + size)):
            return first
    raise RuntimeError(f"no {size} free ports in a row between {_LOWEST} and {_HIGHEST}")
