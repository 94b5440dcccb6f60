"""Reliable provisional responses that we send (RFC 3262 section 3): numbered, repeated until their PRACK, in order."""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

from pbx.sip.headers.rack import RAck
from pbx.sip.message import Response
from pbx.sip.session.invite_host import InviteHost
from pbx.sip.timers import T1, TIMEOUT
from pbx.sip.transaction.invite_server import InviteServer

LARGEST_FIRST = 2**31 - 1


class ReliableProvisionals:
    """The reliable provisional responses to one INVITE: the next goes out when the last was acknowledged."""

    def __init__(self, host: InviteHost, transaction: InviteServer, lost: Callable[[float], None]) -> None:
        """``lost`` is told when one was never acknowledged."""
        self._host = host
        self._transaction = transaction
        self._lost = lost
        self._number = crc32(host.new_tag().encode()) % LARGEST_FIRST
        self._waiting: list[Response] = []
        """Unacknowledged ones, the first of them on its way."""
        self._interval = T1
        self._until = 0.0
        self._then: Callable[[float], None] | None = None
        self.described = False
        """Whether one of them carried SDP, so that the 2xx carries none."""

    @property
    def holds_back(self) -> bool:
        """Whether the 2xx has to wait for a PRACK, for a description is not acknowledged yet."""
        return any(response.body for response in self._waiting)

    def send(self, response: Response, now: float) -> None:
        """Send one, now or in its turn."""
        self.described = self.described or bool(response.body)
        self._waiting.append(response)
        if len(self._waiting) == 1:
            self._send_first(now)

    def when_clear(self, action: Callable[[float], None]) -> None:
        """Call ``action(now)`` once all are acknowledged."""
        self._then = action

    def acknowledged(self, rack: RAck) -> bool:
        """A PRACK: whether it is for the one on its way, or for the last one that was."""
        if rack.cseq != self._transaction.request.cseq or rack.number != self._number:
            return False
        if self._waiting:
            self._waiting.pop(0)
        return True

    def go_on(self, now: float) -> None:
        """Send what waited for the PRACK that has just been answered."""
        if self._waiting:
            self._send_first(now)
        elif self._then is not None:
            action, self._then = self._then, None
            action(now)

    def stop(self) -> None:
        """A final response ends the repeating; a PRACK that is on its way is still known (section 3)."""
        self._waiting.clear()
        self._then = None

    def _send_first(self, now: float) -> None:
        response = self._waiting[0]
        self._number += 1
        response.add("require", "100rel")
        response.add("rseq", str(self._number))
        self._transaction.respond(response, now)
        self._interval, self._until = T1, now + TIMEOUT
        self._host.timers.at(now + T1, self._repeat, response, self._transaction.last_sent)

    def _repeat(self, response: Response, data: bytes, now: float) -> None:
        if not self._waiting or self._waiting[0] is not response:
            return
        if now >= self._until:
            self.stop()
            self._lost(now)
            return
        self._host.send(data, self._transaction.flow)
        self._interval *= 2
        self._host.timers.at(min(now + self._interval, self._until), self._repeat, response, data)
