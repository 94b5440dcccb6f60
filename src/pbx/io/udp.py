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


class UdpSocket:
    """A bound UDP socket that gives each datagram to ``received``."""

    def __init__(self, received: Callable[[bytes, Flow], None], drained: Callable[[], None]) -> None:
        """``drained`` is called once after each batch: the time to send what the batch gave rise to."""
        self._received = received
        self._drained = drained
        self._socket: socket.socket | None = None

    def open(self, host: str, port: int) -> tuple[str, int]:
        """Bind and listen; returns the bound address. Raises OSError."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        own = socket.socket(family, socket.SOCK_DGRAM)
        try:
            own.setblocking(False)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
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
        receive, received = self._socket.recvfrom, self._received
        try:
            for _ in range(BATCH):
                data, address = receive(LARGEST)
                if len(data) > 4:  # shorter ones are keep-alives (RFC 5626 section 3.5.1)
                    received(data, Flow("udp", address[0], address[1]))
        except OSError:
            pass  # nothing is left, or an ICMP error of an earlier datagram, which its transaction's timers tell
        self._drained()
