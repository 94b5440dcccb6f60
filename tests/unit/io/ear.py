"""Somebody who listens to connections, for tests of them on real loopback sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pbx.io.limits import Limits
from pbx.io.streams import Streams
from pbx.io.tls import Security
from pbx.sip.flow import Flow

MESSAGE = b"OPTIONS sip:b SIP/2.0\r\nContent-Length: 2\r\n\r\nhi"
LIMIT_S = 5.0


class Ear:
    """Takes what comes over connections, and what becomes of them (streams.StreamUser)."""

    def __init__(self, limits: Limits | None = None, security: Security | None = None) -> None:
        self.heard: asyncio.Queue[tuple[bytes, Flow]] = asyncio.Queue()
        self.lost: asyncio.Queue[Flow] = asyncio.Queue()
        self.ended: asyncio.Queue[Flow] = asyncio.Queue()
        self.places: list[Flow] = []
        self.needed: set[Flow] = set()
        self.kept_alive: set[Flow] = set()
        self.banned: set[str] = set()
        self.streams = Streams(self, self._locate, security or Security(), limits or Limits())

    async def _locate(self, flow: Flow) -> list[Flow]:
        return self.places

    def received(self, data: bytes, flow: Flow) -> None:
        self.heard.put_nowait((data, flow))

    def drained(self) -> None: ...

    def failed(self, flow: Flow) -> None:
        self.lost.put_nowait(flow)

    def closed(self, flow: Flow) -> None:
        self.ended.put_nowait(flow)

    def needs(self, flow: Flow) -> bool:
        return flow in self.needed

    def promised(self, flow: Flow) -> bool:
        return flow in self.kept_alive

    def unwelcome(self, host: str) -> bool:
        return host in self.banned


@asynccontextmanager
async def listening(
    transport: str = "tcp",
    *,
    limits: Limits | None = None,
    security: Security | None = None,
    origins: tuple[str, ...] = (),
    host: str = "127.0.0.1",
) -> AsyncIterator[tuple[Ear, tuple[str, int]]]:
    ear = Ear(limits, security)
    address = ear.streams.listen(transport, host, 0, origins=origins)
    async with asyncio.timeout(LIMIT_S):
        try:
            yield ear, address
        finally:
            await ear.streams.close()


async def is_cut(reader: asyncio.StreamReader) -> bool:
    """Wait for the connection's end; whether nothing came before it."""
    try:
        return await reader.read() == b""
    except ConnectionResetError:
        return True
