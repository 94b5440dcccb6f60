"""Changes of a session: offers after the first, of either side, by re-INVITE or UPDATE (RFC 3261 section 14, RFC 3311).

One at a time. Offers that cross are refused with 491 on both sides; ours is made again after a pause that differs
between the two (section 14.1). Refreshes of the session timer go the same way.
"""

from __future__ import annotations

from typing import Protocol
from zlib import crc32

from msgspec import Struct

from pbx.sip.abilities import ALLOW, SDP, SUPPORTED
from pbx.sip.dialog import Dialog
from pbx.sip.errors import StateError
from pbx.sip.message import Fields, Request, Response, respond
from pbx.sip.session.events import OfferAnswered, OfferReceived, Teller
from pbx.sip.session.host import Host
from pbx.sip.session.incoming import IncomingInvite, Invited
from pbx.sip.session.outgoing import OutgoingInvite
from pbx.sip.session.phase import Phase
from pbx.sip.session.refresh import SessionTimer, Timed
from pbx.sip.session.request import GONE, send_within
from pbx.sip.transaction.invite_server import InviteServer
from pbx.sip.transaction.non_invite_server import NonInviteServer

ATTEMPTS = 5
"""How often an offer is made that meets with 491 or 422."""
TRYING_S = 0.2
"""Seconds after which a re-INVITE that waits for its answer gets 100."""


class Changed(Teller, Invited, Timed, Protocol):
    """The session, as its changes see it."""

    host: Host
    phase: Phase
    dialog: Dialog | None
    request: Request | None
    timer: SessionTimer
    incoming: IncomingInvite | None
    outgoing: OutgoingInvite | None
    description: bytes

    def allows(self, method: str) -> bool:
        """Whether the far side said that it serves a method."""

    def lost(self, cause: str, reason: str, now: float) -> None:
        """The session is over, and not by our will."""


class Proposal(Struct):
    """An offer of ours on its way."""

    method: str
    body: bytes
    refresh: bool
    """Whether it only keeps the session alive: nobody is told of its outcome but for a description."""
    attempts: int = 1
    waiting: bool = False
    """Whether it pauses after a 491."""


class Changes:
    """All changes of one session."""

    def __init__(self, session: Changed) -> None:
        self._session = session
        self._ours: Proposal | None = None
        self._theirs: NonInviteServer | None = None
        """An UPDATE or PRACK with an offer, last of all."""

    @property
    def pending(self) -> bool:
        """Whether an offer of either side is under way, or pauses after a 491."""
        session = self._session
        invites = (session.incoming, session.outgoing)
        return self._ours is not None or self.owed or any(one is not None and one.pending for one in invites)

    @property
    def owed(self) -> bool:
        """Whether an UPDATE or PRACK waits for our answer."""
        return self._theirs is not None and not self._theirs.answered

    # Ours

    def propose(self, method: str, body: bytes, now: float, *, refresh: bool = False) -> None:
        """Offer by INVITE or UPDATE. Raises StateError while any offer is under way."""
        session = self._session
        early = method == "UPDATE" and session.incoming is not None and not session.incoming.offer_open
        if self._crossing or self._ours is not None or self.owed or (self.pending and not early):
            raise StateError("another offer is under way")
        self._ours = Proposal(method, body, refresh)
        self._send(self._ours, now)

    def refresh(self, now: float) -> None:
        """Keep the session alive (RFC 4028 section 7.4); nothing while another change is under way."""
        if self.pending:
            return
        if self._session.allows("UPDATE"):
            self.propose("UPDATE", b"", now, refresh=True)
        else:
            self.propose("INVITE", self._session.description, now, refresh=True)

    def _send(self, proposal: Proposal, now: float) -> None:
        session, host = self._session, self._session.host
        dialog = session.dialog
        if dialog is None:
            raise StateError("no dialog yet")
        way = dialog.next_hop()
        fields = (("contact", host.contact(way)), ("allow", ALLOW), ("supported", SUPPORTED), *session.timer.asked())
        if proposal.body:
            session.description = proposal.body
        if proposal.method == "UPDATE":
            send_within(
                host, dialog, "UPDATE", now, self._update_answered, fields=fields, content_type=SDP, body=proposal.body
            )
            return
        request = dialog.request("INVITE", host.new_via(way))
        for key, value in fields:
            request.add(key, value)
        if proposal.body:
            request.add("content-type", SDP)
            request.body = proposal.body
        session.outgoing = OutgoingInvite(host, self, request, way, dialog)
        session.outgoing.start(now)

    def progressed(self, response: Response, now: float) -> None:
        """A provisional response to our re-INVITE: nothing to tell."""

    def opened(self, dialog: Dialog) -> None:
        """A re-INVITE opens no dialog."""

    def closed(self, dialog: Dialog) -> None:
        """Nor does it close one."""

    def longer(self, request: Request, response: Response) -> bool:
        """Our re-INVITE met with 422."""
        return self._session.timer.raise_to(request, response)

    def accepted(self, response: Response, dialog: Dialog, body: bytes, now: float) -> None:
        """Our re-INVITE was answered."""
        self._conclude(response.status, response, now)

    def refused(self, status: int, reason: str, response: Response | None, now: float) -> None:
        """Our re-INVITE was refused."""
        self._conclude(status, response, now)

    def _update_answered(self, status: int, response: Response | None, now: float) -> None:
        if response is not None and status < 300 and self._session.dialog is not None:
            self._session.dialog.aim(response)
        self._conclude(status, response, now)

    def _conclude(self, status: int, response: Response | None, now: float) -> None:
        proposal, session = self._ours, self._session
        if proposal is None:
            return
        if proposal.attempts < ATTEMPTS and response is not None and self._postpone(proposal, response, now):
            proposal.attempts += 1
            return
        self._ours = None
        if status in GONE:
            session.lost("lost", "", now)
            return
        body = b""
        if response is not None and status < 300:
            session.timer.answered(response, session, now)
            body = response.body
        # The answer to a re-INVITE may differ from the last one though our offer does not (section 14.2).
        if (body or not proposal.refresh) and session.phase is not Phase.ENDED:
            due = session.outgoing is not None and session.outgoing.answer_due
            session.host.tell(OfferAnswered(session, status, body, due))

    def _postpone(self, proposal: Proposal, response: Response, now: float) -> bool:
        """Whether the offer is made once more: after a pause (491), or at once for a longer interval (422)."""
        if response.status == 491:
            proposal.waiting = True
            self._pause(proposal, now)
            return True
        if response.status == 422 and proposal.method == "UPDATE":
            asked = Request("UPDATE", "")
            if self._session.timer.raise_to(asked, response):
                self._send(proposal, now)
                return True
        return False

    def _pause(self, proposal: Proposal, now: float) -> None:
        # Section 14.1: in units of 10 ms, 2.1 to 4 s where the Call-ID is ours, else 0 to 2 s.
        host = self._session.host
        chance = crc32(host.new_tag().encode())
        wait = 2.1 + 0.01 * (chance % 191) if self._session.request is None else 0.01 * (chance % 201)
        host.timers.at(now + wait, self._again, proposal)

    def _again(self, proposal: Proposal, now: float) -> None:
        session = self._session
        if self._ours is not proposal or session.phase is Phase.ENDED:
            return
        if self.owed or (session.incoming is not None and session.incoming.pending):
            self._pause(proposal, now)  # the far side was quicker: after it
            return
        proposal.waiting = False
        self._send(proposal, now)

    # Theirs

    def invited(self, transaction: InviteServer, now: float) -> None:
        """A re-INVITE (section 14.2)."""
        session, dialog, request = self._session, self._session.dialog, transaction.request
        if self.owed or (session.incoming is not None and not session.incoming.answered):
            # Another offer of theirs before the first was answered: 500 with Retry-After (section 14.2).
            self._busy(transaction, now)
        elif self._crossing:
            transaction.respond(respond(request, 491, tag=session.local_tag), now)
        elif dialog is None or session.phase is not Phase.CONFIRMED:
            transaction.respond(respond(request, 481, tag=session.local_tag), now)
        else:
            dialog.aim(request)
            dialog.flow = transaction.flow
            if session.incoming is not None:
                session.incoming.give_up()
            session.incoming = IncomingInvite(session.host, session, transaction)
            session.incoming.try_for(TRYING_S, now)
            session.host.tell(OfferReceived(session, request.body))

    def updated(self, transaction: NonInviteServer, dialog: Dialog, now: float) -> None:
        """An UPDATE (RFC 3311 section 5.2), or a PRACK with a new offer (RFC 3262 section 5). Raises ParseError."""
        request, session = transaction.request, self._session
        if not request.body:
            dialog.aim(request)
            self._respond(transaction, 200, b"", now)
        elif self.owed:
            self._busy(transaction, now)
        elif session.incoming is not None and session.incoming.offer_open:
            if session.incoming.request.body:
                self._busy(transaction, now)
            else:
                transaction.respond(respond(request, 491), now)
        elif self._crossing and not (
            session.outgoing is not None and session.outgoing.answered_early(dialog.remote_tag)
        ):
            transaction.respond(respond(request, 491), now)
        else:
            dialog.aim(request)
            self._theirs = transaction
            transaction.expire(now)
            session.host.tell(OfferReceived(session, request.body))

    @property
    def _crossing(self) -> bool:
        ours, outgoing = self._ours, self._session.outgoing
        return (ours is not None and not ours.waiting) or (outgoing is not None and outgoing.pending)

    def _busy(self, transaction: InviteServer | NonInviteServer, now: float) -> None:
        busy = respond(transaction.request, 500, "Another offer is being answered", tag=self._session.local_tag)
        busy.add("retry-after", "5")
        transaction.respond(busy, now)

    def answer(self, status: int, body: bytes, now: float) -> None:
        """Answer the UPDATE that waits, or else the re-INVITE. Raises StateError where nothing waits."""
        session, invite = self._session, self._session.incoming
        if self._theirs is not None and not self._theirs.answered:
            self._respond(self._theirs, status, body, now)
        elif invite is not None and not invite.answered and session.phase is Phase.CONFIRMED:
            fields = session.timer.agree(invite.request, session, now) if status < 300 else ()
            invite.respond(status, now, body=body, fields=fields)
        else:
            raise StateError(f"no offer waits for an answer in phase {session.phase.name}")
        session.description = body or session.description

    def _respond(self, transaction: NonInviteServer, status: int, body: bytes, now: float) -> None:
        session, request = self._session, transaction.request
        response = respond(request, status, body=body)
        fields: Fields = ()
        if status < 300:
            agreed = session.timer.agree(request, session, now) if request.method == "UPDATE" else ()
            fields = (("contact", session.host.contact(transaction.flow)), ("allow", ALLOW), *agreed)
        for key, value in fields:
            response.add(key, value)
        if body:
            response.add("content-type", SDP)
        transaction.respond(response, now)

    def stop(self, now: float) -> None:
        """The session is over: what waits is answered 487 (RFC 3261 section 15.1.2), ours is forgotten."""
        if self._theirs is not None and not self._theirs.answered:
            self._respond(self._theirs, 487, b"", now)
        self._ours = self._theirs = None
