"""One connection: what all kinds share, and the plain kind, a stream of framed messages (TCP, and TLS within it)."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Protocol, cast

from pbx.io.limits import Limits
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.framing import PING, PONG, StreamFramer

LAST_WORDS_S = 2.0
"""How long a connection that is over may take to read what it was told."""


class House(Protocol):
    """Who keeps the connections (``streams.Streams``)."""

    limits: Limits

    def opened(self, connection: Connection) -> None:
        """It can be written to."""

    def received(self, connection: Connection, message: bytes) -> None:
        """A whole message came."""

    def drained(self) -> None:
        """All messages that came at once have been given."""

    def closed(self, connection: Connection) -> None:
        """It is over, whoever ended it."""


class Connection(asyncio.Protocol, ABC):
    """One connection: its flow, and since when it owes us something."""

    def __init__(self, house: House, flow: Flow, *, incoming: bool) -> None:
        """``flow`` is what it was opened for, or where it came from."""
        self.flow = flow
        self.incoming = incoming
        self.source = flow
        """The far address in figures: the same, but for a connection that we opened to a name."""
        self.certificate: dict[str, object] = {}
        """What the far side proved to be, as ``ssl.SSLSocket.getpeercert`` gives it; empty where it proved nothing."""
        self._house = house
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._opened_at = self._loop.time()
        self._heard_at = 0.0
        """When something whole last came; 0 before the first."""
        self._begun_at = 0.0
        """When the message began that is not whole yet; 0 while there is none."""

    # What the loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands, TLS handshake and all."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its base class
        peer = transport.get_extra_info("peername")
        if peer is None:  # it has gone again already
            self._transport.abort()
            return
        self.source = Flow(self.flow.transport, peer[0], peer[1], self.flow.local)
        self.certificate = transport.get_extra_info("peercert") or {}
        self._house.opened(self)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        now = self._loop.time()
        try:
            heard = self._take(data)
        except ParseError:
            heard = False
            self._part()
        if heard:
            self._heard_at, self._begun_at = now, 0.0
        if not self._incomplete:
            self._begun_at = 0.0
        elif not self._begun_at:
            self._begun_at = now
        self._house.drained()

    def _part(self) -> None:
        """Nothing more can be read: say what is still to be said, a refusal above all, and leave."""
        self._house.drained()
        self.close()
        self._loop.call_later(LAST_WORDS_S, self.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._house.closed(self)

    # What the house asks

    @property
    def usable(self) -> bool:
        """Whether something can be sent."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, data: bytes) -> None:
        """Send one message; a far side that does not read is cut off."""
        if self._transport is None:
            return
        self._write(data, self._transport)
        if self._transport.get_write_buffer_size() > self._house.limits.unsent:
            self._transport.abort()

    def abort(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """End it once all is sent."""
        if self._transport is not None:
            self._transport.close()

    def silence(self, now: float) -> float:
        """Seconds since something whole came."""
        return now - (self._heard_at or self._opened_at)

    def overdue(self, now: float) -> bool:
        """Whether it takes too long over a message, or over its first (a slow sender holds our memory)."""
        limits = self._house.limits
        if self._begun_at and now - self._begun_at > limits.message_s:
            return True
        return self.incoming and not self._heard_at and now - self._opened_at > limits.first_s

    def excuse(self, now: float) -> None:
        """It may be silent for another while."""
        self._heard_at = now

    def carries(self, name: str) -> bool:
        """Whether the far side's certificate is that of a name (RFC 5922 section 7.2: no wildcards)."""
        names = cast(tuple[tuple[str, str], ...], self.certificate.get("subjectAltName", ()))
        wanted = name.lower()
        return any(value.lower() in (wanted, f"sip:{wanted}") for _, value in names)

    # What each kind does its own way

    @property
    @abstractmethod
    def _incomplete(self) -> bool:
        """Whether a message has begun that is not whole."""

    @abstractmethod
    def _take(self, data: bytes) -> bool:
        """Take bytes in; whether something whole was among them. Raises ParseError where it must be cut."""

    @abstractmethod
    def _write(self, data: bytes, transport: asyncio.Transport) -> None:
        """Put one message on the wire."""

    def stir(self, now: float) -> None:
        """A chance to ask whether the far side still is there."""


class SipStream(Connection):
    """SIP messages one after the other (RFC 3261 section 18.3)."""

    def __init__(self, house: House, flow: Flow, *, incoming: bool) -> None:
        super().__init__(house, flow, incoming=incoming)
        self._framer = StreamFramer()

    @property
    def _incomplete(self) -> bool:
        return self._framer.pending

    def _take(self, data: bytes) -> bool:
        heard = False
        for message in self._framer.feed(data):
            heard = True
            if message != PING:
                self._house.received(self, message)
            elif self._transport is not None:
                self._transport.write(PONG)
        return heard

    def _write(self, data: bytes, transport: asyncio.Transport) -> None:
        transport.write(data)
