"""An INVITE that we send: its provisional and final responses, ACK, CANCEL, a challenge answered once.

Used for the INVITE that sets a session up and for each re-INVITE alike; the session hears the outcome.
"""

from __future__ import annotations

from typing import Protocol

from pbx.sip.abilities import SDP
from pbx.sip.authentication import Keychain, meet_challenge
from pbx.sip.dialog import Dialog
from pbx.sip.errors import ParseError
from pbx.sip.flow import Flow
from pbx.sip.message import Request, Response
from pbx.sip.session.early import EarlyDialogs, Opener
from pbx.sip.session.invite_host import InviteHost
from pbx.sip.session.request import ignored, send_within
from pbx.sip.timers import TIMEOUT
from pbx.sip.transaction.invite_client import Input
from pbx.sip.transaction.machine import Transaction


class Outcome(Opener, Protocol):
    """Who hears what becomes of an INVITE; told one of ``accepted`` or ``refused``, once."""

    def progressed(self, response: Response, now: float) -> None:
        """A provisional response above 100."""

    def accepted(self, response: Response, dialog: Dialog, body: bytes, now: float) -> None:
        """The first 2xx; it has been acknowledged, unless ``answer_due`` says that it waits for our answer.

        ``body`` is the far side's description, whichever response brought it.
        """

    def refused(self, status: int, reason: str, response: Response | None, now: float) -> None:
        """A failure, or the lack of any answer."""

    def longer(self, request: Request, response: Response) -> bool:
        """A 422 demands a longer session timer: whether the request now asks for one."""


class _Cancel:
    """The user of a CANCEL's transaction: its answer means nothing, for the INVITE's own tells all."""

    def responded(self, transaction: Transaction, response: Response, now: float) -> None: ...

    def timed_out(self, transaction: Transaction, now: float) -> None: ...

    def transport_failed(self, transaction: Transaction, now: float) -> None: ...


class OutgoingInvite:
    """One INVITE, over as many transactions as its challenges take."""

    def __init__(
        self,
        host: InviteHost,
        outcome: Outcome,
        request: Request,
        flow: Flow,
        dialog: Dialog | None,
        keychain: Keychain | None = None,
    ) -> None:
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
        self._acks: dict[str, tuple[bytes, Flow] | None] = {}
        """The ACK sent to each far tag that answered, to be sent again with each repeated 2xx; None while it waits."""
        self._unacknowledged: Dialog | None = None
        """The dialog whose 2xx brought an offer that we have not answered yet."""
        self._keychain = keychain
        self._early = EarlyDialogs(host, outcome, request, flow, keychain)
        self._mended: set[int] = set()
        """The kinds of refusal that were met with a second attempt."""

    def start(self, now: float) -> None:
        """Send it."""
        self._transaction = self._host.start(self._request, self._flow, self, now)

    @property
    def pending(self) -> bool:
        """Whether no final response has come yet, or one that waits for our answer."""
        return not self._final or self.answer_due

    @property
    def answer_due(self) -> bool:
        """Whether the 2xx brought the offer that our INVITE lacked (section 13.2.1), and it is not answered yet."""
        return self._unacknowledged is not None

    def answer(self, body: bytes) -> None:
        """Acknowledge the 2xx with our answer to its offer; nothing where none is due."""
        dialog, self._unacknowledged = self._unacknowledged, None
        if dialog is not None:
            self._acknowledge(dialog, body)

    @property
    def heard(self) -> bool:
        """Whether any response has come."""
        return self._provisional or self._final

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
            self._fail(487, "Request Terminated", None, now)

    # What the transaction tells

    def responded(self, transaction: Transaction, response: Response, now: float) -> None:
        """Any response to the INVITE."""
        status = response.status
        if status < 200:
            first, self._provisional = not self._provisional, True
            if self._cancelled:
                if first:
                    self._send_cancel(now)
            elif status > 100 and (self._dialog is not None or self._early.heard(response, now)):
                self._outcome.progressed(response, now)
        elif status < 300:
            self._answered(response, now)
        elif not self._try_again(response, now):
            self._fail(status, response.reason, response, now)

    def timed_out(self, transaction: Transaction, now: float) -> None:
        """Timer B."""
        self._fail(408, "Request Timeout", None, now)

    def transport_failed(self, transaction: Transaction, now: float) -> None:
        """The way is broken."""
        self._fail(503, "Service Unavailable", None, now)

    def _fail(self, status: int, reason: str, response: Response | None, now: float) -> None:
        if not self._final:
            self._final = True
            self._early.close()
            self._outcome.refused(status, reason, response, now)

    def _answered(self, response: Response, now: float) -> None:
        try:
            tag = self._dialog.remote_tag if self._dialog is not None else response.to.tag or ""
            if tag in self._acks:
                if (ack := self._acks[tag]) is not None:
                    self._host.send(*ack)
                return
            dialog, body = self._confirmed(response)
            dialog.next_hop()  # readable, or refused here
        except ParseError as error:
            self._fail(502, f"Bad answer: {error.message}", response, now)
            return
        if self._final or (self._cancelled and self._dialog is None):
            # A second fork answered, or our CANCEL crossed the 2xx: that dialog is ended at once (section 13.2.2.4).
            self._acknowledge(dialog)
            send_within(self._host, dialog, "BYE", now, ignored)
            self._outcome.closed(dialog)
            self._fail(487, "Request Terminated", response, now)
            return
        self._final = True
        if response.body and not self._request.body:
            self._acks[tag], self._unacknowledged = None, dialog
        else:
            self._acknowledge(dialog)
        self._early.close()
        self._outcome.accepted(response, dialog, response.body or body, now)

    def _confirmed(self, response: Response) -> tuple[Dialog, bytes]:
        if self._dialog is None:
            return self._early.take(response)
        self._dialog.aim(response)
        return self._dialog, b""

    @property
    def first_early_dialog(self) -> Dialog | None:
        """The early dialog that began first; None before any did, and once it is decided what became of them."""
        return self._early.first

    def early_dialog(self, tag: str) -> Dialog | None:
        """The early dialog with a far tag."""
        return self._early.find(tag)

    def answered_early(self, tag: str) -> bool:
        """Whether our offer was answered in that early dialog."""
        return self._early.answered(tag)

    def _acknowledge(self, dialog: Dialog, body: bytes = b"") -> None:
        """Send the ACK of a 2xx, with the INVITE's number and credentials (sections 13.2.2.4 and 22.1)."""
        invite, way = self._request, dialog.next_hop()
        ack = dialog.request("ACK", self._host.new_via(way), invite.cseq.number)
        for key in ("authorization", "proxy-authorization"):
            if (credentials := invite.get(key)) is not None:
                ack.add(key, credentials)
        if body:
            ack.add("content-type", SDP)
            ack.body = body
        data = bytes(ack)
        self._acks[dialog.remote_tag] = (data, way)
        self._host.send(data, way)

    def _try_again(self, response: Response, now: float) -> bool:
        """Meet a challenge or a demand for a longer timer, each once; whether there is a second attempt."""
        status = response.status
        if status in self._mended or self._cancelled or not self._mend(response):
            return False
        self._mended.add(status)
        self._early.close()
        request, dialog = self._request, self._dialog
        number = dialog.next_number() if dialog is not None else request.cseq.number + 1
        request.set("via", self._host.new_via(self._flow, "" if dialog is not None else request.uri_text))
        request.set("cseq", f"{number} INVITE")
        self._provisional = False
        self.start(now)
        return True

    def _mend(self, response: Response) -> bool:
        if response.status == 422:
            return self._outcome.longer(self._request, response)
        return meet_challenge(self._request, response, self._keychain or self._host.keychain)
