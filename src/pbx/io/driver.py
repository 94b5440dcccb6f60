"""The shell around a SIP endpoint: sockets in front of it, a timer behind it, its events to a handler."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from socket import AF_INET, AF_INET6

import structlog

from pbx.io.gate import Gate
from pbx.io.limits import Limits
from pbx.io.listener import Listener, ListenFailed
from pbx.io.names import Names
from pbx.io.resolver import Resolver
from pbx.io.streams import Streams, Tenant
from pbx.io.tls import Security
from pbx.io.udp import UdpSocket
from pbx.sip.endpoint import Endpoint
from pbx.sip.events import Event
from pbx.sip.flow import Flow, place_key
from pbx.sip.text import is_address, wire_host
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
        *,
        tenant: Tenant | None = None,
        security: Security | None = None,
        limits: Limits | None = None,
        nameservers: Sequence[tuple[str, int]] = (),
    ) -> None:
        """``witness`` is shown each message that was taken in, or is sent (True).

        ``gate``: who decides which messages are taken in; without one, all are. ``tenant``: who knows which silent
        connections are needed. ``nameservers``: those to ask instead of the system's.
        """
        self._endpoint = endpoint
        self._handler = handler
        self._witness = witness or (lambda data, flow, outgoing: None)
        self._gate = gate
        self._tenant = tenant
        self._loop = asyncio.get_running_loop()
        self._udp: dict[str, UdpSocket] = {}
        self._names = Names(nameservers)
        self._resolver = Resolver(self._names)
        self._streams = Streams(self, self._resolver.locate, security or Security(), limits or Limits())
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._resolving: set[asyncio.Task[None]] = set()
        self._dispatching = False
        self.failures = 0
        """Mistakes of ours that a message or a timer ran into; each is logged, none ends the process."""

    def listen(self, listener: Listener) -> tuple[str, int]:
        """Serve SIP at an address; returns the bound one. Raises ListenFailed."""
        if (listener.transport or "udp") not in self._endpoint.transports:
            raise ListenFailed(f"{listener} may not be served, for others listen in")
        host, port, told = listener.host, listener.port, listener.advertised
        try:
            if not listener.transport:
                return self.open(host, port, advertised=told)
            return self.open_stream(listener.transport, host, port, advertised=told, origins=listener.origins)
        except OSError as error:
            raise ListenFailed(f"cannot serve SIP on {listener}: {error.strerror or error}") from error

    def open(self, host: str, port: int, *, tcp: bool = True, advertised: str | None = None) -> tuple[str, int]:
        """Listen on UDP and TCP, one port for both (0: any that is free); returns the address. Raises OSError.

        ``advertised`` is the address that others are told, where it is not the one bound.
        """
        for tries_left in reversed(range(TRIES)):
            socket = UdpSocket(self.received, self.pump)
            address = socket.open(host, port)
            try:
                if tcp:
                    self._streams.listen("tcp", *address, local=self._local("tcp", *address))
                break
            except OSError:
                socket.close()
                if port or not tries_left:
                    raise  # else the port that UDP was given is another's by TCP: the next one may be free
        socket.local = self._local("udp", *address)
        self._udp[self._settle("udp", address, advertised)] = socket
        if tcp:
            self._settle("tcp", address, advertised)
        return address

    def open_stream(
        self, transport: str, host: str, port: int, *, advertised: str | None = None, origins: Sequence[str] = ()
    ) -> tuple[str, int]:
        """Listen for connections alone: ``tcp``, ``tls``, ``ws`` or ``wss``. Raises OSError, TlsError."""
        address = self._streams.listen(transport, host, port, local=self._local(transport, host, port), origins=origins)
        self._settle(transport, address, advertised)
        return address

    def _local(self, transport: str, host: str, port: int) -> str:
        """How flows name an address of ours: the first one of a transport and family needs no name."""
        taken = place_key(transport, host) in self._endpoint.sent_by
        return f"{transport}/{wire_host(host)}:{port}" if taken else ""

    def _settle(self, transport: str, address: tuple[str, int], advertised: str | None) -> str:
        """Let the endpoint know an address of ours; returns its key."""
        key = self._local(transport, *address) or place_key(transport, address[0])
        self._endpoint.sent_by[key] = (advertised or address[0], address[1])
        family = AF_INET6 if ":" in address[0] else AF_INET
        if family not in self._resolver.families:
            self._resolver.families.append(family)
        return key

    async def close(self) -> None:
        """Close all sockets; nothing is sent any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for task in self._resolving:
            task.cancel()
        for socket in self._udp.values():
            socket.close()
        await self._streams.close()
        await self._names.close()

    @property
    def now(self) -> float:
        """The endpoint's clock."""
        return self._loop.time()

    def received(self, data: bytes, flow: Flow) -> None:
        """A whole message came."""
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
            if flow.transport not in self._endpoint.transports:
                self._loop.call_soon(self.failed, flow)
                continue
            self._witness(data, flow, True)
            if flow.transport != "udp":
                self._streams.send(data, flow)
            elif not is_address(flow.host):
                self._resolve_and_send(data, flow)
            elif not self._send_datagram(data, flow):
                self._loop.call_soon(self.failed, flow)
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

    def _send_datagram(self, data: bytes, flow: Flow) -> bool:
        """Send from the address that the flow is on, or else from the first of its family."""
        socket = self._udp.get(flow.local) or self._udp.get(place_key("udp", flow.host))
        return socket is not None and socket.send(data, flow.host, flow.port)

    # What connections tell and ask (streams.StreamUser)

    def drained(self) -> None:
        """The messages that came at once have been given."""
        self.pump()

    def failed(self, flow: Flow) -> None:
        """A flow cannot be sent to."""
        self._endpoint.transport_failed(flow, self._loop.time())
        self._gone(flow)

    def closed(self, flow: Flow) -> None:
        """A connection ended."""
        self._endpoint.flow_closed(flow, self._loop.time())
        self._gone(flow)

    def _gone(self, flow: Flow) -> None:
        if self._tenant is not None and flow.reliable:
            self._tenant.closed(flow)
        self.pump()

    def needs(self, flow: Flow) -> bool:
        """Whether a silent connection must stay."""
        return self._tenant is not None and self._tenant.needs(flow)

    def promised(self, flow: Flow) -> bool:
        """Whether the far side promised keep-alives."""
        return self._tenant is not None and self._tenant.promised(flow)

    def unwelcome(self, host: str) -> bool:
        """Whether whoever is there may not even connect."""
        return self._gate is not None and self._gate.banned(host)

    # Names

    async def resolve(self, uri: Uri) -> list[Flow]:
        """All places that a URI leads to, the first to be tried first (RFC 3263); none where it leads nowhere."""
        return [flow for flow in await self._resolver.resolve(uri) if flow.transport in self._endpoint.transports]

    def locate(self, wanted: Flow, found: Callable[[tuple[Flow, ...], float], None]) -> None:
        """Look up what a flow to a name stands for (port 0: by SRV); ``found`` is told, with the time, in a while."""
        task = self._loop.create_task(self._locate(wanted, found))
        self._resolving.add(task)
        task.add_done_callback(self._resolving.discard)

    async def _locate(self, wanted: Flow, found: Callable[[tuple[Flow, ...], float], None]) -> None:
        places = await self._resolver.locate(wanted)
        found(tuple(places), self._loop.time())
        self.pump()

    def _resolve_and_send(self, data: bytes, flow: Flow) -> None:
        task = self._loop.create_task(self._locate_and_send(data, flow))
        self._resolving.add(task)
        task.add_done_callback(self._resolving.discard)

    async def _locate_and_send(self, data: bytes, flow: Flow) -> None:
        places = await self._resolver.locate(flow)
        if not any(self._send_datagram(data, place) for place in places):
            self.failed(flow)
