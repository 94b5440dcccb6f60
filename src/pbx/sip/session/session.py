"""One session: the call as SIP sees it, from the first INVITE to the last BYE.

    incoming:  OFFERED --accept--> CONFIRMED          outgoing:  CALLING --2xx--> CONFIRMED
                  |  reject, CANCEL   |  bye, BYE                   |  cancel, failure |
                  +---------------> ENDED <-------------------------+------------------+

CONFIRMED is entered with the 2xx; the ACK that is still on its way is the concern of ``IncomingInvite``.
"""

from __future__ import annotations

from enum import Enum, auto

from pbx.sip.abilities import ALLOW, METHODS, SDP
from pbx.sip.authentication import Keychain
from pbx.sip.dialog import Dialog
from pbx.sip.errors import StateError
from pbx.sip.flow import Flow
from pbx.sip.message import Fields, Message, Request, Response, respond
from pbx.sip.session.events import (
    OfferAnswered,
    OfferReceived,
    RequestAnswered,
    RequestWithin,
    SessionAccepted,
    SessionCancelled,
    SessionConfirmed,
    SessionEnded,
    SessionProgressed,
    SessionRejected,
)
from pbx.sip.session.host import Host
from pbx.sip.session.incoming import IncomingInvite
from pbx.sip.session.outgoing import OutgoingInvite
from pbx.sip.session.request import GONE, ignored, send_within
from pbx.sip.session.transfers import Transfers
from pbx.sip.transaction.invite_server import InviteServer
from pbx.sip.transaction.non_invite_server import NonInviteServer


class Phase(Enum):
    """How far a session is."""

    OFFERED = auto()
    CALLING = auto()
    CONFIRMED = auto()
    ENDED = auto()


class Session:
    """One INVITE session. Verbs raise StateError where the phase does not allow them."""

    def __init__(self, host: Host, phase: Phase, local_tag: str) -> None:
        self._host = host
        self.phase = phase
        self.local_tag = local_tag
        self.call_id = ""
        """The Call-ID of its INVITE."""
        self.dialog: Dialog | None = None
        self.request: Request | None = None
        """The INVITE that came in; None for a call of ours."""
        self._far: Message | None = None
        """The far side's INVITE or 2xx, which says what it can do."""
        self._incoming: IncomingInvite | None = None
        """The far side's last INVITE."""
        self._outgoing: OutgoingInvite | None = None
        """Our last INVITE."""
        self._transfers: Transfers | None = None
        self._parting: str | None = None
        """The reason of a BYE that waits for the ACK of our 2xx."""
        self.user: object | None = None
        """Whatever the endpoint's user wants to find again with the session's events."""

    # Beginnings, used by the endpoint

    @staticmethod
    def offered(host: Host, transaction: InviteServer, local_tag: str) -> Session:
        """The session of an INVITE that came in. Raises ParseError."""
        session = Session(host, Phase.OFFERED, local_tag)
        session.call_id = transaction.request.call_id
        session.dialog = Dialog.of_callee(transaction.request, local_tag, transaction.flow)
        session.request = session._far = transaction.request
        session._incoming = IncomingInvite(host, session, transaction)
        host.adopt(session, session.dialog)
        return session

    def call(self, request: Request, flow: Flow, now: float, keychain: Keychain | None = None) -> None:
        """Send the INVITE that sets the session up."""
        self.call_id = request.call_id
        self._outgoing = OutgoingInvite(self._host, _Setup(self), request, flow, None, keychain)
        self._outgoing.start(now)

    # Verbs

    def ring(self, now: float, status: int = 180, *, body: bytes = b"", fields: Fields = ()) -> None:
        """Send a provisional response; one with a body (SDP) is early media."""
        self._expect(Phase.OFFERED).respond(status, now, body=body, fields=fields)

    def accept(self, body: bytes, now: float, *, fields: Fields = ()) -> None:
        """Answer the call with our SDP."""
        self._expect(Phase.OFFERED).respond(200, now, body=body, fields=fields)
        self.phase = Phase.CONFIRMED

    def answer(self, body: bytes, now: float) -> None:
        """Answer the offer that the far side's 2xx brought (``answer_due``): our SDP goes out with the ACK."""
        self._established()
        if self._outgoing is None or not self._outgoing.answer_due:
            raise StateError("no offer waits for our answer")
        self._outgoing.answer(body)

    def reject(self, status: int, now: float, *, reason: str = "", fields: Fields = ()) -> None:
        """Refuse the call with a final status (300-699), a 3xx with the Contacts to try instead."""
        self._expect(Phase.OFFERED).respond(status, now, reason=reason, fields=fields)
        self._end()

    def cancel(self, now: float, reason: str = "") -> None:
        """Take our call back before it is answered; ``SessionRejected`` tells when it is gone."""
        if self.phase is not Phase.CALLING or self._outgoing is None:
            raise StateError(f"cancel does not fit phase {self.phase.name}")
        self._outgoing.cancel(now, reason)

    def bye(self, now: float, reason: str = "") -> None:
        """End an established session; no event follows.

        The callee's BYE waits for the ACK of its 2xx (section 15): else one that lost the 2xx would ring for ever.
        """
        dialog = self._established()
        if self._incoming is not None and not self._incoming.answered:
            self._incoming.respond(487, now)
        if self._incoming is not None and self._incoming.pending:
            self.phase, self._parting = Phase.ENDED, reason
        else:
            self._part(dialog, reason, now)

    def _part(self, dialog: Dialog, reason: str, now: float) -> None:
        if self._outgoing is not None:
            self._outgoing.answer(b"")  # a 2xx that waits for our answer is acknowledged all the same
        send_within(self._host, dialog, "BYE", now, ignored, fields=(("reason", reason),) if reason else ())
        self._end()

    def send(self, method: str, now: float, *, content_type: str = "", body: bytes = b"", fields: Fields = ()) -> None:
        """Send any other request within the dialog; ``RequestAnswered`` follows."""

        def done(status: int, response: Response | None, now: float) -> None:
            if self.phase is Phase.CONFIRMED:
                self._host.tell(RequestAnswered(self, method, status, response))
            if status in GONE:
                self._lost("lost", "")

        send_within(
            self._host, self._established(), method, now, done, fields=fields, content_type=content_type, body=body
        )

    def refer(self, target: str, now: float, *, replaces: str = "", referred_by: str = "") -> None:
        """Ask the far side to call ``target`` (a URI), in place of the dialog that ``replaces`` names where it does.

        ``ReferProgressed`` tells how it does. Raises ParseError for what cannot be read.
        """
        self._established()
        self._transferring().refer(target, now, replaces, referred_by)

    def _transferring(self) -> Transfers:
        if self._transfers is None:
            if self.dialog is None:
                raise StateError("no dialog yet")
            self._transfers = Transfers(self._host, self, self.dialog)
        return self._transfers

    def supports(self, option: str) -> bool:
        """Whether the far side said that it knows an extension, by its option tag."""
        return self._far is not None and option in map(str.lower, self._far.values("supported"))

    def offer(self, body: bytes, now: float) -> None:
        """Send a re-INVITE; ``OfferAnswered`` follows. Raises StateError while another is under way (glare).

        An empty body asks the far side to offer; its offer then waits for ``answer``.
        """
        dialog = self._established()
        if self.offer_pending:
            raise StateError("another offer is under way")
        way = dialog.next_hop()
        request = dialog.request("INVITE", self._host.new_via(way))
        request.add("contact", self._host.contact(way))
        request.add("allow", ALLOW)
        if body:
            request.add("content-type", SDP)
            request.body = body
        self._outgoing = OutgoingInvite(self._host, _Change(self), request, way, dialog)
        self._outgoing.start(now)

    def accept_offer(self, body: bytes, now: float) -> None:
        """Answer a re-INVITE with our SDP."""
        self._expect(Phase.CONFIRMED).respond(200, now, body=body)

    def refuse_offer(self, status: int, now: float) -> None:
        """Refuse a re-INVITE; the session stays as it was (section 14.2)."""
        self._expect(Phase.CONFIRMED).respond(status, now)

    @property
    def offer_pending(self) -> bool:
        """Whether an INVITE of either side is still being answered or acknowledged (section 14.1)."""
        ours = self._outgoing is not None and self._outgoing.pending
        return ours or (self._incoming is not None and self._incoming.pending)

    def _expect(self, phase: Phase) -> IncomingInvite:
        if self.phase is not phase or self._incoming is None or self._incoming.answered:
            raise StateError(f"no INVITE waits for an answer in phase {self.phase.name}")
        return self._incoming

    def _established(self) -> Dialog:
        if self.phase is not Phase.CONFIRMED or self.dialog is None:
            raise StateError(f"not established: phase {self.phase.name}")
        return self.dialog

    def _end(self) -> None:
        self.phase = Phase.ENDED
        if self._incoming is not None:
            self._incoming.give_up()
        # The transactions linger and hold the invites; what these hold must not hold them in turn.
        self._incoming = self._outgoing = None
        self._host.drop(self)

    def _lost(self, cause: str, reason: str) -> None:
        known = self.phase is Phase.CONFIRMED
        self._end()
        if known:
            self._host.tell(SessionEnded(self, cause, reason))

    # What the wire tells, through the endpoint

    def cancelled(self, reason: str, now: float) -> None:
        """A CANCEL for an INVITE of the far side (section 9.2); one that was answered goes on."""
        if self._incoming is None or self._incoming.answered:
            return
        self._incoming.respond(487, now)
        if self.phase is Phase.OFFERED:
            self._end()
            self._host.tell(SessionCancelled(self, reason))

    def acknowledged(self, ack: Request, now: float) -> None:
        """An ACK within the dialog."""
        if self._incoming is not None and ack.cseq.number == self._incoming.number:
            self._incoming.acknowledge(ack, now)

    def invited(self, transaction: InviteServer, now: float) -> None:
        """A re-INVITE (section 14.2)."""
        request, dialog = transaction.request, self.dialog
        if self._incoming is not None and not self._incoming.answered:
            # A second INVITE before the first was answered: 500 with Retry-After (section 14.2).
            busy = respond(request, 500, "Another INVITE is being answered", tag=self.local_tag)
            busy.add("retry-after", "5")
            transaction.respond(busy, now)
        elif dialog is None or self.phase is not Phase.CONFIRMED:
            transaction.respond(respond(request, 481, tag=self.local_tag), now)
        elif self._outgoing is not None and self._outgoing.pending:
            transaction.respond(respond(request, 491, tag=self.local_tag), now)
        else:
            if self._incoming is not None:
                self._incoming.give_up()
            dialog.aim(request)
            dialog.flow = transaction.flow
            self._incoming = IncomingInvite(self._host, self, transaction)
            self._host.tell(OfferReceived(self, request.body))

    def requested(self, transaction: NonInviteServer, request: Request, now: float) -> None:
        """Any other request within the dialog."""
        if request.method == "BYE":
            transaction.respond(respond(request, 200), now)
            if self._incoming is not None and not self._incoming.answered:
                self._incoming.respond(487, now)  # section 15.1.2: pending requests are answered 487
            if self.phase is Phase.OFFERED:
                self._end()
                self._host.tell(SessionCancelled(self, request.get("reason") or ""))
            else:
                self._lost("bye", request.get("reason") or "")
        elif request.method == "OPTIONS":
            transaction.respond(respond(request, 200), now)
        elif request.method in ("REFER", "NOTIFY", "SUBSCRIBE"):
            self._transferring().take(transaction, request, now)
        elif request.method in METHODS:
            transaction.expire(now)
            self._host.tell(RequestWithin(self, transaction, request))
        else:
            refusal = respond(request, 501)
            refusal.add("allow", ALLOW)
            transaction.respond(refusal, now)

    # What our invites tell

    def confirmed(self, body: bytes, now: float) -> None:
        """Our 2xx was acknowledged."""
        if self._parting is None:
            self._host.tell(SessionConfirmed(self, body))
        elif self.dialog is not None:
            self._part(self.dialog, self._parting, now)

    def unacknowledged(self, now: float) -> None:
        """Our 2xx never was: the session is ended with a BYE (section 13.3.1.4)."""
        if self.phase is Phase.CONFIRMED:
            self.bye(now)
            self._host.tell(SessionEnded(self, "unacknowledged", ""))
        elif self._parting is not None and self.dialog is not None:
            self._part(self.dialog, self._parting, now)

    def set_up(self, response: Response, dialog: Dialog) -> None:
        """Our call was answered."""
        self.dialog = dialog
        self._far = response
        self.phase = Phase.CONFIRMED
        self._host.adopt(self, dialog)
        due = self._outgoing is not None and self._outgoing.answer_due
        self._host.tell(SessionAccepted(self, response.body, due, response))

    def rejected(self, status: int, reason: str, response: Response | None) -> None:
        """Our call failed."""
        if self.phase is Phase.CALLING:
            self._end()
            self._host.tell(SessionRejected(self, status, reason, response))

    def progressed(self, response: Response) -> None:
        """Our call rings, or whatever else the far side says of it."""
        if self.phase is Phase.CALLING:
            self._host.tell(SessionProgressed(self, response.status, response.body, response))

    def changed(self, status: int, body: bytes) -> None:
        """Our re-INVITE was answered; 408 and 481 end the session (section 12.2.1.2)."""
        if status in GONE:
            self._lost("lost", "")
        elif self.phase is Phase.CONFIRMED:
            due = self._outgoing is not None and self._outgoing.answer_due
            self._host.tell(OfferAnswered(self, status, body, due))


class _Setup:
    """The outcome of the INVITE that sets a session up."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def progressed(self, response: Response, now: float) -> None:
        self._session.progressed(response)

    def accepted(self, response: Response, dialog: Dialog, now: float) -> None:
        self._session.set_up(response, dialog)

    def refused(self, status: int, reason: str, response: Response | None, now: float) -> None:
        self._session.rejected(status, reason, response)


class _Change:
    """The outcome of a re-INVITE."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def progressed(self, response: Response, now: float) -> None: ...

    def accepted(self, response: Response, dialog: Dialog, now: float) -> None:
        self._session.changed(response.status, response.body)

    def refused(self, status: int, reason: str, response: Response | None, now: float) -> None:
        self._session.changed(status, b"")
