"""Sockets of a media worker: port pairs, bound on demand and kept warm, and the line to a learnt source.

Binding a pair costs more than all else that opening a leg does, so a pair that is given back rests bound and watched,
and what strays into it is dropped; it is closed when nobody needed it for a while.

Once a leg's source is learnt, the pair's RTP socket is connected to it and becomes the *line*, and a new one is bound
in its place. The kernel then sorts for us: the line receives the source's packets and no others, and sends without an
address to look up; the new socket receives what comes from anywhere else.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from functools import partial

from pbx.media.rtp import MAX_SIZE

Address = tuple[str, int]

KEEP_WARM_S = 30.0
"""How long an unused pair stays bound."""

SETTLE_S = 0.1
"""A pair used again sooner than this may still hold datagrams of its last leg, and is emptied first."""


DRAIN_LIMIT = 64
"""Datagrams dropped at once."""


class Reactor:
    """An epoll and what to call for each of its sockets that can be read."""

    def __init__(self) -> None:
        self.epoll = select.epoll()
        self.handlers: dict[int, Callable[[], None]] = {}

    def watch(self, fd: int, handler: Callable[[], None]) -> None:
        """Call ``handler`` whenever the socket can be read."""
        self.handlers[fd] = handler
        self.epoll.register(fd, select.EPOLLIN)

    def forget(self, fd: int) -> None:
        del self.handlers[fd]
        self.epoll.unregister(fd)


class PortPair:
    """RTP on an even port, RTCP on the next."""

    __slots__ = ("host", "port", "rested_at", "rtcp", "rtp")

    def __init__(self, host: str, port: int) -> None:
        """Bind both; raises OSError."""
        self.host = host
        self.port = port
        self.rested_at = 0.0
        self.rtp = _datagram_socket(host)
        try:
            self.rtp.bind((host, port))
            self.rtcp = _datagram_socket(host)
        except OSError:
            self.rtp.close()
            raise
        try:
            self.rtcp.bind((host, port + 1))
        except OSError:
            self.close()
            raise

    def connect(self, source: Address) -> socket.socket:
        """Connect the RTP socket to a source and hand it over as the line; another takes its place. Raises OSError.

        The port is shared for this moment only, so that no other program can ever bind it beside us. What a stranger
        sent before is still in the line, and the taker has to sift it out.
        """
        line, watch = self.rtp, _datagram_socket(self.host)
        try:
            line.connect(source)  # first: what the source sends meanwhile must not overtake what waits in the line
            for each in (line, watch):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            watch.bind((self.host, self.port))
            for each in (line, watch):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        except OSError:
            watch.close()
            raise
        self.rtp = watch
        return line

    def reaches(self, host: str) -> bool:
        """Whether an address is of this pair's family."""
        return (":" in host) == (":" in self.host)

    def close(self) -> None:
        self.rtp.close()
        self.rtcp.close()


class PortPool:
    """The pairs of a worker: taken by legs, or at rest."""

    def __init__(self, reactor: Reactor) -> None:
        self._reactor = reactor
        self._resting: dict[int, PortPair] = {}  # by port, the longest at rest first

    def take(self, host: str, port: int, now: float) -> PortPair:
        """A bound and watched pair, warm or new, that drops what comes until handlers are set. Raises OSError."""
        pair = self._resting.pop(port, None)
        if pair is not None and pair.host != host:
            self._close(pair)  # it served another of our addresses; each port is bound once at most
            pair = None
        if pair is None:
            pair = PortPair(host, port)
            self._reactor.watch(pair.rtp.fileno(), partial(drain, pair.rtp))
            self._reactor.watch(pair.rtcp.fileno(), partial(drain, pair.rtcp))
        elif now - pair.rested_at < SETTLE_S:
            drain(pair.rtp)
            drain(pair.rtcp)
        return pair

    def rest(self, pair: PortPair, now: float) -> None:
        """Give a pair back."""
        pair.rested_at = now
        self._resting[pair.port] = pair
        self.ignore(pair)

    def ignore(self, pair: PortPair) -> None:
        """Drop what comes to a pair from now on."""
        self._reactor.handlers[pair.rtp.fileno()] = partial(drain, pair.rtp)
        self._reactor.handlers[pair.rtcp.fileno()] = partial(drain, pair.rtcp)

    def trim(self, now: float) -> None:
        """Close what has rested for long."""
        for port, pair in list(self._resting.items()):
            if now - pair.rested_at < KEEP_WARM_S:
                break
            del self._resting[port]
            self._close(pair)

    def _close(self, pair: PortPair) -> None:
        self._reactor.forget(pair.rtp.fileno())
        self._reactor.forget(pair.rtcp.fileno())
        pair.close()


def drain(sock: socket.socket) -> None:
    """Drop what waits in a socket; of a flood no more than a turn's share."""
    for _ in range(DRAIN_LIMIT):
        try:
            sock.recv(MAX_SIZE)
        except BlockingIOError:
            return
        except OSError:
            continue  # a refusal of something we sent earlier: the error is cleared by being told


def _datagram_socket(host: str) -> socket.socket:
    """Non-blocking, with the kernel's default buffers: they hold seconds of a leg's audio, and older is of no use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # IPv4 has sockets of its own, also beside ``::``
    return made
