"""The shell around a SIP endpoint: sockets in front of it, a timer behind it, its events to a handler."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from pbx.io.gate import Gate
from pbx.io.names import Names
from pbx.io.resolver import Resolver
from pbx.io.tcp import TcpPort
from pbx.io.udp import UdpSocket
from pbx.sip.endpoint import Endpoint
from pbx.sip.events import Event
from pbx.sip.flow import Flow
from pbx.sip.text import is_address
from pbx.sip.uri import Uri

log = structlog.get_logger()

TRIES = 10
"""Ports to try for UDP and TCP alike, where any will do."""


class SipDriver:
    """Moves bytes, time and events of one endpoint; knows nothing of what they mean."""

    def __init__(
        self,
        endpoint: Endpoint,
        handler: Callable[[Event, float], None],
        witness: Callable[[bytes, Flow, bool], None] | None = None,
        gate: Gate | None = None,
    ) -> None:
        """``witness`` is shown each message that was taken in, or is sent (True).

        ``gate``: who decides which messages are taken in; without one, all are.
        """
        self._endpoint = endpoint
        self._handler = handler
        self._witness = witness or (lambda data, flow, outgoing: None)
        self._gate = gate
        self._loop = asyncio.get_running_loop()
        self._udp = UdpSocket(self._receive, self.pump)
        self._names = Names()
        self._resolver = Resolver(self._names)
        self._tcp = TcpPort(self._receive, self.pump, self._failed, self._resolver.locate)
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._resolving: set[asyncio.Task[None]] = set()
        self._dispatching = False
        self.failures = 0
        """Mistakes of ours that a message or a timer ran into; each is logged, none ends the process."""

    async def open(self, host: str, port: int, *, tcp: bool = True) -> tuple[str, int]:
        """Listen on UDP and TCP, one port for both (0: any that is free); returns the address. Raises OSError."""
        for tries_left in reversed(range(TRIES)):
            address = self._udp.open(host, port)
            try:
                if tcp:
                    await self._tcp.open(*address)
                break
            except OSError:
                self._udp.close()
                if port or not tries_left:
                    raise  # else the port that UDP was given is another's by TCP: the next one may be free
        return address

    async def close(self) -> None:
        """Close all sockets; nothing is sent any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for task in self._resolving:
            task.cancel()
        self._udp.close()
        await self._tcp.close()
        await self._names.close()

    @property
    def now(self) -> float:
        """The endpoint's clock."""
        return self._loop.time()

    def _receive(self, data: bytes, flow: Flow) -> None:
        now = self._loop.time()
        gate = self._gate
        if gate is not None and not gate.admit(data, flow, now):
            return
        self._witness(data, flow, False)
        figures = self._endpoint.figures
        unreadable = figures.unreadable + figures.dropped
        try:
            self._endpoint.receive(data, flow, now)
        except Exception:
            self.failures += 1
            log.exception("sip.receive_failed", transport=flow.transport, bytes=len(data))
        if gate is not None and figures.unreadable + figures.dropped != unreadable:
            gate.malformed(flow, now)
        self._dispatch(now)

    def _dispatch(self, now: float) -> None:
        """Give events to the handler until there are none; its answers may raise new ones."""
        self._dispatching = True
        try:
            while events := self._endpoint.take_events():
                for event in events:
                    self._handle(event, now)
        finally:
            self._dispatching = False

    def _handle(self, event: Event, now: float) -> None:
        try:
            self._handler(event, now)
        except Exception:
            self.failures += 1
            log.exception("sip.event_failed", kind=type(event).__name__)

    def pump(self) -> None:
        """Send what waits and set the timer; called after each batch, and by whoever used a verb.

        A verb used by the handler itself waits for the end of its batch, so that events keep their order.
        """
        if self._dispatching:
            return
        self._dispatch(self._loop.time())
        for data, flow in self._endpoint.take_outgoing():
            self._witness(data, flow, True)
            if flow.transport != "udp":
                self._tcp.send(data, flow)
            elif not is_address(flow.host):
                self._resolve_and_send(data, flow)
            elif not self._udp.send(data, flow.host, flow.port):
                self._loop.call_soon(self._failed, flow)
        wanted = self._endpoint.next_timer()
        if wanted is not None and (self._timer is None or wanted < self._timer_at):
            if self._timer is not None:
                self._timer.cancel()
            self._timer_at = wanted
            self._timer = self._loop.call_at(wanted, self._timer_due)

    def _timer_due(self) -> None:
        self._timer = None
        try:
            self._endpoint.handle_timer(self._loop.time())
        except Exception:
            self.failures += 1
            log.exception("sip.timer_failed")
        self.pump()

    def _failed(self, flow: Flow) -> None:
        self._endpoint.transport_failed(flow, self._loop.time())
        self.pump()

    async def resolve(self, uri: Uri) -> list[Flow]:
        """All places that a URI leads to, the first to be tried first (RFC 3263); none where it leads nowhere."""
        return await self._resolver.resolve(uri)

    def _resolve_and_send(self, data: bytes, flow: Flow) -> None:
        task = self._loop.create_task(self._locate_and_send(data, flow))
        self._resolving.add(task)
        task.add_done_callback(self._resolving.discard)

    async def _locate_and_send(self, data: bytes, flow: Flow) -> None:
        places = await self._resolver.locate(flow)
        if not any(self._udp.send(data, place.host, place.port) for place in places):
            self._failed(flow)
