"""What callers and phones of the load generator share: a socket to the switch, timers, and a count of everything."""

from __future__ import annotations

import heapq
import socket
from collections.abc import Callable
from itertools import count
from time import monotonic

from _messages import Address

T1_S = 0.5
"""RFC 3261 section 17.1.1.1: after this long without an answer a message is sent again, then after twice as long."""
T2_S = 4.0
"""The longest pause between two retransmissions."""
GIVE_UP_S = 64 * T1_S
LARGEST = 65_535
BUFFER = 4 * 1024 * 1024


class Timers:
    """What is to be done when; times are those of ``monotonic``."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, when: float, action: Callable[[], None]) -> None:
        """Do it then; what is due at the same time keeps its order."""
        heapq.heappush(self._heap, (when, next(self._order), action))

    def run(self) -> float:
        """Do all that is due; seconds until the next, a tenth at most."""
        heap = self._heap
        while heap and heap[0][0] <= monotonic():
            heapq.heappop(heap)[2]()
        return max(0.0, min(heap[0][0] - monotonic(), 0.1)) if heap else 0.1


class Line:
    """A UDP socket that talks to the switch only, and counts."""

    def __init__(self, switch: Address, timers: Timers) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        self.socket.bind((switch[0], 0))
        self.socket.connect(switch)
        self.address: Address = self.socket.getsockname()
        self._timers = timers
        self.sizes: list[int] = []
        """Octets of every datagram, sent or received, in their order."""
        self.resent = 0
        """How many were sent again, for want of an answer."""

    def reset(self) -> None:
        """Counts begin again."""
        self.sizes.clear()
        self.resent = 0

    def send(self, message: bytes) -> None:
        """Send one datagram; what the kernel does not take is lost, as on any network."""
        self.sizes.append(len(message))
        try:
            self.socket.send(message)
        except OSError:
            return

    def send_until(self, message: bytes, done: Callable[[], bool]) -> None:
        """Send, and send again until it is answered, at most for 32 s."""
        self.send(message)
        self._again(message, done, T1_S, monotonic() + GIVE_UP_S)

    def _again(self, message: bytes, done: Callable[[], bool], pause_s: float, until: float) -> None:
        def due() -> None:
            if done() or monotonic() >= until:
                return
            self.resent += 1
            self.send(message)
            self._again(message, done, min(2 * pause_s, T2_S), until)

        self._timers.at(monotonic() + pause_s, due)

    def drain(self, received: Callable[[bytes], None]) -> None:
        """Take all that has arrived."""
        receive, note = self.socket.recv, self.sizes.append
        try:
            while True:
                message = receive(LARGEST)
                note(len(message))
                received(message)
        except OSError:
            return  # nothing is left
