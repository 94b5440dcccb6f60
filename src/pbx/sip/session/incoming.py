"""An INVITE that we answer: responses, CANCEL, and the 2xx repeated until its ACK (RFC 3261 section 13.3.1.4).

Used for the INVITE that sets a session up and for each re-INVITE alike.
"""

from __future__ import annotations

from typing import Protocol

from pbx.sip.abilities import ALLOW, SDP
from pbx.sip.message import Fields, Request, respond
from pbx.sip.session.invite_host import InviteHost
from pbx.sip.timers import T1, T2, TIMEOUT
from pbx.sip.transaction.invite_server import InviteServer
from pbx.sip.transaction.machine import Transaction


class Invited(Protocol):
    """The session that an INVITE of the far side came to."""

    local_tag: str

    def confirmed(self, body: bytes, now: float) -> None:
        """Our 2xx was acknowledged."""

    def unacknowledged(self, now: float) -> None:
        """It never was, within 64 T1: the far side is gone."""

    def cancelled(self, reason: str, now: float) -> None:
        """The far side took its INVITE back."""


class IncomingInvite:
    """One INVITE of the far side."""

    def __init__(self, host: InviteHost, session: Invited, transaction: InviteServer) -> None:
        self._host = host
        self.session = session
        self._transaction = transaction
        self._acknowledged = False
        self._until = 0.0
        """When the 2xx is no longer repeated."""
        self._interval = T1
        transaction.user = self

    @property
    def pending(self) -> bool:
        """Whether we owe a final response, or the far side its ACK."""
        return not self._transaction.answered or not self._acknowledged

    @property
    def answered(self) -> bool:
        """Whether a final response was sent."""
        return self._transaction.answered

    @property
    def number(self) -> int:
        """The INVITE's CSeq number."""
        return self._transaction.request.cseq.number

    def respond(self, status: int, now: float, *, reason: str = "", body: bytes = b"", fields: Fields = ()) -> None:
        """Send one response; a 2xx is then repeated until it is acknowledged. Raises StateError after a final one."""
        request = self._transaction.request
        response = respond(request, status, reason, tag="" if status == 100 else self.session.local_tag, body=body)
        if 100 < status < 300:
            for value in request.get_all("record-route"):
                response.add("record-route", value)
            response.add("contact", self._host.contact(self._transaction.flow))
        if 200 <= status < 300:
            response.add("allow", ALLOW)
        for key, value in fields:
            response.add(key, value)
        if body:
            response.add("content-type", SDP)
        self._transaction.respond(response, now)
        if 200 <= status < 300:
            self._until = now + TIMEOUT
            self._host.timers.at(now + self._interval, self._repeat)
        elif status >= 300:
            self._acknowledged = True  # the transaction waits for that ACK by itself

    def _repeat(self, now: float) -> None:
        if self._acknowledged:
            return
        if now >= self._until:
            self._acknowledged = True
            self.session.unacknowledged(now)
            return
        self._host.send(self._transaction.last_sent, self._transaction.flow)
        self._interval = min(self._interval * 2, T2)
        self._host.timers.at(min(now + self._interval, self._until), self._repeat)

    # What the transaction and the dialog tell

    def acknowledged(self, transaction: Transaction, ack: Request, now: float) -> None:
        """The ACK of our 2xx, found by its branch."""
        self.acknowledge(ack, now)

    def acknowledge(self, ack: Request, now: float) -> None:
        """The ACK of our 2xx, found by its dialog."""
        if not self._acknowledged:
            self._acknowledged = True
            self.session.confirmed(ack.body, now)

    def give_up(self) -> None:
        """The session is over: no 2xx is repeated any more."""
        self._acknowledged = True

    def timed_out(self, transaction: Transaction, now: float) -> None:
        """A failure was never acknowledged; nobody is there to be told."""

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        """The way is broken. For a 2xx, the missing ACK ends the session in its time."""
