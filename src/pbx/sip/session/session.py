"""One session: the call as SIP sees it, from the first INVITE to the last BYE.

    incoming:  OFFERED --accept--> CONFIRMED          outgoing:  CALLING --2xx--> CONFIRMED
                  |  reject, CANCEL   |  bye, BYE                   |  cancel, failure |
                  +---------------> ENDED <-------------------------+------------------+

CONFIRMED is entered with the 2xx; the ACK that is still on its way is the concern of ``IncomingInvite``. Changes,
transfers and the session timer have rooms of their own.
"""

from __future__ import annotations

from pbx.sip.authentication import Keychain
from pbx.sip.dialog import Dialog, DialogId
from pbx.sip.errors import StateError
from pbx.sip.flow import Flow
from pbx.sip.headers.options import tokens
from pbx.sip.message import Fields, Message, Request, Response
from pbx.sip.session import within
from pbx.sip.session.changes import Changes
from pbx.sip.session.events import (
    RequestAnswered,
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
from pbx.sip.session.phase import Phase
from pbx.sip.session.refresh import SessionTimer
from pbx.sip.session.request import GONE, ignored, send_within
from pbx.sip.session.transfers import Transfers
from pbx.sip.transaction.invite_server import InviteServer
from pbx.sip.transaction.non_invite_server import NonInviteServer


class Session:
    """One INVITE session. Verbs raise StateError where the phase does not allow them."""

    def __init__(self, host: Host, phase: Phase, local_tag: str) -> None:
        self.host = host
        self.phase = phase
        self.local_tag = local_tag
        self.call_id = ""
        """The Call-ID of its INVITE."""
        self.dialog: Dialog | None = None
        """Its dialog, once there is one for good: with the INVITE that came in, or the 2xx to ours."""
        self.request: Request | None = None
        """The INVITE that came in; None for a call of ours."""
        self.far: Message | None = None
        """The far side's INVITE or 2xx, which says what it can do."""
        self.incoming: IncomingInvite | None = None
        """The far side's last INVITE."""
        self.outgoing: OutgoingInvite | None = None
        """Our last INVITE."""
        self.description = b""
        """What we described ourselves with last."""
        self.timer = SessionTimer(host.coarse)
        self._changes: Changes | None = None
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
        session.request = session.far = transaction.request
        session.incoming = IncomingInvite(host, session, transaction)
        host.adopt(session, session.dialog)
        return session

    def call(self, request: Request, flow: Flow, now: float, keychain: Keychain | None = None) -> None:
        """Send the INVITE that sets the session up."""
        self.call_id = request.call_id
        self.description = request.body
        for key, value in self.timer.asked():
            request.add(key, value)
        self.outgoing = OutgoingInvite(self.host, self, request, flow, None, keychain)
        self.outgoing.start(now)

    # Verbs

    def ring(self, now: float, status: int = 180, *, body: bytes = b"", fields: Fields = ()) -> None:
        """Send a provisional response; one with a body (SDP) is early media.

        It is repeated until it is acknowledged (RFC 3262) where the far side requires that, or knows how and there is
        a body. Then that body is the answer (or offer) of this INVITE for good: the one given to ``accept`` is left
        out, and what should differ from it afterwards needs ``update`` or ``offer``.
        """
        invite = self._invite()
        self.description = body or self.description
        invite.ring(status, now, body, fields)

    def accept(self, body: bytes, now: float, *, fields: Fields = ()) -> None:
        """Answer the call with our SDP."""
        invite = self._invite()
        agreed = self.timer.agree(invite.request, self, now)
        if not invite.described:
            self.description = body
        self.phase = Phase.CONFIRMED
        invite.respond(200, now, body=body, fields=(*agreed, *fields))

    def answer(self, body: bytes, now: float) -> None:
        """Answer the offer that the far side's 2xx brought (``answer_due``): our SDP goes out with the ACK."""
        self._established()
        if self.outgoing is None or not self.outgoing.answer_due:
            raise StateError("no offer waits for our answer")
        self.description = body
        self.outgoing.answer(body)

    def reject(self, status: int, now: float, *, reason: str = "", fields: Fields = ()) -> None:
        """Refuse the call with a final status (300-699), a 3xx with the Contacts to try instead."""
        self._invite().respond(status, now, reason=reason, fields=fields)
        self._end(now)

    def cancel(self, now: float, reason: str = "") -> None:
        """Take our call back before it is answered; ``SessionRejected`` tells when it is gone."""
        if self.phase is not Phase.CALLING or self.outgoing is None:
            raise StateError(f"cancel does not fit phase {self.phase.name}")
        self.outgoing.cancel(now, reason)

    def bye(self, now: float, reason: str = "") -> None:
        """End an established session; no event follows.

        The callee's BYE waits for the ACK of its 2xx (section 15): else one that lost the 2xx would ring for ever.
        """
        dialog, invite = self._established(), self.incoming
        if invite is not None and invite.held:
            # Our 2xx waits for a PRACK and is wanted no more: the INVITE fails instead.
            invite.respond(487, now)
            self._end(now)
            return
        if invite is not None and not invite.answered:
            invite.respond(487, now)
        if invite is not None and invite.pending:
            self.phase, self._parting = Phase.ENDED, reason
        else:
            self._part(dialog, reason, now)

    def _part(self, dialog: Dialog, reason: str, now: float) -> None:
        if self.outgoing is not None:
            self.outgoing.answer(b"")  # a 2xx that waits for our answer is acknowledged all the same
        send_within(self.host, dialog, "BYE", now, ignored, fields=(("reason", reason),) if reason else ())
        self._end(now)

    def offer(self, body: bytes, now: float) -> None:
        """Send a re-INVITE; ``OfferAnswered`` follows. Raises StateError while another offer is under way.

        One that crosses an offer of the far side is made again after a pause. An empty body asks the far side to
        offer; its offer then waits for ``answer``.
        """
        self._established()
        self.changes.propose("INVITE", body, now)

    def update(self, body: bytes, now: float) -> None:
        """Offer by UPDATE (RFC 3311), which needs no ACK; ``OfferAnswered`` follows, StateError is as for ``offer``.

        It fits a call that was not answered yet too, once a reliable ring brought the first answer.
        """
        if self.phase is not Phase.OFFERED:
            self._established()
        self.changes.propose("UPDATE", body, now)

    def accept_offer(self, body: bytes, now: float) -> None:
        """Answer a re-INVITE or UPDATE with our SDP."""
        self.changes.answer(200, body, now)

    def refuse_offer(self, status: int, now: float) -> None:
        """Refuse a re-INVITE or UPDATE; the session stays as it was (section 14.2)."""
        self.changes.answer(status, b"", now)

    @property
    def offer_pending(self) -> bool:
        """Whether an offer of either side is still being answered or acknowledged, or waits for its next attempt."""
        return self.phase is not Phase.ENDED and self.changes.pending

    def refer(self, target: str, now: float, *, replaces: str = "", referred_by: str = "") -> None:
        """Ask the far side to call ``target`` (a URI), in place of the dialog that ``replaces`` names where it does.

        ``ReferProgressed`` tells how it does. Raises ParseError for what cannot be read.
        """
        self.transfers(self._established()).refer(target, now, replaces, referred_by)

    def send(self, method: str, now: float, *, content_type: str = "", body: bytes = b"", fields: Fields = ()) -> None:
        """Send any other request within the dialog; ``RequestAnswered`` follows."""

        def done(status: int, response: Response | None, now: float) -> None:
            if self.phase is Phase.CONFIRMED:
                self.host.tell(RequestAnswered(self, method, status, response))
            if status in GONE:
                self.lost("lost", "", now)

        dialog = self._established()
        send_within(self.host, dialog, method, now, done, fields=fields, content_type=content_type, body=body)

    @property
    def dialog_id(self) -> DialogId | None:
        """Its dialog as seen from here; while a call of ours is not answered, the early one that began first."""
        early = self.outgoing.first_early_dialog if self.outgoing is not None else None
        dialog = self.dialog or early
        return dialog.id if dialog is not None else None

    @property
    def heard(self) -> bool:
        """Whether the far side has said anything yet to our last INVITE, be it 100."""
        return self.outgoing is not None and self.outgoing.heard

    def supports(self, option: str) -> bool:
        """Whether the far side said that it knows an extension, by its option tag in lower case."""
        return self.far is not None and option in tokens(self.far.get_all("supported"))

    def allows(self, method: str) -> bool:
        """Whether the far side said that it serves a method."""
        return self.far is not None and method.lower() in tokens(self.far.get_all("allow"))

    @property
    def changes(self) -> Changes:
        """The room of its changes; most calls never enter it."""
        if self._changes is None:
            self._changes = Changes(self)
        return self._changes

    def transfers(self, dialog: Dialog) -> Transfers:
        """The room of its transfers."""
        if self._transfers is None:
            self._transfers = Transfers(self.host, self, dialog)
        return self._transfers

    def _invite(self) -> IncomingInvite:
        if self.phase is not Phase.OFFERED or self.incoming is None or self.incoming.answered:
            raise StateError(f"no INVITE waits for an answer in phase {self.phase.name}")
        return self.incoming

    def _established(self) -> Dialog:
        if self.phase is not Phase.CONFIRMED or self.dialog is None:
            raise StateError(f"not established: phase {self.phase.name}")
        return self.dialog

    # Endings

    def _end(self, now: float) -> None:
        self.phase = Phase.ENDED
        if self.incoming is not None:
            self.incoming.give_up()
        if self._changes is not None:
            self._changes.stop(now)
        self.timer.stop()
        # The transactions linger and hold the invites; what these hold must not hold them in turn.
        self.incoming = self.outgoing = self._changes = self._transfers = None
        if self.dialog is not None:
            self.host.drop(self.dialog)

    def lost(self, cause: str, reason: str, now: float) -> None:
        """It is over, and not by our will."""
        known = self.phase in (Phase.OFFERED, Phase.CONFIRMED)
        if self.incoming is not None and not self.incoming.answered:
            self.incoming.respond(487, now)  # section 15.1.2: pending requests are answered 487
        self._end(now)
        if known:
            self.host.tell(SessionEnded(self, cause, reason))

    def refresh(self, now: float) -> None:
        """The session timer wants a refresh of ours (RFC 4028 section 7.4)."""
        if self.phase is Phase.CONFIRMED:
            self.changes.refresh(now)

    def expired(self, now: float) -> None:
        """Nobody refreshed the session: it ends with a BYE (RFC 4028 section 10)."""
        if self.phase is Phase.CONFIRMED:
            self.bye(now, 'SIP;cause=408;text="Session expired"')
            self.host.tell(SessionEnded(self, "expired", ""))

    # What the wire tells, through the endpoint

    def cancelled(self, reason: str, now: float) -> None:
        """A CANCEL for an INVITE of the far side (section 9.2); one that was answered goes on."""
        invite = self.incoming
        if invite is None or invite.answered:
            return
        setting_up = invite.held or self.phase is Phase.OFFERED
        invite.respond(487, now)
        if setting_up:
            self.withdrawn(reason, now)

    def acknowledged(self, ack: Request, now: float) -> None:
        """An ACK within the dialog."""
        if self.incoming is not None and ack.cseq.number == self.incoming.number:
            self.incoming.acknowledge(ack, now)

    def invited(self, transaction: InviteServer, now: float) -> None:
        """A re-INVITE (section 14.2)."""
        self.changes.invited(transaction, now)

    def requested(self, transaction: NonInviteServer, request: Request, now: float) -> None:
        """Any other request within the dialog, or within an early one of a call of ours. Raises ParseError."""
        within.take(self, transaction, request, now)

    def withdrawn(self, reason: str, now: float) -> None:
        """The caller is gone before we answered, or before it could hear our answer."""
        answered = self.phase is Phase.CONFIRMED
        self._end(now)
        self.host.tell(SessionEnded(self, "bye", reason) if answered else SessionCancelled(self, reason))

    # What our invites tell

    def confirmed(self, body: bytes, now: float) -> None:
        """Our 2xx was acknowledged."""
        if self._parting is None:
            self.host.tell(SessionConfirmed(self, body))
        elif self.dialog is not None:
            self._part(self.dialog, self._parting, now)

    def unacknowledged(self, now: float) -> None:
        """Our 2xx, or a reliable ring, never was: the session is ended (section 13.3.1.4, RFC 3262 section 3)."""
        if self._parting is not None and self.dialog is not None:
            self._part(self.dialog, self._parting, now)
            return
        if self.incoming is not None and not self.incoming.answered:
            self.incoming.respond(504, now)
            self._end(now)
        else:
            self.bye(now)
        self.host.tell(SessionEnded(self, "unacknowledged", ""))

    def opened(self, dialog: Dialog) -> None:
        """A phone of our call began an early dialog."""
        self.host.adopt(self, dialog)

    def closed(self, dialog: Dialog) -> None:
        """It came to nothing."""
        self.host.drop(dialog)

    def longer(self, request: Request, response: Response) -> bool:
        """Our call was refused with 422: whether it may ask for a longer session timer."""
        return self.timer.raise_to(request, response)

    def progressed(self, response: Response, now: float) -> None:
        """Our call rings, or whatever else the far side says of it."""
        if self.phase is Phase.CALLING:
            self.host.tell(SessionProgressed(self, response.status, response.body, response))

    def accepted(self, response: Response, dialog: Dialog, body: bytes, now: float) -> None:
        """Our call was answered."""
        self.dialog = dialog
        self.far = response
        self.phase = Phase.CONFIRMED
        self.host.adopt(self, dialog)
        self.timer.answered(response, self, now)
        due = self.outgoing is not None and self.outgoing.answer_due
        self.host.tell(SessionAccepted(self, body, due, response))

    def refused(self, status: int, reason: str, response: Response | None, now: float) -> None:
        """Our call failed."""
        if self.phase is Phase.CALLING:
            self._end(now)
            self.host.tell(SessionRejected(self, status, reason, response))
