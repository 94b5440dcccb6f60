"""What waits to be sent on a stream socket: octets, and the sockets that travel with them, in their order.

A socket that is handed to another process goes with the first octet of its own frame (SCM_RIGHTS), so that the
receiver has it no later than the frame that speaks of it, and as many in the same order as such frames.
"""

from __future__ import annotations

import socket
from collections import deque


class Outbox:
    """For a non-blocking stream socket of this machine."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._parcels: deque[tuple[bytes, socket.socket | None]] = deque()

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._parcels)

    def put(self, data: bytes, carried: socket.socket | None = None) -> None:
        """Let octets wait, with a socket that is closed here once it was sent."""
        self._parcels.append((data, carried))

    def send(self) -> None:
        """Send as much as there is room for. Raises OSError when the far end is gone."""
        while self._parcels:
            data, carried = self._parcels[0]
            try:
                if carried is None:
                    sent = self._socket.send(data)
                else:
                    sent = socket.send_fds(self._socket, [data], [carried.fileno()])
                    carried.close()
            except BlockingIOError:
                return
            if sent == len(data):
                self._parcels.popleft()
            else:
                self._parcels[0] = (data[sent:], None)

    def clear(self) -> None:
        """Drop what waits."""
        for _, carried in self._parcels:
            if carried is not None:
                carried.close()
        self._parcels.clear()
