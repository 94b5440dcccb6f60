"""A listening socket of our own: who connects is seen before anything is spent on him, a TLS handshake least of all."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import structlog

log = structlog.get_logger()

BACKLOG = 512
BATCH = 64
"""Connections taken at once before the loop's other work gets its turn."""
BREATHER_S = 1.0
"""How long nobody is let in when the process has no descriptors left."""
PROBES = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))
"""The kernel finds out by itself, within two minutes, when the far machine is gone."""


class Acceptor:
    """Gives each connection's socket, and the address that it comes from, to ``arrived``."""

    def __init__(self, arrived: Callable[[socket.socket, str, int], None]) -> None:
        self._arrived = arrived
        self._loop = asyncio.get_running_loop()
        self._socket: socket.socket | None = None
        self._breather: asyncio.TimerHandle | None = None

    def open(self, host: str, port: int) -> tuple[str, int]:
        """Bind and listen; returns the bound address. Raises OSError."""
        own = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        try:
            own.setblocking(False)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if own.family == socket.AF_INET6:
                own.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # IPv4 has a socket of its own
            own.bind((host, port))
            own.listen(BACKLOG)
        except OSError:
            own.close()
            raise
        self._socket = own
        self._loop.add_reader(own, self._readable)
        address = own.getsockname()
        return address[0], address[1]

    def close(self) -> None:
        """Stop listening."""
        if self._breather is not None:
            self._breather.cancel()
        if self._socket is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def _readable(self) -> None:
        if self._socket is None:
            return
        for _ in range(BATCH):
            try:
                connected, peer = self._socket.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:
                log.error("sip.cannot_accept", error=error.strerror)
                self._loop.remove_reader(self._socket)
                self._breather = self._loop.call_later(BREATHER_S, self._again)
                return
            connected.setblocking(False)
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in PROBES:
                connected.setsockopt(socket.IPPROTO_TCP, option, value)
            self._arrived(connected, peer[0], peer[1])

    def _again(self) -> None:
        if self._socket is not None:
            self._loop.add_reader(self._socket, self._readable)
