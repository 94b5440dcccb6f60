"""All connections of a driver: those that came in and those we open, found by their flow (RFC 3261 section 18).

Each is counted before its TLS handshake begins, looked over every few seconds while it lasts, and told of when it ends.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Protocol

from msgspec import Struct

from pbx.io.acceptor import Acceptor
from pbx.io.alias import alias_of
from pbx.io.connection import Connection, SipStream
from pbx.io.limits import Limits
from pbx.io.tls import Security
from pbx.io.websocket import WebSocket
from pbx.sip.flow import Flow
from pbx.sip.text import is_address

SECURE = frozenset(("tls", "wss"))
WEB = frozenset(("ws", "wss"))


class Tenant(Protocol):
    """Who knows what a connection is good for."""

    def needs(self, flow: Flow) -> bool:
        """Whether a silent connection must stay: a phone is reached over it, or a call goes on."""

    def promised(self, flow: Flow) -> bool:
        """Whether the far side promised keep-alives (RFC 5626)."""

    def closed(self, flow: Flow) -> None:
        """A connection ended, or could not be opened."""


class StreamUser(Tenant, Protocol):
    """Who takes what comes over connections."""

    def received(self, data: bytes, flow: Flow) -> None:
        """A whole message."""

    def drained(self) -> None:
        """The messages that came at once have been given: the time to send what they gave rise to."""

    def failed(self, flow: Flow) -> None:
        """A flow cannot be sent to."""

    def unwelcome(self, host: str) -> bool:
        """Whether whoever is there may not even connect."""


class Listening(Struct, frozen=True):
    """Where others connect to us."""

    transport: str
    local: str
    """The key of our address (``Flow.local``)."""
    origins: tuple[str, ...] = ()


class Streams:
    """The connections, whatever they are made of."""

    def __init__(
        self,
        user: StreamUser,
        locate: Callable[[Flow], Awaitable[list[Flow]]],
        security: Security,
        limits: Limits,
    ) -> None:
        """``locate`` finds the addresses of a flow to a name (``resolver.Resolver.locate``)."""
        self.limits = limits
        self._user = user
        self._locate = locate
        self._security = security
        self._loop = asyncio.get_running_loop()
        self._by_flow: dict[Flow, Connection] = {}
        """A connection stands under the flow it was opened for, under its source, and under its alias."""
        self._all: dict[Connection, set[Flow]] = {}
        self._guests: set[Connection] = set()
        """Incoming connections, those whose handshake is under way among them."""
        self._sources: Counter[str] = Counter()
        """How many of them each address has."""
        self._opening: dict[Flow, list[bytes]] = {}
        self._acceptors: list[Acceptor] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        """How many connections stand."""
        return len(self._all)

    # Life

    def listen(
        self, transport: str, host: str, port: int, *, local: str = "", origins: Sequence[str] = ()
    ) -> tuple[str, int]:
        """Listen for connections; returns the bound address. Raises OSError, and TlsError without a certificate."""
        if transport in SECURE:
            self._security.server(transport)
        listening = Listening(transport, local, tuple(origins))
        acceptor = Acceptor(partial(self._arrived, listening))
        address = acceptor.open(host, port)
        if not self._acceptors:
            self._keep(self._look_over())
        self._acceptors.append(acceptor)
        return address

    async def close(self) -> None:
        """Stop listening and end all connections."""
        for acceptor in self._acceptors:
            acceptor.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in list(self._all):
            connection.abort()

    # Sending

    def send(self, data: bytes, flow: Flow) -> None:
        """Send over a flow's connection; without one, open it first. Failure is told through ``failed``."""
        connection = self._by_flow.get(flow) or self._known_by_name(flow)
        if connection is not None and connection.usable:
            connection.send(data)
        elif flow.transport in WEB:
            self._loop.call_soon(self._user.failed, flow)  # RFC 7118 section 5: browsers are not connected to
        else:
            waiting = self._opening.setdefault(flow, [])
            waiting.append(data)
            if len(waiting) == 1:
                self._keep(self._open(flow))

    def _known_by_name(self, flow: Flow) -> Connection | None:
        """A connection to the same address whose certificate carries the name that is wanted."""
        if not flow.name:
            return None
        known = self._by_flow.get(flow._replace(name=""))
        return known if known is not None and known.carries(flow.name) else None

    async def _open(self, flow: Flow) -> None:
        connection = await self._first_that_answers(flow) if len(self._all) < self.limits.connections else None
        waiting = self._opening.pop(flow, [])
        if connection is None:
            self._user.failed(flow)
            return
        for data in waiting:
            connection.send(data)

    async def _first_that_answers(self, flow: Flow) -> Connection | None:
        """Connect to the first place behind a flow that can be reached (RFC 3263 section 4.3)."""
        for place in [flow] if is_address(flow.host) else await self._locate(flow):
            secure = place.transport in SECURE
            try:
                async with asyncio.timeout(self.limits.connect_s):
                    _, connection = await self._loop.create_connection(
                        lambda: SipStream(self, flow, incoming=False),
                        place.host,
                        place.port,
                        ssl=self._security.client if secure else None,
                        server_hostname=(flow.name or flow.host) if secure else None,
                    )
            except (OSError, TimeoutError):  # a certificate that does not convince is an OSError too
                continue
            return connection
        return None

    # Arriving

    def _arrived(self, listening: Listening, connected: socket.socket, host: str, port: int) -> None:
        """Somebody connected: let him in, or not."""
        full = max(len(self._all), len(self._guests)) >= self.limits.connections
        if full or self._sources[host] >= self.limits.per_source or self._user.unwelcome(host):
            connected.close()
            return
        flow = Flow(listening.transport, host, port, listening.local)
        if listening.transport in WEB:
            connection: Connection = WebSocket(self, flow, listening.origins)
        else:
            connection = SipStream(self, flow, incoming=True)
        self._guests.add(connection)
        self._sources[host] += 1
        self._keep(self._let_in(connected, connection))

    async def _let_in(self, connected: socket.socket, connection: Connection) -> None:
        transport = connection.flow.transport
        secure = transport in SECURE
        try:
            await self._loop.connect_accepted_socket(
                lambda: connection,
                connected,
                ssl=self._security.server(transport) if secure else None,
                ssl_handshake_timeout=self.limits.handshake_s if secure else None,
            )
        except OSError:
            self.closed(connection)  # no TLS, or none that we speak, or no certificate that we trust

    # What connections tell (connection.House)

    def opened(self, connection: Connection) -> None:
        """It can be written to."""
        self._all[connection] = set()
        for flow in (connection.flow, connection.source):
            self._know(connection, flow)

    def received(self, connection: Connection, message: bytes) -> None:
        """A whole message came."""
        if connection.certificate and (alias := alias_of(message, connection.source)) is not None:
            self._know(connection, alias)
        self._user.received(message, connection.source)

    def drained(self) -> None:
        """All messages that came at once have been given."""
        self._user.drained()

    def closed(self, connection: Connection) -> None:
        """It is over."""
        if connection in self._guests:
            self._guests.remove(connection)
            host = connection.flow.host
            self._sources[host] -= 1
            if not self._sources[host]:
                del self._sources[host]
        for flow in self._all.pop(connection, set()):
            if self._by_flow.get(flow) is connection:
                del self._by_flow[flow]
                self._user.closed(flow)

    def _know(self, connection: Connection, flow: Flow) -> None:
        standing = self._by_flow.get(flow)
        if standing is None or not standing.usable:
            self._by_flow[flow] = connection
            self._all[connection].add(flow)

    # Looking over

    async def _look_over(self) -> None:
        while True:
            await asyncio.sleep(self.limits.sweep_s)
            now = self._loop.time()
            for connection in list(self._all):
                self._look_at(connection, now)

    def _look_at(self, connection: Connection, now: float) -> None:
        silence = connection.silence(now)
        if connection.overdue(now) or self._user.unwelcome(connection.source.host):
            connection.abort()
        elif silence > self.limits.keepalive_s and (
            connection.flow.transport in WEB or self._user.promised(connection.source)
        ):
            connection.abort()  # no keep-alive, or no answer to ours: the far side is gone
        elif silence > self.limits.idle_s:
            if self._user.needs(connection.source) or self._user.needs(connection.flow):
                connection.excuse(now)
            else:
                connection.close()
        else:
            connection.stir(now)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
