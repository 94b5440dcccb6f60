"""SIP over TCP: connections that came in and those we open, found by their far address (RFC 3261 section 18)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.framing import PING, PONG, StreamFramer
from pbx.sip.text import is_address

MAX_CONNECTIONS = 10_000
CONNECT_TIMEOUT_S = 4.0
MAX_UNSENT = 1024 * 1024
"""Bytes that may wait for a slow reader before its connection is cut."""


class TcpPort:
    """All TCP connections of one listening port."""

    def __init__(
        self,
        received: Callable[[bytes, Flow], None],
        drained: Callable[[], None],
        failed: Callable[[Flow], None],
        locate: Callable[[Flow], Awaitable[list[Flow]]],
    ) -> None:
        """``locate`` finds the addresses of a flow to a name (resolver.Resolver)."""
        self.received = received
        self.drained = drained
        self._failed = failed
        self._locate = locate
        self.connections: dict[Flow, asyncio.Transport] = {}
        self._opening: dict[Flow, list[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> tuple[str, int]:
        """Bind and listen; returns the bound address. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), host, port, reuse_address=True)
        address = self._server.sockets[0].getsockname()
        return address[0], address[1]

    async def close(self) -> None:
        """Stop listening and end all connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for transport in list(self.connections.values()):
            transport.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def send(self, data: bytes, flow: Flow) -> None:
        """Write to the flow's connection; without one, open it first. Failure is told through ``failed``."""
        transport = self.connections.get(flow)
        if transport is not None and not transport.is_closing():
            transport.write(data)
            if transport.get_write_buffer_size() > MAX_UNSENT:
                transport.abort()
            return
        waiting = self._opening.setdefault(flow, [])
        waiting.append(data)
        if len(waiting) == 1:
            task = asyncio.get_running_loop().create_task(self._connect(flow))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _connect(self, flow: Flow) -> None:
        transport = await self._first_that_answers(flow)
        waiting = self._opening.pop(flow, [])
        if transport is None:
            self._failed(flow)
            return
        for data in waiting:
            transport.write(data)

    async def _first_that_answers(self, flow: Flow) -> asyncio.Transport | None:
        """Connect to the first place behind a flow that can be reached (RFC 3263 section 4.3)."""
        loop = asyncio.get_running_loop()
        for place in [flow] if is_address(flow.host) else await self._locate(flow):
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT_S):
                    transport, _ = await loop.create_connection(lambda: _Connection(self, flow), place.host, place.port)
            except (OSError, TimeoutError):
                continue
            return transport
        return None


class _Connection(asyncio.Protocol):
    """One connection, framed."""

    def __init__(self, port: TcpPort, flow: Flow | None = None) -> None:
        self._port = port
        self._flow = flow
        self._framer = StreamFramer()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its base class
        if self._flow is None:
            peer = transport.get_extra_info("peername")
            if peer is None:  # it has gone again already
                transport.abort()
                return
            self._flow = Flow("tcp", peer[0], peer[1])
        if len(self._port.connections) >= MAX_CONNECTIONS:
            transport.abort()
            return
        self._transport = transport
        self._port.connections[self._flow] = transport

    def data_received(self, data: bytes) -> None:
        if self._transport is None or self._flow is None:
            return
        try:
            for message in self._framer.feed(data):
                if message == PING:
                    self._transport.write(PONG)
                else:
                    self._port.received(message, self._flow)
        except ParseError:
            self._transport.abort()
        self._port.drained()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._flow is not None and self._port.connections.get(self._flow) is self._transport:
            del self._port.connections[self._flow]
