"""An INVITE that we answer: responses, CANCEL, and the 2xx repeated until its ACK (RFC 3261 section 13.3.1.4).

Used for the INVITE that sets a session up and for each re-INVITE alike.
"""

from __future__ import annotations

from typing import Protocol

from pbx.sip.abilities import ALLOW, SDP, SUPPORTED
from pbx.sip.headers.options import tokens
from pbx.sip.headers.rack import RAck
from pbx.sip.message import Fields, Request, Response, respond
from pbx.sip.session.invite_host import InviteHost
from pbx.sip.session.reliable import ReliableProvisionals
from pbx.sip.timers import T1, T2, TIMEOUT
from pbx.sip.transaction.invite_server import InviteServer
from pbx.sip.transaction.machine import Transaction


class Invited(Protocol):
    """The session that an INVITE of the far side came to."""

    local_tag: str

    def confirmed(self, body: bytes, now: float) -> None:
        """Our 2xx was acknowledged."""

    def unacknowledged(self, now: float) -> None:
        """It, or a reliable provisional response, never was, within 64 T1: the far side is gone."""

    def cancelled(self, reason: str, now: float) -> None:
        """The far side took its INVITE back."""


class IncomingInvite:
    """One INVITE of the far side."""

    def __init__(self, host: InviteHost, session: Invited, transaction: InviteServer) -> None:
        self._host = host
        self.session = session
        self._transaction = transaction
        self._reliable: ReliableProvisionals | None = None
        self._acknowledged = False
        self._until = 0.0
        """When the 2xx is no longer repeated."""
        self._interval = T1
        self.held = False
        """Whether our 2xx waits for the PRACK of a description (RFC 3262 section 3)."""
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

    @property
    def request(self) -> Request:
        """The INVITE."""
        return self._transaction.request

    @property
    def described(self) -> bool:
        """Whether our description went out in a reliable provisional response."""
        return self._reliable is not None and self._reliable.described

    @property
    def offer_open(self) -> bool:
        """Whether one side still waits for the other's answer, so that none may offer anew (RFC 3311 section 5)."""
        if self.request.body:
            return not self.answered and not self.described
        return self.pending

    def ring(self, status: int, now: float, body: bytes, fields: Fields) -> None:
        """Send a provisional response: reliably where the far side demands it, or knows how and there is a body."""
        response = self._response(status, "", body, fields)
        if status > 100 and self._reliably(body):
            if self._reliable is None:
                self._reliable = ReliableProvisionals(self._host, self._transaction, self.session.unacknowledged)
            self._reliable.send(response, now)
        else:
            self._transaction.respond(response, now)

    def _reliably(self, body: bytes) -> bool:
        request = self.request
        if request.has("require") and "100rel" in tokens(request.get_all("require")):
            return True
        return bool(body) and "100rel" in tokens(request.get_all("supported"))

    def respond(self, status: int, now: float, *, reason: str = "", body: bytes = b"", fields: Fields = ()) -> None:
        """Send the final response; a 2xx is then repeated until it is acknowledged. Raises StateError after another.

        A 2xx whose description went out in a reliable provisional response has none of its own (RFC 6337 section 3.1).
        """
        if self._reliable is not None:
            if status < 300 and self._reliable.described:
                body = b""
            if status < 300 and self._reliable.holds_back:
                self.held = True
                self._reliable.when_clear(lambda now: self._finish(self._response(status, reason, body, fields), now))
                return
            self._reliable.stop()
        self._finish(self._response(status, reason, body, fields), now)

    def try_for(self, seconds: float, now: float) -> None:
        """Send 100 unless there is an answer by then (section 17.2.1)."""
        self._host.timers.at(now + seconds, self._trying)

    def _trying(self, now: float) -> None:
        if not self.answered:
            self._transaction.respond(respond(self.request, 100), now)

    def _response(self, status: int, reason: str, body: bytes, fields: Fields) -> Response:
        request = self.request
        response = respond(request, status, reason, tag="" if status == 100 else self.session.local_tag, body=body)
        if 100 < status < 300:
            for value in request.get_all("record-route"):
                response.add("record-route", value)
            response.add("contact", self._host.contact(self._transaction.flow))
        if 200 <= status < 300:
            response.add("allow", ALLOW)
            response.add("supported", SUPPORTED)
        for key, value in fields:
            response.add(key, value)
        if body:
            response.add("content-type", SDP)
        return response

    def _finish(self, response: Response, now: float) -> None:
        self.held = False
        self._transaction.respond(response, now)
        if response.status < 300:
            self._until = now + TIMEOUT
            self._host.timers.at(now + self._interval, self._repeat)
        else:
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

    def pracked(self, rack: RAck) -> bool:
        """A PRACK within the dialog: whether it acknowledges a reliable response of ours. Answer it, then ``go_on``."""
        return self._reliable is not None and self._reliable.acknowledged(rack)

    def go_on(self, now: float) -> None:
        """Send what waited for a PRACK."""
        if self._reliable is not None and not self.answered:
            self._reliable.go_on(now)

    def acknowledged(self, transaction: Transaction, ack: Request, now: float) -> None:
        """The ACK of our 2xx, found by its branch."""
        self.acknowledge(ack, now)

    def acknowledge(self, ack: Request, now: float) -> None:
        """The ACK of our 2xx, found by its dialog."""
        if not self._acknowledged:
            self._acknowledged = True
            self.session.confirmed(ack.body, now)

    def give_up(self) -> None:
        """The session is over: nothing is repeated any more."""
        self._acknowledged = True
        if self._reliable is not None:
            self._reliable.stop()

    def timed_out(self, transaction: Transaction, now: float) -> None:
        """A failure was never acknowledged; nobody is there to be told."""

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        """The way is broken. For a 2xx, the missing ACK ends the session in its time."""
