"""SIP over UDP: one socket of our own, drained until it would block.

Not the loop's datagram transport: a socket with ``add_reader`` costs about half of it a message.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from pbx.sip.flow import Flow

BATCH = 512
"""Datagrams taken at once before the loop's other work gets its turn."""
BUFFER = 4 * 1024 * 1024
"""Bytes of kernel buffer each way: a burst of calls must not be lost while the loop does something else."""
LARGEST = 65_535
IP_MTU_DISCOVER, IP_PMTUDISC_DONT = 10, 0
"""Linux's names, which the socket module lacks: no "don't fragment" bit, so that a message larger than some link on its
way arrives in pieces. RFC 3261 section 18.1.1 would send a request of more than 1,300 bytes by TCP; a phone that
registered by UDP, behind NAT at that, can rarely be reached so (docs/adr/0012)."""


class UdpSocket:
    """A bound UDP socket that gives each datagram to ``received``."""

    def __init__(self, received: Callable[[bytes, Flow], None], drained: Callable[[], None]) -> None:
        """``drained`` is called once after each batch: the time to send what the batch gave rise to."""
        self._received = received
        self._drained = drained
        self.local = ""
        """How flows name our address (``Flow.local``)."""
        self._socket: socket.socket | None = None

    def open(self, host: str, port: int) -> tuple[str, int]:
        """Bind and listen; returns the bound address. Raises OSError."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        own = socket.socket(family, socket.SOCK_DGRAM)
        try:
            own.setblocking(False)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
            if family == socket.AF_INET6:
                own.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # IPv4 has a socket of its own
            else:
                own.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT)
            own.bind((host, port))
        except OSError:
            own.close()
            raise
        self._socket = own
        asyncio.get_running_loop().add_reader(own, self._readable)
        address = own.getsockname()
        return address[0], address[1]

    def close(self) -> None:
        """Stop listening."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    def send(self, data: bytes, host: str, port: int) -> bool:
        """Send one datagram; False where the kernel says that it cannot be delivered.

        A full send buffer counts as sent: to SIP it is a datagram lost, and retransmission repairs it.
        """
        if self._socket is None:
            return False
        try:
            self._socket.sendto(data, (host, port))
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True

    def _readable(self) -> None:
        if self._socket is None:
            return
        receive, received, local = self._socket.recvfrom, self._received, self.local
        try:
            for _ in range(BATCH):
                data, address = receive(LARGEST)
                if len(data) > 4:  # shorter ones are keep-alives (RFC 5626 section 3.5.1)
                    received(data, Flow("udp", address[0], address[1], local))
        except OSError:
            pass  # nothing is left, or an ICMP error of an earlier datagram, which its transaction's timers tell
        self._drained()
