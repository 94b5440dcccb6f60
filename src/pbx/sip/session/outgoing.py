"""An INVITE that we send: its provisional and final responses, ACK, CANCEL, a challenge answered once.

Used for the INVITE that sets a session up and for each re-INVITE alike; the session hears the outcome.
"""

from __future__ import annotations

from typing import Protocol

from pbx.sip.dialog import Dialog
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.headers.auth import Challenge
from pbx.sip.message import Request, Response
from pbx.sip.session.host import InviteHost
from pbx.sip.timers import TIMEOUT
from pbx.sip.transaction.invite_client import Input
from pbx.sip.transaction.machine import Transaction

CHALLENGES = {401: ("www-authenticate", "authorization"), 407: ("proxy-authenticate", "proxy-authorization")}


class Outcome(Protocol):
    """Who hears what becomes of an INVITE; told one of ``accepted`` or ``refused``, once."""

    def progressed(self, response: Response, now: float) -> None:
        """A provisional response above 100."""

    def accepted(self, response: Response, dialog: Dialog, now: float) -> None:
        """The first 2xx; it has been acknowledged."""

    def refused(self, status: int, reason: str, now: float) -> None:
        """A failure, or the lack of any answer."""


class _Cancel:
    """The user of a CANCEL's transaction: its answer means nothing, for the INVITE's own tells all."""

    def responded(self, transaction: Transaction, response: Response, now: float) -> None: ...

    def timed_out(self, transaction: Transaction, now: float) -> None: ...

    def transport_failed(self, transaction: Transaction, now: float) -> None: ...


class OutgoingInvite:
    """One INVITE, over as many transactions as its challenges take."""

    def __init__(self, host: InviteHost, outcome: Outcome, request: Request, flow: Flow, dialog: Dialog | None) -> None:
        self._host = host
        self._outcome = outcome
        self._request = request
        self._flow = flow
        self._dialog = dialog
        """The dialog it is sent in; None for an INVITE that creates one."""
        self._transaction: Transaction | None = None
        self._provisional = False
        self._cancelled = ""
        self._final = False
        self._acks: dict[str, tuple[bytes, Flow]] = {}
        """The ACK sent to each far tag that answered, to be sent again with each repeated 2xx."""
        self._challenged = False

    def start(self, now: float) -> None:
        """Send it."""
        self._transaction = self._host.start(self._request, self._flow, self, now)

    @property
    def pending(self) -> bool:
        """Whether no final response has come yet."""
        return not self._final

    def cancel(self, now: float, reason: str = "") -> None:
        """Take it back; sent once a provisional response has come, as section 9.1 demands."""
        if self._final or self._cancelled:
            return
        self._cancelled = reason or "SIP;cause=487"
        if self._provisional:
            self._send_cancel(now)

    def _send_cancel(self, now: float) -> None:
        invite = self._request
        cancel = Request("CANCEL", invite.uri_text, [("via", invite.get("via") or ""), ("max-forwards", "70")])
        for key in ("from", "to", "call-id"):
            cancel.add(key, invite.get(key) or "")
        cancel.add("cseq", f"{invite.cseq.number} CANCEL")
        for route in invite.get_all("route"):
            cancel.add("route", route)
        cancel.add("reason", self._cancelled)
        self._host.start(cancel, self._flow, _Cancel(), now)
        self._host.timers.at(now + TIMEOUT, self._abandon)

    def _abandon(self, now: float) -> None:
        """Without a final response within 64 T1 of its CANCEL, the INVITE counts as cancelled (section 9.1)."""
        if not self._final and self._transaction is not None:
            self._transaction.feed(Input.ABANDONED, now)
            self._fail(487, "Request Terminated", now)

    # What the transaction tells

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        """Any response to the INVITE."""
        status = response.status
        if status < 200:
            first, self._provisional = not self._provisional, True
            if self._cancelled:
                if first:
                    self._send_cancel(now)
            elif status > 100:
                self._outcome.progressed(response, now)
        elif status < 300:
            self._answered(response, now)
        elif not (status in CHALLENGES and self._answer_challenge(response, now)):
            self._fail(status, response.reason, now)

    def timed_out(self, transaction: Transaction, now: float) -> None:
        """Timer B."""
        self._fail(408, "Request Timeout", now)

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        """The way is broken."""
        self._fail(503, "Service Unavailable", now)

    def _fail(self, status: int, reason: str, now: float) -> None:
        if not self._final:
            self._final = True
            self._outcome.refused(status, reason, now)

    def _answered(self, response: Response, now: float) -> None:
        try:
            tag = response.to.tag or ""
            if tag in self._acks:
                self._host.send(*self._acks[tag])
                return
            dialog = self._dialog or Dialog.of_caller(self._request, response, self._flow)
            dialog.aim(response)
            way = dialog.next_hop()
        except ParseError as error:
            self._fail(502, f"Bad answer: {error.message}", now)
            return
        ack = bytes(dialog.request("ACK", self._host.new_via(way), self._request.cseq.number))
        self._acks[tag] = (ack, way)
        self._host.send(ack, way)
        if self._final or (self._cancelled and self._dialog is None):
            # A second fork answered, or our CANCEL crossed the 2xx: that dialog is ended at once (section 13.2.2.4).
            bye = dialog.request("BYE", self._host.new_via(way))
            self._host.start(bye, way, _Cancel(), now)
            self._fail(487, "Request Terminated", now)
            return
        self._final = True
        self._outcome.accepted(response, dialog, now)

    def _answer_challenge(self, response: Response, now: float) -> bool:
        if self._challenged or self._cancelled:
            return False
        asked, answered = CHALLENGES[response.status]
        request = self._request
        for value in response.get_all(asked):
            try:
                challenge = Challenge.parse(value)
            except ParseError:
                continue
            credentials = self._host.credentials(challenge, "INVITE", request.uri_text)
            if credentials is None:
                continue
            self._challenged = True
            number = request.cseq.number + 1
            if self._dialog is not None:
                self._dialog.local_seq = number
            request.set("via", self._host.new_via(self._flow))
            request.set("cseq", f"{number} INVITE")
            request.set(answered, str(credentials))
            self._provisional = False
            self.start(now)
            return True
        return False
